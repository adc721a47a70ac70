/* wom/peer/peerknown.c - see peerknown.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peerknown.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "wom/codec/history.h"
#include "wom/codec/nameset.h"
#include "wom/link/linksession.h"

#define PIECE_MAX	(LINKFRAME_BODY_MAX - PEERKNOWN_HEAD)
/* Octets that a set of names may take, whatever their number makes of each. */
#define NAME_MAX_OCTETS	8

void
peerknown_init(struct peerknown *k, struct linksession *s)
{
	*k = (struct peerknown){ .session = s };
}

static void
forget_out(struct peerknown *k)
{
	free(k->out);
	k->out = NULL;
	k->out_len = k->out_at = 0;
}

static void
forget_in(struct peerknown *k)
{
	free(k->in);
	k->in = NULL;
	k->in_len = k->in_at = 0;
}

void
peerknown_fini(struct peerknown *k)
{
	forget_out(k);
	forget_in(k);
}

/* Whatever is here of an earlier life of the peer is about nothing. */
static void
keep_step(struct peerknown *k)
{
	const struct linkhello *peer = linksession_peer(k->session);

	if (linklife_equal(&k->life, &peer->self))
		return;
	forget_out(k);
	forget_in(k);
	*k = (struct peerknown){ .session = k->session, .life = peer->self };
}

/* ---- the peer's set ---- */

static void
take_piece(struct peerknown *k, size_t total, size_t at, const uint8_t *piece,
    size_t len)
{
	if (at == 0) {
		forget_in(k);
		k->in = mem_zalloc(total, 1);
		k->in_len = total;
	}
	/* A piece is missing: it begins anew, or not at all. */
	if (k->in == NULL || total != k->in_len || at != k->in_at ||
	    len > total - at)
		return;
	memcpy(k->in + at, piece, len);
	k->in_at += len;
}

void
peerknown_hear(struct peerknown *k, const uint8_t *octets, size_t len)
{
	size_t total, at;
	struct rbuf r;

	if (linksession_peer(k->session) == NULL)
		return;
	keep_step(k);
	rbuf_init(&r, octets, len);
	total = rbuf_u32(&r);
	at = rbuf_u32(&r);
	if (r.bad || total < NAMESET_HEAD || total > NAMESET_OCTETS_MAX)
		return;
	if (rbuf_left(&r) > 0)
		take_piece(k, total, at, octets + r.off, rbuf_left(&r));
	else if (total == k->out_len)
		forget_out(k);
}

static void
mark(struct peerknown *k, struct history *h)
{
	if (k->in == NULL || k->in_at < k->in_len)
		return;
	/* Said again since we have not been heard: much may be newer now. */
	if (!k->marked)
		k->marked = nameset_mark(h, k->in, k->in_len, &k->shared);
	k->owed = k->in_len;
	forget_in(k);
}

/* ---- ours ---- */

/* Of what a peer that lives anew has nothing is known. */
static void
begin(struct peerknown *k, struct history *h)
{
	static const uint8_t nothing[NAMESET_HEAD] = { 1 };
	size_t cap = NAMESET_HEAD + NAME_MAX_OCTETS * history_count(h);
	uint32_t none;

	k->met = true;
	(void)nameset_mark(h, nothing, sizeof(nothing), &none);
	/* One that has nothing says that, too: who has something waits for the word. */
	if (cap > NAMESET_OCTETS_MAX)
		cap = NAMESET_OCTETS_MAX;
	k->out = mem_zalloc(cap, 1);
	k->out_len = nameset_write(h, k->out, cap);
	k->breaks = linksession_counts(k->session)->breaks;
}

static bool
tell(struct peerknown *k, size_t total, size_t at, size_t len)
{
	uint8_t body[LINKFRAME_BODY_MAX];
	struct wbuf w;

	wbuf_init(&w, body, sizeof(body));
	wbuf_u32(&w, (uint32_t)total);
	wbuf_u32(&w, (uint32_t)at);
	if (len > 0)
		wbuf_octets(&w, k->out + at, len);
	return linksession_tell_known(k->session, body, w.off);
}

static bool
tell_next(struct peerknown *k)
{
	uint64_t breaks = linksession_counts(k->session)->breaks;
	size_t left;

	if (k->out == NULL)
		return false;
	if (breaks != k->breaks) {
		k->breaks = breaks;
		k->out_at = 0;
	}
	left = k->out_len - k->out_at;
	if (left > PIECE_MAX)
		left = PIECE_MAX;
	if (left == 0 || !tell(k, k->out_len, k->out_at, left))
		return false;
	k->out_at += left;
	return true;
}

bool
peerknown_step(struct peerknown *k, struct history *h)
{
	keep_step(k);
	if (!k->met)
		begin(k, h);
	mark(k, h);
	if (k->owed == 0)
		return tell_next(k);
	if (!tell(k, k->owed, k->owed, 0))
		return false;
	k->owed = 0;
	return true;
}
