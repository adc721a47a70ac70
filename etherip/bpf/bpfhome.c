/* etherip/bpf/bpfhome.c - see bpfhome.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpfhome.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "etherip/bpf/bpfcut.h"
#include "etherip/bpf/bpfdevice.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpflane.h"
#include "etherip/bpf/bpfleap.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfpins.h"
#include "etherip/bpf/bpftable.h"
#include "etherip/bpf/bpfway.h"

#define WAYS_MS		50u	/* changes come in swarms */
#define WAYS_AGAIN_MS	5000u
#define HERE_S		3u	/* a stamp comes every second */

struct bpfhome {
	unsigned	 magic;
#define BPFHOME_MAGIC	0xb9f0e001u
	struct bpfload	*load;
	struct bpfdevice *devices;
	char		*whose;		/* owned: what devices of ours are called by */
	struct list	 guests;
	int		 ways_fd, watch_fd;
	struct bpfleap	*leap;		/* NULL: the kernel does not tell */
	struct loop_io	*watch, *events, *features;
	struct loop_timer ways_soon, ways_again;
	bool		 settled;	/* TAPs are open, as far as there are any */
	bool		 kept;		/* and will be */
	bool		 slots[BPFKEY_SLOTS];	/* asked for by this process */
	bool		 taken[BPFKEY_SLOTS];	/* in the map */
	bool		 groups[BPFKEY_GROUPS];
};

/* ---- what programs and the kernel tell ---- */

static void
on_event(void *arg, const struct bpfkey_event *e)
{
	struct bpfhome *h = arg;

	LIST_EACH(&h->guests, it) {
		struct bpfhome_guest *g = OBJ_OF(it, struct bpfhome_guest,
		    node);

		if (g->group == e->group)
			g->on_event(g, e);
	}
}

static void
on_events(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct bpfhome *h = arg;

	(void)io;
	(void)fd;
	(void)events;
	bpfload_events(h->load, on_event, h);
}

static void
on_ways(struct loop_timer *t, void *arg)
{
	struct bpfhome *h = arg;

	(void)t;
	LIST_EACH(&h->guests, it) {
		struct bpfhome_guest *g = OBJ_OF(it, struct bpfhome_guest,
		    node);

		g->on_ways(g);
	}
	bpflane_settle(bpfload_shared(h->load));
}

static void
on_watch(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct bpfhome *h = arg;

	(void)io;
	(void)events;
	if (bpfway_drain(fd) && !loop_timer_running(&h->ways_soon))
		loop_timer_start(&h->ways_soon, WAYS_MS, 0);
}

static void
on_features(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct bpfhome *h = arg;

	(void)io;
	(void)fd;
	(void)events;
	if (bpfleap_drain(h->leap) && !loop_timer_running(&h->ways_soon))
		loop_timer_start(&h->ways_soon, WAYS_MS, 0);
}

/* ---- what the process before has left ---- */

static bool
note_slot(void *arg, const void *key, const void *value)
{
	struct bpfhome *h = arg;
	uint32_t slot;

	(void)value;
	memcpy(&slot, key, sizeof(slot));
	if (slot < BPFKEY_SLOTS)
		h->taken[slot] = true;
	return true;
}

struct unasked {
	struct bpfhome *home;
	uint32_t slot;		/* BPFKEY_SLOTS: any that nobody has asked for */
};

static bool
drop_peer(void *arg, const void *key, const void *value)
{
	const struct unasked *u = arg;
	struct bpfkey_peer peer;

	memcpy(&peer, value, sizeof(peer));
	if (u->slot < BPFKEY_SLOTS ? peer.slot == u->slot :
	    peer.slot >= BPFKEY_SLOTS || !u->home->slots[peer.slot])
		(void)bpfmap_take(bpfload_map(u->home->load, BPFLOAD_PEERS),
		    key, NULL);
	return true;
}

static bool
drop_port(void *arg, const void *key, const void *value)
{
	const struct unasked *u = arg;
	struct bpfkey_port port;

	memcpy(&port, value, sizeof(port));
	if (u->slot < BPFKEY_SLOTS ? port.slot == u->slot :
	    port.slot >= BPFKEY_SLOTS || !u->home->slots[port.slot])
		(void)bpfmap_take(bpfload_map(u->home->load, BPFLOAD_PORTS),
		    key, NULL);
	return true;
}

static bool
drop_lane(void *arg, const void *key, const void *value)
{
	const struct unasked *u = arg;
	struct bpfkey_lane lane;

	memcpy(&lane, value, sizeof(lane));
	if (lane.slot == u->slot)
		(void)bpfmap_take(bpfload_map(u->home->load, BPFLOAD_LANES),
		    key, NULL);
	return true;
}

static bool
drop_group(void *arg, const void *key, const void *value)
{
	struct bpfhome *h = arg;
	uint32_t group;

	memcpy(&group, value, sizeof(group));
	if (group < BPFKEY_GROUPS && h->groups[group])
		return true;
	bpftable_drop(h->load, group);
	(void)bpfmap_take(bpfload_map(h->load, BPFLOAD_GROUPS), key, NULL);
	return true;
}

void
bpfhome_settle(struct bpfhome *h)
{
	struct unasked u = { h, BPFKEY_SLOTS };

	bpfmap_each(bpfload_map(h->load, BPFLOAD_PORTS), drop_port, &u);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_PEERS), drop_peer, &u);
	for (uint32_t slot = 0; slot < BPFKEY_SLOTS; slot++)
		if (h->taken[slot] && !h->slots[slot])
			bpfhome_free_slot(h, slot);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_GROUPS), drop_group, h);
	bpfdevice_sweep(h->devices, false);
	h->settled = true;
}

/* ---- its life ---- */

static int
watch_all(struct bpfhome *h, struct loop *l, struct err *e)
{
	h->leap = bpfleap_open();
	h->ways_fd = bpfway_open();
	h->watch_fd = bpfway_watch();
	if (h->ways_fd == -1 || h->watch_fd == -1)
		return err_sys(e, errno, "socket of the kernel's routes");
	bpfload_events(h->load, on_event, h);
	if (bpfload_events_fd(h->load) == -1)
		return err_sys(e, errno, "ring of the programs' events");
	h->watch = loop_io_start(l, h->watch_fd, LOOP_READ, on_watch, h);
	h->events = loop_io_start(l, bpfload_events_fd(h->load), LOOP_READ,
	    on_events, h);
	if (h->leap != NULL)
		h->features = loop_io_start(l, bpfleap_watch(h->leap),
		    LOOP_READ, on_features, h);
	if (h->watch == NULL || h->events == NULL ||
	    (h->leap != NULL && h->features == NULL))
		return err_sys(e, errno, "descriptors of the control loop");
	loop_timer_start(&h->ways_again, WAYS_AGAIN_MS, WAYS_AGAIN_MS);
	return 0;
}

struct bpfhome *
bpfhome_open(struct loop *l, const char *pins, struct err *e)
{
	struct bpfload *load = bpfload_open(pins, e);
	struct bpfhome *h;

	if (load == NULL)
		return NULL;
	h = mem_zalloc(1, sizeof(*h));
	h->magic = BPFHOME_MAGIC;
	h->load = load;
	h->devices = bpfdevice_new(load);
	h->whose = mem_strdup(pins != NULL ? pins : "etheripd");
	h->ways_fd = h->watch_fd = -1;
	list_init(&h->guests);
	loop_timer_init(&h->ways_soon, l, on_ways, h);
	loop_timer_init(&h->ways_again, l, on_ways, h);
	bpfmap_each(bpfload_map(load, BPFLOAD_TUNNELS), note_slot, h);
	if (watch_all(h, l, e) != 0)
		bpfhome_close(&h);
	return h;
}

void
bpfhome_close(struct bpfhome **ph)
{
	struct bpfhome *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, BPFHOME_MAGIC);
	assert(list_empty(&h->guests));
	loop_timer_stop(&h->ways_soon);
	loop_timer_stop(&h->ways_again);
	loop_io_stop(&h->watch);
	loop_io_stop(&h->events);
	loop_io_stop(&h->features);
	/* Who comes after could not know of them. */
	if (bpfload_pins(h->load) == NULL)
		bpfdevice_sweep(h->devices, true);
	if (!h->kept)
		bpfload_shared(h->load)->here_ns = 0;
	bpfdevice_free(&h->devices);
	bpfload_close(&h->load);
	bpfleap_free(&h->leap);
	if (h->ways_fd != -1)
		(void)close(h->ways_fd);
	if (h->watch_fd != -1)
		(void)close(h->watch_fd);
	h->magic = 0;
	free(h->whose);
	free(h);
}

bool
bpfhome_is_pinned(const struct bpfhome *h)
{
	return bpfload_pins(h->load) != NULL;
}

void
bpfhome_kept(struct bpfhome *h, bool kept)
{
	h->kept = kept;
}

/* The programs go by the kernel's own monotonic clock, whatever the loop's is. */
void
bpfhome_stamp(struct bpfhome *h, unsigned grace_s)
{
	struct bpfkey_shared *shared = bpfload_shared(h->load);
	struct timespec now;
	uint64_t here_ns, deadline_ns;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	here_ns = (uint64_t)now.tv_sec * CLOCK_S + (uint64_t)now.tv_nsec;
	deadline_ns = here_ns + (grace_s > HERE_S ? grace_s : HERE_S) * CLOCK_S;
	here_ns = h->kept ? deadline_ns : here_ns + HERE_S * CLOCK_S;
	if (h->settled)
		__atomic_store_n(&shared->here_ns, here_ns, __ATOMIC_RELAXED);
	__atomic_store_n(&shared->deadline_ns, deadline_ns, __ATOMIC_RELAXED);
}

void
bpfhome_stamp_until(struct bpfhome *h, uint64_t until_ns)
{
	bpfhome_stamp(h, until_ns == 0 ? 0 : 1);
	__atomic_store_n(&bpfload_shared(h->load)->deadline_ns, until_ns,
	    __ATOMIC_RELAXED);
}

int
bpfhome_clear(const char *pins, struct err *e)
{
	struct bpfload *l = bpfload_open_pinned(pins);
	struct bpfdevice *d;

	if (l == NULL)
		return errno == ENOENT || errno == 0 ? 0 :
		    err_sys(e, errno, "pins in %s", pins);
	d = bpfdevice_new(l);
	bpfdevice_sweep(d, true);
	bpfdevice_free(&d);
	bpfload_close(&l);
	bpfpins_remove(pins);
	return 0;
}

/* ---- groups and tunnels ---- */

struct number {
	struct bpfhome *home;
	uint32_t group;
};

static bool
drop_held(void *arg, const void *key, const void *value)
{
	const struct number *n = arg;
	struct bpfkey_held k;

	(void)value;
	memcpy(&k, key, sizeof(k));
	if (k.group == n->group)
		(void)bpfmap_take(bpfload_map(n->home->load, BPFLOAD_HELD),
		    key, NULL);
	return true;
}

/* A number that neither this process nor the one before has given. */
static bool
free_group(const struct bpfhome *h, uint32_t *out)
{
	for (uint32_t g = 0; g < BPFKEY_GROUPS; g++)
		if (!h->groups[g] && !bpftable_has(h->load, g)) {
			*out = g;
			return true;
		}
	return false;
}

int
bpfhome_join(struct bpfhome *h, struct bpfhome_guest *g, const char *name,
    struct err *e)
{
	char key[BPFKEY_NAME] = "";
	int map = bpfload_map(h->load, BPFLOAD_GROUPS);
	size_t len = strlen(name);

	if (len >= sizeof(key))
		return err_set(e, ERR_RANGE, "%s: over %zu octets", name,
		    sizeof(key) - 1);
	memcpy(key, name, len);
	if ((bpfmap_look(map, key, &g->group) != 0 ||
	    g->group >= BPFKEY_GROUPS || h->groups[g->group]) &&
	    (!free_group(h, &g->group) ||
	    bpfmap_put(map, key, &g->group) != 0))
		return err_set(e, ERR_RANGE, "over %d groups", BPFKEY_GROUPS);
	h->groups[g->group] = true;
	/* Who is held, whoever comes after says anew. */
	bpfmap_each(bpfload_map(h->load, BPFLOAD_HELD), drop_held,
	    &(struct number){ h, g->group });
	list_append(&h->guests, &g->node);
	return 0;
}

static bool
drop_number(void *arg, const void *key, const void *value)
{
	const struct number *n = arg;

	if (memcmp(value, &n->group, sizeof(n->group)) == 0)
		(void)bpfmap_take(bpfload_map(n->home->load,
		    BPFLOAD_GROUPS), key, NULL);
	return true;
}

void
bpfhome_leave(struct bpfhome *h, struct bpfhome_guest *g, bool forget)
{
	struct number n = { h, g->group };

	list_remove(&g->node);
	h->groups[g->group] = false;
	if (!forget)
		return;
	bpftable_drop(h->load, g->group);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_GROUPS), drop_number, &n);
}

/* From nothing: what has been counted at this place was another tunnel's. */
static void
clear_slot(struct bpfhome *h, uint32_t slot)
{
	struct bpfkey_counts *none = mem_zalloc(bpfmap_cpus(), sizeof(*none));

	(void)bpfmap_put(bpfload_map(h->load, BPFLOAD_COUNTS), &slot, none);
	__atomic_store_n(&bpfload_shared(h->load)->at_slot[slot], 0,
	    __ATOMIC_RELAXED);
	free(none);
}

int
bpfhome_take_slot(struct bpfhome *h, const struct bpfkey_pair *p,
    uint32_t group)
{
	struct bpfkey_peer peer;

	if (bpfmap_look(bpfload_map(h->load, BPFLOAD_PEERS), p, &peer) == 0 &&
	    peer.slot < BPFKEY_SLOTS && !h->slots[peer.slot]) {
		if (peer.group == group) {
			h->slots[peer.slot] = h->taken[peer.slot] = true;
			return (int)peer.slot;
		}
		bpfhome_free_slot(h, peer.slot);
	}
	for (uint32_t slot = 0; slot < BPFKEY_SLOTS; slot++) {
		if (h->slots[slot] || h->taken[slot])
			continue;
		h->slots[slot] = h->taken[slot] = true;
		clear_slot(h, slot);
		return (int)slot;
	}
	return -1;
}

void
bpfhome_free_slot(struct bpfhome *h, uint32_t slot)
{
	struct unasked u = { h, slot };

	assert(slot < BPFKEY_SLOTS);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_PORTS), drop_port, &u);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_PEERS), drop_peer, &u);
	bpfmap_each(bpfload_map(h->load, BPFLOAD_LANES), drop_lane, &u);
	(void)bpfmap_take(bpfload_map(h->load, BPFLOAD_TUNNELS), &slot, NULL);
	h->slots[slot] = h->taken[slot] = false;
}

struct bpfload *
bpfhome_load(const struct bpfhome *h)
{
	return h->load;
}

struct bpfdevice *
bpfhome_devices(const struct bpfhome *h)
{
	return h->devices;
}

bool
bpfhome_cut(struct bpfhome *h, struct bpfcut *out)
{
	return bpfcut_make(h->whose, out) == 0;
}

int
bpfhome_ways(const struct bpfhome *h)
{
	return h->ways_fd;
}

struct bpfleap *
bpfhome_leap(const struct bpfhome *h)
{
	return h->leap;
}
