/* etherip/control/netenact.c - see netenact.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netenact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/routesock.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/hostwish.h"
#include "etherip/control/lockwish.h"
#include "etherip/control/moveroutes.h"
#include "etherip/control/netclaim.h"
#include "etherip/control/netpair.h"
#include "etherip/control/netplan.h"
#include "etherip/pair/leaselink.h"
#include "etherip/path/tapkeeper.h"

#define AGAIN_MS	2000	/* when something could not be had */
#define LOOK_MS		10000	/* whether somebody took something away */
#define STAMP_MS	1000	/* that there is somebody */
#define STAMPS_A_LEASE	8
#define GRACE_MIN_S	3	/* several stamps, whatever is configured */

struct netenact {
	unsigned	 magic;
#define NETENACT_MAGIC	0x4e7ac701u
	struct netenact_config config;
	struct netplan	*plan;		/* that counts */
	struct netplan	*next;		/* that is prepared */
	struct hostnet	*host;
	struct portlock	*lock;
	struct liveness_table *live;
	struct moveroutes *moves;
	struct bpfhome	*home;		/* NULL: home_why says why */
	char		 home_why[ERR_TEXT_MAX];
	struct loop_timer stamp;
	mono_ns		 until;		/* of vgroup_config */
	struct netpair	*pair;
	struct netclaim	*claim;
	struct groupwork **groups;
	size_t		 group_count;
	struct loop_timer look;
	int		 route_fd;
	bool		 active, confined;
	char		 lock_why[ERR_TEXT_MAX];
};

/* ---- this host's part ---- */

/* Where an address is: of a group that is what the path has made, once it has. */
static const char *
device_of(const void *arg, const struct netplan_place *at)
{
	const struct netenact *n = arg;
	const struct groupwork *w = at->group != NULL ?
	    netenact_group(n, at->group) : NULL;
	const char *device = w != NULL ?
	    vgroup_device(groupwork_path(w), VGROUP_LAN) : NULL;
	const char *slash;

	if (at->group == NULL)
		return at->device;
	slash = strrchr(at->group, '/');
	return device != NULL ? device : slash != NULL ? slash + 1 : at->group;
}

/* False: something could not be had. */
static bool
apply_host(struct netenact *n)
{
	const struct hostwish_now now = { n->active, device_of, n };

	return hostwish_apply(n->plan, &now, n->host) == 0;
}

static bool
apply_lock(struct netenact *n)
{
	struct err e = { .text = "" };
	bool all = lockwish_apply(n->plan, n->lock, &e) == 0;

	if (strcmp(n->lock_why, e.text) != 0) {
		(void)snprintf(n->lock_why, sizeof(n->lock_why), "%s", e.text);
		log_at(all ? LOG_NOTICE : LOG_ERROR, "net", "allow-service",
		    all ? "done" : "not-done", "%s", e.text);
	}
	return all;
}

/* ---- groups ---- */

static void
drop_groups(struct netenact *n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->group_count; i++) {
		const char *path = groupwork_plan(n->groups[i])->path;

		if (netplan_find_group(n->plan, path) != NULL)
			n->groups[kept++] = n->groups[i];
		else
			groupwork_free(&n->groups[i], false);
	}
	n->group_count = kept;
}

static struct groupwork *
make_group(struct netenact *n, const struct netplan_group *g)
{
	const struct groupwork_config c = {
		.loop = n->config.loop, .live = n->live,
		.events = n->config.events, .home = n->home,
		.keeper = n->config.keeper, .until = &n->until,
		.moves = n->moves, .route_fd = n->route_fd,
	};
	struct groupwork *w = netenact_group(n, g->path);

	if (w != NULL)
		return w;
	w = groupwork_new(&c, g);
	n->groups = mem_resize(n->groups, n->group_count + 1,
	    sizeof(struct groupwork *));
	n->groups[n->group_count++] = w;
	return w;
}

static bool
apply_groups(struct netenact *n)
{
	bool all = true;

	for (size_t i = 0; i < n->plan->group_count; i++) {
		const struct netplan_group *g = &n->plan->groups[i];

		all = groupwork_set(make_group(n, g), g, n->active) && all;
	}
	return all;
}

/* ---- the whole ---- */

/* Groups need interfaces and addresses, and have addresses themselves. */
static void
apply(struct netenact *n)
{
	bool all;

	(void)apply_host(n);
	all = apply_groups(n);
	all = apply_host(n) && all;
	hostnet_tell(n->host);
	all = apply_lock(n) && all;
	loop_timer_start(&n->look, all ? LOOK_MS : AGAIN_MS, 0);
}

static void
on_look(struct loop_timer *timer, void *arg)
{
	(void)timer;
	apply(arg);
}

/* ---- the kernel's part of the fast ways ---- */

/* How long what forwards by itself, threads and programs, may do so from now on, should nobody
 * say anything again. A pair's active unit has its lease, and no grace behind it; one that is
 * not active passes on only what it is told to. */
static mono_ns
until(const struct netenact *n, mono_ns now)
{
	const struct leaselink *link = netpair_link(n->pair);
	bool paired = n->plan->pair.enabled;
	unsigned grace_s = paired ? 0 : n->plan->restart_grace_s;

	if (paired && n->active)
		return link != NULL ? lease_good_until(leaselink_lease(link)) :
		    0;
	return now + (grace_s > GRACE_MIN_S ? grace_s : GRACE_MIN_S) * CLOCK_S;
}

static void
stamp_kernel(struct netenact *n)
{
	struct tapkeeper *keeper = n->config.keeper;

	bpfhome_kept(n->home, keeper != NULL && tapkeeper_keeps(keeper));
	if (!n->plan->pair.enabled)
		bpfhome_stamp(n->home, n->plan->restart_grace_s);
	else
		bpfhome_stamp_until(n->home, n->active ? n->until : 0);
}

static void
stamp(struct netenact *n)
{
	const struct netplan_pair *pair = &n->plan->pair;

	__atomic_store_n(&n->until, until(n, clock_mono(&clock_system)),
	    __ATOMIC_RELAXED);
	if (n->config.keeper != NULL)
		tapkeeper_grace(n->config.keeper, pair->enabled ? 0 :
		    n->plan->restart_grace_s);
	if (n->home != NULL)
		stamp_kernel(n);
	loop_timer_start(&n->stamp, pair->enabled ?
	    pair->lease_ms / STAMPS_A_LEASE : STAMP_MS, 0);
}

static void
on_stamp(struct loop_timer *timer, void *arg)
{
	(void)timer;
	stamp(arg);
}

/* With the first configuration: what is not there is told, and frames go the slow way. */
static void
open_home(struct netenact *n)
{
	struct err e = { 0 };

	n->home = bpfhome_open(n->config.loop, n->config.pins, &e);
	if (n->home == NULL) {
		(void)snprintf(n->home_why, sizeof(n->home_why), "%s", e.text);
		log_at(LOG_WARNING, "net", "kernel", "not-done", "%s", e.text);
	}
}

int
netenact_prepare(void *arg, const struct draft *d, struct diag *out)
{
	struct netenact *n = arg;

	OBJ_CHECK(n, NETENACT_MAGIC);
	n->next = netplan_new(d, out);
	if (n->next == NULL)
		return ERR_CONFLICT;
	if (!n->confined && n->config.confine != NULL)
		n->config.confine(n->config.arg);
	n->confined = true;
	return 0;
}

void
netenact_settle(void *arg, bool made)
{
	struct netenact *n = arg;
	struct netplan *was = n->plan;

	OBJ_CHECK(n, NETENACT_MAGIC);
	if (!made) {
		netplan_free(&n->next);
		return;
	}
	n->plan = n->next;
	n->next = NULL;
	/* Nothing crosses before a new pair has agreed. */
	if (n->plan->pair.enabled && !netpair_is_on(n->pair))
		n->active = false;
	if (was == NULL)
		open_home(n);
	else
		stamp(n);	/* restart-grace may be another */
	stamp(n);
	drop_groups(n);		/* while what they were told is there */
	apply(n);
	if (was == NULL && n->home != NULL)
		bpfhome_settle(n->home);
	if (was == NULL && n->config.keeper != NULL)
		tapkeeper_settle(n->config.keeper, n->config.loop);
	netpair_set(n->pair, &n->plan->pair);
	netplan_free(&was);
}

bool
netenact_is_active(const struct netenact *n)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return n->active;
}

void
netenact_set_active(struct netenact *n, bool active)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	if (n->active == active)
		return;
	n->active = active;
	if (n->plan == NULL)
		return;
	stamp(n);
	apply(n);
}

struct netpair *
netenact_pair(const struct netenact *n)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return n->pair;
}

size_t
netenact_mirrored(const struct netenact *n, size_t *addresses)
{
	return netclaim_stations(n->claim, addresses);
}

void
netenact_floating(const struct netenact *n, void (*fn)(void *arg,
    const struct addr *addr, const char *device), void *arg)
{
	const struct netplan *p = n->plan;

	OBJ_CHECK(n, NETENACT_MAGIC);
	for (size_t i = 0; p != NULL && i < p->self_count; i++)
		if (p->selfs[i].floating)
			fn(arg, &p->selfs[i].addr,
			    device_of(n, &p->selfs[i].at));
}

static void
on_role(void *arg, bool active)
{
	struct netenact *n = arg;

	if (n->active == active)
		return;
	netenact_set_active(n, active);
	netclaim_role(n->claim, active);
}

static void
on_body(void *arg, const uint8_t *octets, size_t len)
{
	const struct netenact *n = arg;

	netclaim_body(n->claim, octets, len);
}

/* ---- birth and end ---- */

struct netenact *
netenact_new(const struct netenact_config *c, struct err *e)
{
	struct netenact *n = mem_zalloc(1, sizeof(*n));

	n->magic = NETENACT_MAGIC;
	n->config = *c;
	n->active = true;
	n->route_fd = routesock_open();
	n->host = hostnet_new(e);
	n->lock = portlock_new();
	n->live = liveness_table_new(c->loop);
	n->moves = moveroutes_new(c->loop);
	n->pair = netpair_new(&(struct netpair_config){ .loop = c->loop,
	    .events = c->events, .role = on_role, .body = on_body, .arg = n });
	n->claim = netclaim_new(c->loop, n);
	loop_timer_init(&n->look, c->loop, on_look, n);
	loop_timer_init(&n->stamp, c->loop, on_stamp, n);
	if (n->host == NULL)
		netenact_free(&n);
	return n;
}

void
netenact_free(struct netenact **pn)
{
	struct netenact *n = *pn;

	*pn = NULL;
	if (n == NULL)
		return;
	OBJ_CHECK(n, NETENACT_MAGIC);
	/* Who is active stops, and the other unit may begin. */
	netpair_free(&n->pair);
	netclaim_free(&n->claim);
	loop_timer_stop(&n->look);
	loop_timer_stop(&n->stamp);
	for (size_t i = 0; i < n->group_count; i++)
		groupwork_free(&n->groups[i], true);
	free(n->groups);
	bpfhome_close(&n->home);
	moveroutes_free(&n->moves);
	liveness_table_free(&n->live);
	portlock_free(&n->lock);
	hostnet_free(&n->host);
	netplan_free(&n->next);
	netplan_free(&n->plan);
	if (n->route_fd != -1)
		(void)close(n->route_fd);
	n->magic = 0;
	free(n);
}

/* ---- for those who look ---- */

struct moveroutes *
netenact_moves(const struct netenact *n)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return n->moves;
}

const char *
netenact_home_why(const struct netenact *n)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return n->home_why;
}

const struct netplan *
netenact_plan(const struct netenact *n)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return n->plan;
}

struct groupwork *
netenact_group(const struct netenact *n, const char *path)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	for (size_t i = 0; i < n->group_count; i++)
		if (strcmp(groupwork_plan(n->groups[i])->path, path) == 0)
			return n->groups[i];
	return NULL;
}

struct groupwork *
netenact_carrier(const struct netenact *n, const char *tunnel)
{
	struct groupwork_tunnel t;

	OBJ_CHECK(n, NETENACT_MAGIC);
	for (size_t i = 0; i < n->group_count; i++)
		if (groupwork_tunnel(n->groups[i], tunnel, &t))
			return n->groups[i];
	return NULL;
}

struct groupwork *
netenact_next(const struct netenact *n, size_t *at)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return *at < n->group_count ? n->groups[(*at)++] : NULL;
}

const char *
netenact_why(const struct netenact *n, const char *label)
{
	OBJ_CHECK(n, NETENACT_MAGIC);
	return label == NULL ? n->lock_why : hostnet_why(n->host, label);
}

int
netenact_clear(const char *pins, struct err *e)
{
	static const struct portlock_plan open = { .self_count = 0 };
	struct hostnet *h = hostnet_new(e);
	struct portlock *l = portlock_new();
	int rc;

	if (h == NULL) {
		portlock_free(&l);
		return e->code;
	}
	rc = portlock_apply(l, &open, e);
	if (rc == 0 && pins != NULL)
		rc = bpfhome_clear(pins, e);
	hostnet_clear(h);
	portlock_free(&l);
	hostnet_free(&h);
	return rc;
}
