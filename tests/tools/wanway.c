/* tests/tools/wanway.c - queue, transmitter, wire: one way of an emulated link.
 *
 * A frame leaves when its last octet has come over. A super-packet goes on whole, as
 * long as all its segments live and it takes GRAIN_NS of the transmitter's time at
 * most: on a slow link the first segments of 64 KiB would be late by what all of
 * them take. Frames wait in a ring, each behind a note of when it leaves.
 * Layer: tests. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/tools/wanway.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tools/wansuper.h"

#define GRAIN_NS	1000000u
#define SECOND_NS	1000000000u
#define SLACK_NS	50000000u	/* so late may the caller be */

/* Before each frame in the ring; len 0: the next one stands at the beginning. */
struct note {
	uint64_t	leave_ns;
	uint32_t	len, segments, octets, spare;
};

enum fate { CARRIED, FULL, LOST, CUT };

static size_t
note_size(size_t len)
{
	return (sizeof(struct note) + len + 7) & ~(size_t)7;
}

static uint64_t
octets_in(const struct wanway *w, uint64_t ns)
{
	return (uint64_t)((double)w->with.rate_bps * (double)ns / 8e9);
}

/* xorshift64*: Marsaglia, Vigna. */
static uint64_t
draw(struct wanway *w)
{
	uint64_t x = w->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	w->random = x;
	return x * UINT64_C(0x2545f4914f6cdd1d);
}

void
wanway_lose(struct wanway *w, double share)
{
	w->with.loss = share;
	w->lose_below = share >= 1 ? UINT64_MAX :
	    (uint64_t)(share * 18446744073709551616.0);
}

bool
wanway_init(struct wanway *w, const struct wanway_config *with)
{
	uint64_t most;

	*w = (struct wanway){ .with = *with };
	w->random = with->seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	wanway_lose(w, with->loss);
	/* The least packet has 20 octets and takes up 56. */
	most = with->queue_len + octets_in(w, with->delay_ns + GRAIN_NS + SLACK_NS);
	w->cap = (size_t)(most * 3 + 4 * note_size(WANSUPER_MAX)) & ~(size_t)7;
	w->room = malloc(w->cap);
	return w->room != NULL;
}

void
wanway_fini(struct wanway *w)
{
	free(w->room);
	w->room = NULL;
}

/* Where a note and len octets stand from now on, or NULL. */
static uint8_t *
ring_put(struct wanway *w, const struct note *n)
{
	size_t need = note_size(n->len);
	uint8_t *at;

	if (w->waiting == 0)
		w->head = w->tail = 0;
	else if (w->tail == w->head)
		return NULL;
	if (w->tail < w->head) {
		if (w->head - w->tail < need)
			return NULL;
	} else if (w->cap - w->tail < need) {
		if (w->head < need)
			return NULL;
		if (w->cap - w->tail >= sizeof(*n))
			memset(w->room + w->tail, 0, sizeof(*n));
		w->tail = 0;
	}
	at = w->room + w->tail;
	memcpy(at, n, sizeof(*n));
	w->tail += need;
	w->waiting++;
	return at + sizeof(*n);
}

/* The first frame's note; there is one. */
static void
ring_first(struct wanway *w, struct note *n)
{
	if (w->cap - w->head < sizeof(*n))
		w->head = 0;
	memcpy(n, w->room + w->head, sizeof(*n));
	if (n->len == 0) {
		w->head = 0;
		memcpy(n, w->room, sizeof(*n));
	}
}

/* What becomes of a segment; the transmitter is busy with it, if it gets there. */
static enum fate
fate_of(struct wanway *w, uint64_t now_ns, size_t octets)
{
	uint64_t waits;

	w->counts.arrived++;
	w->counts.arrived_len += octets;
	if (now_ns < w->up_ns)
		return CUT;
	if (w->free_ns < now_ns)
		w->free_ns = now_ns;
	waits = octets_in(w, w->free_ns - now_ns) + octets;
	if (waits > w->with.queue_len)
		return FULL;
	if (waits > w->counts.queue_max)
		w->counts.queue_max = waits;
	w->free_ns += octets * 8 * SECOND_NS / w->with.rate_bps;
	return w->lose_below != 0 && draw(w) < w->lose_below ? LOST : CARRIED;
}

static void
count_drops(struct wanway *w, enum fate why, uint64_t segments)
{
	switch (why) {
	case CARRIED: break;
	case FULL: w->counts.full += segments; break;
	case LOST: w->counts.lost += segments; break;
	case CUT: w->counts.cut += segments; break;
	}
}

struct stretch {		/* of segments that go on together */
	uint32_t	from, count;
	uint64_t	octets, until_ns;
};

static void
carry(struct wanway *w, const struct wansuper *s, struct stretch *t)
{
	struct note n = {
		.leave_ns = t->until_ns + w->with.delay_ns,
		.len = (uint32_t)wansuper_cut_size(s, t->from, t->count),
		.segments = t->count, .octets = (uint32_t)t->octets,
	};
	uint8_t *at;

	if (t->count == 0)
		return;
	at = ring_put(w, &n);
	if (at != NULL)
		(void)wansuper_cut(s, t->from, t->count, at, n.len);
	else
		count_drops(w, FULL, t->count);
	*t = (struct stretch){ .from = t->from + t->count };
}

void
wanway_arrive(struct wanway *w, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	struct stretch t = { .from = 0 };
	struct wansuper s;
	uint64_t grain;

	if (!wansuper_read(&s, frame, len)) {
		w->counts.odd++;
		return;
	}
	grain = octets_in(w, GRAIN_NS);
	for (uint32_t i = 0; i < s.segments; i++) {
		size_t octets = wansuper_segment(&s, i);
		enum fate f = fate_of(w, now_ns, octets);

		if (f != CARRIED || t.octets + octets > grain)
			carry(w, &s, &t);
		if (f != CARRIED) {
			count_drops(w, f, 1);
			t.from = i + 1;
			continue;
		}
		t.count++;
		t.octets += octets;
		t.until_ns = w->free_ns;
	}
	carry(w, &s, &t);
}

uint64_t
wanway_next(struct wanway *w)
{
	struct note n;

	if (w->waiting == 0)
		return WANWAY_NEVER;
	ring_first(w, &n);
	return n.leave_ns;
}

const uint8_t *
wanway_leave(struct wanway *w, uint64_t now_ns, size_t *len)
{
	struct wanway_counts *c = &w->counts;
	const uint8_t *at;
	struct note n;

	if (w->waiting == 0)
		return NULL;
	ring_first(w, &n);
	if (n.leave_ns > now_ns)
		return NULL;
	at = w->room + w->head + sizeof(n);
	w->head += note_size(n.len);
	w->waiting--;
	c->frames++;
	c->delivered += n.segments;
	c->delivered_len += n.octets;
	c->late_sum_ns += now_ns - n.leave_ns;
	if (now_ns - n.leave_ns > c->late_max_ns)
		c->late_max_ns = now_ns - n.leave_ns;
	*len = n.len;
	return at;
}

void
wanway_cut(struct wanway *w, uint64_t now_ns, uint64_t up_ns)
{
	struct note n;

	for (; w->waiting > 0; w->waiting--) {
		ring_first(w, &n);
		w->head += note_size(n.len);
		count_drops(w, CUT, n.segments);
	}
	w->free_ns = now_ns;
	w->up_ns = up_ns;
}
