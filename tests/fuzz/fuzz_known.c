/* tests/fuzz/fuzz_known.c - KNOWN frames of a hostile peer: pieces of sets in any order,
 * of any kind. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include "core/base/mem.h"
#include "wom/codec/history.h"
#include "wom/codec/nameset.h"
#include "wom/link/linksession.h"
#include "wom/peer/peerknown.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

/* A session that has met its peer, and nobody reads what it says. */
static struct linksession *
meet(void)
{
	struct linksession_config c = { .keep_ns = 1, .ping_ns = 1,
	    .dead_ns = 2 };
	struct linkhello h = { .version_min = 1, .version_max = 1,
	    .features = LINKHELLO_KNOWN_SETS, .site = { 1 },
	    .self = { .boot = 1, .count = 1 }, .stream_window = 65536,
	    .floor = 4096, .session_window = 65536, .streams_max = 1,
	    .domain = "d" };
	struct linksession *s;
	struct wbuf w;
	uint8_t *to;
	size_t cap;
	int conn, rc;

	c.hello = h;
	h.site[0] = 2;
	s = linksession_new(&c);
	conn = linksession_conn_open(s, 1);
	to = linksession_in_room(s, conn, &cap);
	wbuf_init(&w, to, cap);
	linkhello_write(&h, &w);
	rc = linksession_in_fed(s, conn, w.off, 1, NULL);
	assert(rc == 0 && linksession_peer(s) != NULL);
	return s;
}

/* Frames of an octet of length and so many octets. */
int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
	struct history *h = history_new((size_t)4 << 20);
	struct linksession *s = meet();
	const struct blockid id = { { 1, 2, 3 } };
	struct peerknown k;

	assert(h != NULL);
	(void)history_add(h, &id, (const uint8_t *)"block", 5);
	peerknown_init(&k, s);
	while (len > 0) {
		size_t n = *octets < len - 1 ? *octets : len - 1;

		peerknown_hear(&k, octets + 1, n);
		octets += n + 1;
		len -= n + 1;
		(void)peerknown_step(&k, h);
		assert(k.in_len <= NAMESET_OCTETS_MAX && k.in_at <= k.in_len);
	}
	peerknown_fini(&k);
	linksession_free(&s);
	history_free(&h);
	return 0;
}
