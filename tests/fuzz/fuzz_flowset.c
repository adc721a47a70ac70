/* tests/fuzz/fuzz_flowset.c - what a hostile peer may say to flows: to two streams of
 * ours, of which one has sent a block that was encoded, and by opening others, which
 * are not admitted.
 *
 * Input: what the peer says after its hello, frames. Whatever it is, nothing is written
 * to a LAN but what was decoded as a whole, and no flow is left behind.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/socket.h>

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/decoder.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"
#include "wom/flow/flowset.h"
#include "wom/link/linksession.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define HISTORY	(4 * (size_t)HISTORY_BLOCK_MAX)
#define FLOWS	2

static const struct linksession_config config = {
	.hello = { .version_min = 1, .version_max = 1, .self = { .boot = 1 },
	    .stream_window = 1 << 20, .floor = 65536,
	    .session_window = 1 << 20, .streams_max = 8 },
	.keep_ns = CLOCK_S, .ping_ns = CLOCK_S, .dead_ns = 2 * CLOCK_S,
};

struct bed {
	struct clock clock;
	struct loop *loop;
	struct history *history;
	struct anchorindex index;
	struct blockid_key *key;
	struct encoder *encoder;
	struct decoder *decoder;
	struct linksession *session;
	struct flowset *set;
	int	lan[FLOWS];	/* the programs' ends */
};

static struct bed bed;

static void
on_wake(void *arg)
{
	static uint8_t out[2 * LINKFRAME_MAX];

	(void)arg;
	while (linksession_out_fill(bed.session, 0, out, sizeof(out),
	    CLOCK_S) > 0)
		continue;
	flowset_news(bed.set);
}

static int
on_admit(void *arg, const struct linkopen *o, struct flow_rules *r,
    struct err *e)
{
	(void)arg;
	(void)o;
	(void)r;
	return err_set(e, ERR_DENIED, "nowhere");
}

static int
hear(const uint8_t *data, size_t len)
{
	int rc = 0;

	while (rc == 0 && len > 0 &&
	    linksession_conn_condemned(bed.session) < 0) {
		size_t cap;
		uint8_t *to = linksession_in_room(bed.session, 0, &cap);
		size_t n = len < cap ? len : cap;

		memcpy(to, data, n);
		rc = linksession_in_fed(bed.session, 0, n, CLOCK_S, NULL);
		if (bed.set != NULL) {
			flowset_news(bed.set);
			on_wake(NULL);
		}
		data += n;
		len -= n;
	}
	return rc;
}

static void
begin_codec(void)
{
	static const uint8_t secret[BLOCKID_SECRET] = "both know this";
	struct encoder_config with;

	bed.history = history_new(HISTORY);
	anchorindex_init(&bed.index, HISTORY);
	bed.key = blockid_key_new(secret);
	with = (struct encoder_config){ bed.history, &bed.index, bed.key };
	bed.encoder = encoder_new(&with);
	bed.decoder = decoder_new(&with);
}

static void
begin_session(void)
{
	static uint8_t hello[LINKFRAME_MAX];
	struct linkhello peer = config.hello;
	struct wbuf w;

	bed.session = linksession_new(&config);
	assert(linksession_conn_open(bed.session, 0) == 0);
	peer.self = (struct linklife){ 2, 1 };
	wbuf_init(&w, hello, sizeof(hello));
	linkhello_write(&peer, &w);
	if (hear(hello, w.off) != 0)
		assert(false);
	bed.set = flowset_new(&(struct flowset_config){ .loop = bed.loop,
	    .session = bed.session, .encoder = bed.encoder,
	    .decoder = bed.decoder, .history = bed.history,
	    .wake = on_wake, .admit = on_admit });
}

/* Two streams, with so many octets on their way to the peer. */
static void
begin_flows(void)
{
	static const struct flow_rules rules = { .dedup = true,
	    .compress = true, .adaptive = true, .level = 1 };
	static const size_t lens[FLOWS] = { 100, 5000 };
	static uint8_t octets[5000];
	struct linkopen o = { .dest = { .addr = { .family = AF_INET } } };

	for (int i = 0; i < FLOWS; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
		    pair) != 0 || send(pair[0], octets, lens[i], 0) < 0 ||
		    !flowset_adopt(bed.set, pair[1], &o, &rules))
			assert(false);
		bed.lan[i] = pair[0];
	}
	loop_poll(bed.loop);
}

static void
end(void)
{
	flowset_free(&bed.set);
	linksession_free(&bed.session);
	for (int i = 0; i < FLOWS; i++)
		(void)close(bed.lan[i]);
	encoder_free(&bed.encoder);
	decoder_free(&bed.decoder);
	anchorindex_fini(&bed.index);
	blockid_key_free(&bed.key);
	history_free(&bed.history);
	loop_free(&bed.loop);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	clock_fake_init(&bed.clock, CLOCK_S, 0);
	bed.loop = loop_new(&bed.clock, NULL);
	begin_codec();
	begin_session();
	begin_flows();
	assert(flowset_count(bed.set) == FLOWS);
	(void)hear(data, len);
	loop_poll(bed.loop);
	loop_advance(bed.loop, &bed.clock, CLOCK_MS);
	assert(flowset_count(bed.set) <= FLOWS);
	linksession_conn_broken(bed.session, 0, CLOCK_S);
	(void)linksession_conn_tick(bed.session, 3 * CLOCK_S);
	flowset_news(bed.set);
	assert(flowset_count(bed.set) == 0);
	end();
	return 0;
}
