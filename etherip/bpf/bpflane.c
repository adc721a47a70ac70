/* etherip/bpf/bpflane.c - see bpflane.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpflane.h"

#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"

/* True: nothing speaks against it. Else false, with the sentence. */
__attribute__((format(printf, 2, 3)))
static bool
no(struct bpflane *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(l->why, sizeof(l->why), fmt, ap);
	va_end(ap);
	return false;
}

/* Do both devices allow it? */
static bool
can(struct bpflane *l, struct bpfhome *h, const struct bpflane_ends *e,
    struct bpfleap_port *now)
{
	struct bpfdevice *d = bpfhome_devices(h);
	struct bpfleap_port from;
	char lan[IF_NAMESIZE] = "", by[IF_NAMESIZE] = "";

	if (e->lan == 0)
		return no(l, "only in tier direct");
	if (!e->wanted)
		return no(l, "fast-path is disabled");
	if (e->by == 0 || if_indextoname(e->by, by) == NULL ||
	    if_indextoname(e->lan, lan) == NULL)
		return no(l, "no way leads to the other end");
	if (!bpfdevice_is_native(d, e->by))
		return no(l, "%s has no XDP in its driver, or another's", by);
	if (bpfhome_leap(h) == NULL ||
	    bpfleap_ask(bpfhome_leap(h), e->lan, now) != 0 ||
	    bpfleap_ask(bpfhome_leap(h), e->by, &from) != 0)
		return no(l, "this kernel does not tell what %s takes (before "
		    "6.3)", lan);
	if (!from.gives)
		return no(l, "%s hands no frames on from XDP", by);
	if (!now->takes)
		return no(l, "%s takes no frames from XDP", lan);
	if (bpfleap_is_queued(now))
		return no(l, "frames would pass by the queue of %s (%s)", lan,
		    now->queue);
	if (!bpfdevice_guard(d))
		return no(l, "this kernel does not tell what becomes of "
		    "frames (BTF)");
	return true;
}

/* The guard hears of the devices of all networks. */
static void
note(struct bpflane *l, struct bpfhome *h, const struct bpflane_ends *e,
    uint32_t lan)
{
	int map = bpfload_map(bpfhome_load(h), BPFLOAD_LANES);
	struct bpfkey_lane_key k = { .ifindex = l->noted };
	const struct bpfkey_lane lane = { e->slot, e->group };

	if (l->noted == lan)
		return;
	if (bpfhome_leap(h) != NULL)
		k.net = bpfleap_net(bpfhome_leap(h));
	if (l->noted != 0)
		(void)bpfmap_take(map, &k, NULL);
	k.ifindex = l->noted = lan;
	if (lan != 0)
		(void)bpfmap_put(map, &k, &lane);
}

static __u64 *
place(struct bpfhome *h, uint32_t slot)
{
	return &bpfload_shared(bpfhome_load(h))->lanes[slot];
}

static bool
is_another(const struct bpfleap_port *a, const struct bpfleap_port *b)
{
	return a->mtu != b->mtu || a->carriers != b->carriers;
}

static void
try_it(struct bpflane *l, struct bpfhome *h, __u64 *lane)
{
	l->refused = 0;
	l->since = 0;
	__atomic_store_n(&bpfload_shared(bpfhome_load(h))->trials, 1,
	    __ATOMIC_SEQ_CST);
	__atomic_store_n(lane, BPFKEY_LANE_TRIAL, __ATOMIC_SEQ_CST);
}

/* A frame of which nothing is heard for so long was lost where the guard does not hear. */
static void
wait_for(struct bpflane *l, __u64 *lane)
{
	mono_ns now = clock_mono(&clock_system);
	__u64 tried = BPFKEY_LANE_TRIED;

	if (__atomic_load_n(lane, __ATOMIC_SEQ_CST) != tried)
		l->since = 0;
	else if (l->since == 0)
		l->since = now;
	else if (now - l->since > CLOCK_S)
		(void)__atomic_compare_exchange_n(lane, &tried,
		    BPFKEY_LANE_SHUT, false, __ATOMIC_SEQ_CST,
		    __ATOMIC_SEQ_CST);
}

const char *
bpflane_why(struct bpflane *l, struct bpfhome *h, uint32_t slot)
{
	__u64 is = __atomic_load_n(place(h, slot), __ATOMIC_SEQ_CST);
	char lan[IF_NAMESIZE] = "";

	if (!l->may)
		return l->why;
	l->why[0] = '\0';
	(void)if_indextoname(l->noted, lan);
	if (is == BPFKEY_LANE_SHUT && l->refused == 0)
		(void)no(l, "nothing was heard of a frame to %s", lan);
	else if (is == BPFKEY_LANE_SHUT)
		(void)no(l, "%s has refused a frame: %s", lan,
		    strerror(l->refused));
	else if (is == BPFKEY_LANE_TRIAL || is == BPFKEY_LANE_TRIED)
		(void)no(l, "no frame has tried it yet");
	return l->why;
}

void
bpflane_renew(struct bpflane *l, struct bpfhome *h,
    const struct bpflane_ends *e)
{
	__u64 *lane = place(h, e->slot);
	struct bpfleap_port now = { 0 };
	bool did = l->may && l->noted == e->lan, shut;

	l->may = can(l, h, e, &now);
	note(l, h, e, l->may ? e->lan : 0);
	if (!l->may)
		return;
	shut = __atomic_load_n(lane, __ATOMIC_SEQ_CST) == BPFKEY_LANE_SHUT;
	if (!did || (shut && is_another(&l->port, &now)))
		try_it(l, h, lane);
	/* What it was like when it refused. */
	if (!did || !shut || is_another(&l->port, &now))
		l->port = now;
	wait_for(l, lane);
}

void
bpflane_shut(struct bpflane *l, int error)
{
	l->refused = error;
}

void
bpflane_drop(struct bpflane *l, struct bpfhome *h, uint32_t slot)
{
	note(l, h, &(struct bpflane_ends){ .slot = slot }, 0);
	*l = (struct bpflane){ 0 };
	__atomic_store_n(place(h, slot), BPFKEY_LANE_OPEN, __ATOMIC_SEQ_CST);
}

void
bpflane_settle(struct bpfkey_shared *shared)
{
	uint32_t any = 0;

	for (size_t i = 0; i < BPFKEY_SLOTS; i++) {
		__u64 is = __atomic_load_n(&shared->lanes[i],
		    __ATOMIC_SEQ_CST);

		if (is == BPFKEY_LANE_TRIAL || is == BPFKEY_LANE_TRIED)
			any = 1;
	}
	__atomic_store_n(&shared->trials, any, __ATOMIC_SEQ_CST);
}
