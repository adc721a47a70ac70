/* tests/fuzz/fuzz_linkframe.c - what a hostile peer may say in a session: frames in
 * pieces of any size, after its hello and in the middle of a stream.
 *
 * Input: an octet that says how long pieces are, then what the peer says. The frames
 * that the splitter finds are those that stand in the whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "wom/codec/history.h"
#include "wom/link/framesplit.h"
#include "wom/link/linksession.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define WINDOW	(UINT32_C(1) << 20)	/* of the session */
/* It, floors, and what blocks of one octet take, for as many streams as may be. */
#define MOST	(2 * WINDOW + 4 * 8 * (65536 + 512 * 128))

static const struct linksession_config config = {
	.hello = { .version_min = 1, .version_max = 1, .self = { .boot = 1 },
	    .stream_window = WINDOW / 2, .floor = 65536,
	    .session_window = WINDOW, .streams_max = 8 },
	.keep_ns = CLOCK_S, .ping_ns = CLOCK_S, .dead_ns = 2 * CLOCK_S,
};

/* All frames of the whole, without a splitter. */
static size_t
count_frames(const uint8_t *data, size_t len)
{
	struct linkframe f;
	size_t count = 0;

	while (linkframe_read(&f, data, len) == LINKFRAME_WHOLE) {
		assert(linkframe_octets(&f) <= len);
		data += linkframe_octets(&f);
		len -= linkframe_octets(&f);
		count++;
	}
	return count;
}

static size_t
split_frames(const uint8_t *data, size_t len, size_t step)
{
	static struct framesplit s;
	struct linkframe f;
	size_t count = 0;

	s.at = s.len = 0;
	s.bad = false;
	while (len > 0 && !s.bad) {
		size_t cap, n = len < step ? len : step;
		uint8_t *to = framesplit_room(&s, &cap);

		n = n < cap ? n : cap;
		assert(n > 0);
		memcpy(to, data, n);
		framesplit_fed(&s, n);
		data += n;
		len -= n;
		while (framesplit_next(&s, &f))
			count++;
	}
	return count;
}

/* The caller's part: takes what comes, refuses what is short, ends what ends. */
static void
use(struct linksession *s)
{
	struct linknews n;

	while (linksession_news(s, &n)) {
		const struct recvitem *i;

		if ((n.what & (LINKNEWS_RESET | LINKNEWS_CLOSED)) != 0)
			continue;
		while ((i = linkstream_peek(n.stream)) != NULL) {
			uint32_t plain = i->plain;

			if (plain == 7) {
				(void)linksession_refuse(s, n.stream, NULL, 0);
				continue;
			}
			linksession_take(s, n.stream);
			if (plain % 2 == 0)
				linksession_wrote(s, n.stream, plain);
		}
		if (linkstream_at_end(n.stream)) {
			linksession_take(s, n.stream);
			linksession_finish(s, n.stream);
		}
	}
}

/* Returns 0 while the peer may go on. */
static int
hear(struct linksession *s, const uint8_t *data, size_t len)
{
	static uint8_t out[2 * LINKFRAME_MAX];
	int rc = 0;

	while (rc == 0 && len > 0 && linksession_conn_condemned(s) < 0) {
		size_t cap;
		uint8_t *to = linksession_in_room(s, 0, &cap);
		size_t n = len < cap ? len : cap;

		assert(n > 0);
		memcpy(to, data, n);
		rc = linksession_in_fed(s, 0, n, CLOCK_S, NULL);
		use(s);
		while (linksession_out_fill(s, 0, out, sizeof(out), CLOCK_S) > 0)
			assert(linksession_held(s) <= MOST);
		data += n;
		len -= n;
	}
	return rc;
}

/* A session whose peer has said hello, and that has a stream with a block. */
static struct linksession *
begun(void)
{
	struct linkopen o = { .dest = { .addr = { .family = 2 } } };
	struct linksession *s = linksession_new(&config);
	struct linkhello peer = config.hello;
	uint8_t hello[LINKFRAME_MAX];
	struct linkstream *st;
	struct wbuf w;

	assert(linksession_conn_open(s, 0) == 0);
	peer.self = (struct linklife){ 2, 1 };
	wbuf_init(&w, hello, sizeof(hello));
	linkhello_write(&peer, &w);
	assert(hear(s, hello, w.off) == 0);
	st = linksession_open(s, &o);
	assert(st != NULL);
	(void)linksession_write(s, st, &(struct linkdata){ .plain = 100,
	    .total = 100, .octets = hello, .len = 100 });
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct linksession *s;
	size_t step;

	if (len == 0)
		return 0;
	step = data[0] == 0 ? SIZE_MAX : data[0];
	data++;
	len--;
	assert(split_frames(data, len, step) == count_frames(data, len));
	s = begun();
	for (size_t at = 0; at < len;) {
		size_t n = len - at < step ? len - at : step;

		if (hear(s, data + at, n) != 0)
			break;
		at += n;
	}
	linksession_conn_broken(s, 0, CLOCK_S);
	(void)linksession_conn_tick(s, 3 * CLOCK_S);
	use(s);
	assert(linksession_held(s) == 0);
	linksession_free(&s);
	return 0;
}
