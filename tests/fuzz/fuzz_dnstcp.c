/* tests/fuzz/fuzz_dnstcp.c - a stream of octets in pieces of any size gives the
 * messages that its lengths say.
 *
 * Each piece: one octet that says how long it is, then it. The messages are
 * compared with those that a reader of the whole stream finds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gtmd/serve/msgsplit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct whole {
	uint8_t	*octets;
	size_t	 len, at;
};

/* The next message of the stream as a whole must be this one. */
static void
check_message(struct whole *w, const struct msgsplit_msg *m)
{
	size_t len;

	assert(w->len - w->at >= 2);
	len = (size_t)w->octets[w->at] << 8 | w->octets[w->at + 1];
	assert(m->cut == (len > MSGSPLIT_MAX));
	assert(m->len == (m->cut ? MSGSPLIT_MAX : len));
	assert(w->len - w->at - 2 >= m->len);
	assert(memcmp(w->octets + w->at + 2, m->octets, m->len) == 0);
	w->at += 2 + len;
	if (w->at > w->len)
		w->at = w->len;	/* the rest of a cut one is to come */
}

/* No whole message is left, so the splitter must not sit on one. */
static void
check_end(const struct whole *w, const struct msgsplit *s)
{
	size_t left = w->len - w->at, len;

	if (left == 0)
		return;
	assert(msgsplit_partial(s));
	if (left < 2)
		return;
	len = (size_t)w->octets[w->at] << 8 | w->octets[w->at + 1];
	assert(left - 2 < (len > MSGSPLIT_MAX ? MSGSPLIT_MAX : len));
}

static void
feed(struct msgsplit *s, struct whole *w, const uint8_t *p, size_t len)
{
	struct msgsplit_msg m;
	size_t cap;

	/* Only this much has come when these messages are whole. */
	while (len > 0) {
		uint8_t *to = msgsplit_room(s, &cap);
		size_t n = len < cap ? len : cap;

		assert(cap > 0);
		memcpy(to, p, n);
		msgsplit_fed(s, n);
		p += n;
		len -= n;
		while (msgsplit_next(s, &m))
			check_message(w, &m);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct msgsplit *s = calloc(1, sizeof(*s));
	struct whole w = { .octets = malloc(len + 1) };
	const uint8_t *p = data;
	size_t left = len;

	assert(s != NULL && w.octets != NULL);
	while (left > 1) {
		size_t n = p[0] < left - 1 ? p[0] : left - 1;

		memcpy(w.octets + w.len, p + 1, n);
		w.len += n;
		p += n + 1;
		left -= n + 1;
	}
	for (p = data, left = len; left > 1;) {
		size_t n = p[0] < left - 1 ? p[0] : left - 1;

		feed(s, &w, p + 1, n);
		p += n + 1;
		left -= n + 1;
	}
	check_end(&w, s);
	free(w.octets);
	free(s);
	return 0;
}
