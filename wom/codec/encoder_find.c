/* wom/codec/encoder_find.c - what of a block is known, and where; see
 * encoder_work.h.
 *
 * A copy that has ended is followed past differences at the same distance, but not
 * far, and for as much as that takes in operations only: where other octets stand
 * than at its source, another source may have all of them. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/encoder_work.h"

#include <string.h>

#include "wom/codec/match.h"

#define RESUME_AHEAD	128	/* octets of difference that are looked past */
#define RESUME_MIN	32	/* octets that are worth going on for */
#define SCAN		4096	/* octets that are looked through at a time */

/* The octets at a place that the peer has, too, and how many; or NULL. */
static const uint8_t *
read_place(const struct encoder *e, struct anchorindex_place p, uint32_t *len)
{
	size_t all;
	const uint8_t *block = history_read(e->with.history, p.slot, &all);

	if (block == NULL || p.offset >= all ||
	    !history_is_shared(e->with.history, p.slot))
		return NULL;
	*len = (uint32_t)all - p.offset;
	return block + p.offset;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Is what stands at w->at the same as at p, for `least` octets or more? Then it
 * is said. */
static bool
copy_on(struct encoder *e, struct anchorindex_place p, uint32_t least)
{
	struct work *w = &e->w;
	uint32_t there, left = w->len - w->at, n;
	const uint8_t *known = read_place(e, p, &there);

	if (known == NULL)
		return false;
	n = (uint32_t)match_forwards(known, w->plain + w->at,
	    smaller(there, left));
	return n > 0 && n >= smaller(least, left) && encoder_say_copy(e, w->at, p, n);
}

/* Past a difference, at the same distance. */
static bool
resume(struct encoder *e)
{
	struct work *w = &e->w;
	const uint32_t from = w->at;
	struct anchorindex_place p = e->follow;
	uint32_t there, max;
	const uint8_t *known = read_place(e, p, &there),
	    *plain = w->plain + from;

	if (known == NULL)
		return false;
	max = smaller(smaller(there, w->len - from), RESUME_AHEAD);
	for (uint32_t d = 8; d + RESUME_MIN <= max; d += 8) {
		uint32_t back;

		if (match_load(known + d) != match_load(plain + d))
			continue;
		back = (uint32_t)match_backwards(known + d, plain + d, 8);
		w->at = from + d - back;
		p.offset = e->follow.offset + d - back;
		if (copy_on(e, p, RESUME_MIN)) {
			e->counts.resumed += w->at - (from + d - back);
			return true;
		}
	}
	w->at = from;
	return false;
}

/* A copy has ended: in the block behind its source, or past a difference, it may
 * go on, and so on. */
static void
go_on(struct encoder *e)
{
	struct work *w = &e->w;

	while (w->at < w->len && !encoder_is_full(e)) {
		struct anchorindex_place next = { e->follow.slot + 1, 0 };
		uint32_t there;

		if (read_place(e, e->follow, &there) == NULL) {
			if (!copy_on(e, next, ANCHOR_REACH))
				return;
		} else if (!resume(e)) {
			return;
		}
	}
}

void
encoder_find_runs(struct encoder *e, uint32_t end)
{
	struct work *w = &e->w;
	uint32_t at = w->run_at > w->at ? w->run_at :
	    (w->at + MATCH_RUN - 1) / MATCH_RUN * MATCH_RUN;

	while (at < end && at + MATCH_RUN <= w->len && !encoder_is_full(e)) {
		uint32_t from = at, n;

		at += MATCH_RUN;
		if (!match_is_run(w->plain + from))
			continue;
		n = (uint32_t)match_forwards(w->plain + from,
		    w->plain + from + 1, w->len - from - 1) + 1;
		while (from > w->at && w->plain[from - 1] == w->plain[from]) {
			from--;
			n++;
		}
		encoder_say_run(e, from, n);
		at = (w->at + MATCH_RUN - 1) / MATCH_RUN * MATCH_RUN;
	}
	w->run_at = at;
}

/* Octets that are the same here and at a place that the peer has. */
struct hit {
	uint32_t from, len;
	struct anchorindex_place p;
};

/* What is around the octets at `at` and at p, where these are an anchor's. */
static bool
measure(const struct encoder *e, uint32_t at, struct anchorindex_place p,
    struct hit *h)
{
	const struct work *w = &e->w;
	uint32_t there, back;
	const uint8_t *known = read_place(e, p, &there), *plain = w->plain + at;

	if (known == NULL || there < ANCHOR_REACH ||
	    memcmp(known, plain, ANCHOR_REACH) != 0)
		return false;
	back = (uint32_t)match_backwards(known, plain,
	    smaller(p.offset, at - w->at));
	h->from = at - back;
	h->len = back + (uint32_t)match_forwards(known, plain,
	    smaller(there, w->len - at));
	h->p = (struct anchorindex_place){ p.slot, p.offset - back };
	return true;
}

/* Of all places where anchor i was seen the one with most in common. */
static void
try_anchor(struct encoder *e, uint32_t i)
{
	struct hit best = { .len = 0 }, h;
	struct anchorindex_place p;

	for (unsigned way = 0; way < ANCHORINDEX_WAYS; way++)
		if (anchorindex_get(e->with.index, e->hashes[i], way, &p) &&
		    measure(e, e->places[i], p, &h) && h.len > best.len)
			best = h;
	if (best.len > 0 && encoder_say_copy(e, best.from, best.p, best.len))
		go_on(e);
}

/* More anchors; false: all have been found. What is copied already is not looked
 * through: its anchors are in the index. */
static bool
scan_on(struct encoder *e)
{
	struct work *w = &e->w;
	const uint32_t from = w->scanned > w->at ? w->scanned : w->at;
	uint32_t *places = e->places + w->anchors, len, n;
	uint64_t *hashes = e->hashes + w->anchors;

	if (w->len - from < ANCHOR_REACH)
		return false;
	len = smaller(w->len - from, SCAN + ANCHOR_REACH - 1);
	n = (uint32_t)anchor_find(w->plain + from, len, places);
	for (uint32_t i = 0; i < n; i++) {
		places[i] += from;
		hashes[i] = anchor_hash(w->plain + places[i]);
		anchorindex_prefetch(e->with.index, hashes[i]);
	}
	w->anchors += n;
	w->scanned = from + len - (ANCHOR_REACH - 1);
	return true;
}

void
encoder_find_copies(struct encoder *e)
{
	struct work *w = &e->w;

	if (copy_on(e, e->follow, ANCHOR_REACH))
		go_on(e);
	while (scan_on(e))
		for (; w->next < w->anchors; w->next++) {
			uint32_t place = e->places[w->next];

			if (place < w->at)
				continue;
			encoder_find_runs(e, place);
			if (place >= w->at)
				try_anchor(e, w->next);
		}
}
