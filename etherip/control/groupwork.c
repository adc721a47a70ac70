/* etherip/control/groupwork.c - see groupwork.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/groupwork.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"
#include "etherip/bridge/snoop.h"
#include "etherip/bridge/tracering.h"
#include "etherip/control/groupevent.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/moveroutes.h"
#include "etherip/control/vgroupmove.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/mover.h"

/* Who watches the other end of a tunnel. */
struct watch {
	struct groupwork *work;
	char		*path;		/* of the tunnel */
	char		 name[VGROUP_NAME_MAX];
	struct liveness	*live;		/* NULL: why says why */
	char		 why[ERR_TEXT_MAX];
	bool		 wanted;	/* while the plan is gone through */
};

struct groupwork {
	unsigned	 magic;
#define GROUPWORK_MAGIC	0x96701e01u
	struct groupwork_config config;
	const struct netplan_group *plan;
	struct vgroup	*path;
	struct groupmover *mover;
	struct tracering *trace;
	struct watch	**watches;
	size_t		 watch_count, watch_room;
	struct fdb_key	*pinned;	/* stations of the configuration */
	size_t		 pinned_count;
	bool		 active;
	char		 why[ERR_TEXT_MAX];
};

/* ---- what is told ---- */

static void
tell(const struct watch *w, const struct liveness_status *s)
{
	const struct groupevent e = { .kind = "tunnel", .tunnel = w->path,
	    .group = w->work->plan->path,
	    .state = liveness_verdict_name(s->verdict), .reason = s->reason };

	groupevent_tell(w->work->config.events, LOG_NOTICE, &e);
}

/* Weather: told when it is another. */
static void
note(struct groupwork *w, const char *why)
{
	if (strcmp(w->why, why) == 0)
		return;
	(void)snprintf(w->why, sizeof(w->why), "%s", why);
	if (*why == '\0')
		log_at(LOG_NOTICE, "net", w->plan->path, "group", "all=yes");
	else
		log_at(LOG_WARNING, "net", w->plan->path, "not-done", "%s",
		    why);
}

/* ---- who watches ---- */

static void
heed(const struct watch *w)
{
	struct vgroup *v = w->work->path;
	unsigned member = vgroup_member(v, w->name);

	/* What is not known yet is left as it is. */
	if (member != FDB_NONE)
		vgroup_tunnel_up(v, member, w->live == NULL ||
		    liveness_verdict(w->live) != LIVENESS_DOWN);
}

static void
on_verdict(void *arg, struct liveness *l, enum liveness_verdict verdict)
{
	struct watch *w = arg;
	struct mover *m = groupmover_mover(w->work->mover);
	unsigned member = vgroup_member(w->work->path, w->name);
	struct liveness_status s;

	liveness_status(l, &s);
	heed(w);
	tell(w, &s);
	if (member == FDB_NONE)
		return;
	if (verdict == LIVENESS_UP)
		mover_joined(m, member, loop_now_ns(w->work->config.loop));
	else
		mover_left(m, member);
	groupmover_wake(w->work->mover);
}

static void
free_watch(struct watch **pw)
{
	struct watch *w = *pw;

	*pw = NULL;
	liveness_free(&w->live);
	free(w->path);
	free(w);
}

static struct watch *
find_watch(const struct groupwork *w, const char *path)
{
	for (size_t i = 0; i < w->watch_count; i++)
		if (strcmp(w->watches[i]->path, path) == 0)
			return w->watches[i];
	return NULL;
}

static struct watch *
add_watch(struct groupwork *w, const char *path, const char *name)
{
	struct watch *one = mem_zalloc(1, sizeof(*one));

	one->work = w;
	one->path = mem_strdup(path);
	(void)snprintf(one->name, sizeof(one->name), "%s", name);
	w->watches = mem_grow(w->watches, &w->watch_room, w->watch_count + 1,
	    sizeof(struct watch *));
	w->watches[w->watch_count++] = one;
	return one;
}

/* From which address, and over how many hops: the routes say that. */
static struct liveness_config
config_of(const struct groupwork *w, const struct netplan_tunnel *t)
{
	struct liveness_config c = t->live;
	struct routemsg_way way;

	if (t->floating && !w->active)
		c.local = t->secondary;
	c.far = routesock_way(w->config.route_fd, &c.remote, 0, &way) == 0 &&
	    way.gateway.family != 0;
	return c;
}

/* False: it cannot be watched. */
static bool
set_watch(struct groupwork *w, const struct vgroup_tunnel *way,
    const struct netplan_tunnel *t)
{
	struct watch *one = find_watch(w, t->path);
	struct liveness_config c = config_of(w, t);
	struct err e = { 0 };

	if (one == NULL)
		one = add_watch(w, t->path, way->name);
	one->wanted = true;
	one->why[0] = '\0';
	if (c.local.family == 0) {	/* the other unit's alone */
		liveness_free(&one->live);
		return true;
	}
	if (one->live != NULL && !liveness_set(one->live, &c))
		liveness_free(&one->live);
	if (one->live == NULL)
		one->live = liveness_new(w->config.live, &c, on_verdict, one,
		    &e);
	if (one->live == NULL)
		(void)snprintf(one->why, sizeof(one->why), "%s", e.text);
	heed(one);
	return one->live != NULL;
}

static bool
set_watches(struct groupwork *w)
{
	const struct netplan_group *g = w->plan;
	bool all = true;
	size_t kept = 0;

	for (size_t i = 0; i < w->watch_count; i++)
		w->watches[i]->wanted = false;
	for (size_t i = 0; i < g->plan.tunnel_count; i++)
		all = set_watch(w, &g->tunnels[i], &g->tunnel_more[i]) && all;
	for (size_t i = 0; i < w->watch_count; i++)
		if (w->watches[i]->wanted)
			w->watches[kept++] = w->watches[i];
		else
			free_watch(&w->watches[i]);
	w->watch_count = kept;
	return all;
}

/* ---- stations that are configured ---- */

static bool
is_planned(const struct netplan_group *g, const struct fdb_key *k)
{
	for (size_t i = 0; i < g->station_count; i++)
		if (g->stations[i].key.mac == k->mac &&
		    g->stations[i].key.vlan == k->vlan)
			return true;
	return false;
}

/* False: there was no room for one. */
static bool
set_stations(struct groupwork *w)
{
	const struct netplan_group *g = w->plan;
	struct fdb_station known;
	bool all = true;

	for (size_t i = 0; i < w->pinned_count; i++)
		if (!is_planned(g, &w->pinned[i]))
			(void)vgroup_remove(w->path, &w->pinned[i]);
	w->pinned = mem_resize(w->pinned, g->station_count + 1,
	    sizeof(*w->pinned));
	w->pinned_count = 0;
	for (size_t i = 0; i < g->station_count; i++) {
		const struct netplan_station *s = &g->stations[i];
		unsigned member = s->tunnel == NULL ? VGROUP_LAN :
		    vgroup_member(w->path, s->tunnel);

		if (member == FDB_NONE)
			continue;	/* nothing carries the tunnel now */
		w->pinned[w->pinned_count++] = s->key;
		/* To put it anew would lose it for a moment. */
		if (vgroup_find(w->path, &s->key, &known) &&
		    known.member == member && (known.pins & FDB_STATIC) != 0)
			continue;
		all = vgroup_put(w->path, &s->key, member, FDB_STATIC) && all;
	}
	return all;
}

/* ---- stations that move ---- */

static void
on_new(void *arg, const struct fdb_key *k, unsigned member)
{
	const struct groupwork *w = arg;

	groupmover_came(w->mover, k, member);
}

static void
on_move(void *arg, const struct fdb_key *k, unsigned from, unsigned to)
{
	const struct groupwork *w = arg;

	groupmover_moved(w->mover, k, from, to);
}

static void
on_snoop(void *arg, unsigned member, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	const struct groupwork *w = arg;

	vgroupmove_snooped(w->mover, member, f, octets, len);
}

/* The full path of the tunnel that this member is. */
static const char *
tunnel_of(const void *arg, unsigned member)
{
	const struct groupwork *w = arg;
	const char *name = vgroup_tunnel(w->path, member);

	for (size_t i = 0; name != NULL && i < w->plan->plan.tunnel_count; i++)
		if (strcmp(w->plan->tunnels[i].name, name) == 0)
			return w->plan->tunnel_more[i].path;
	return NULL;
}

static void
on_refused(void *arg, unsigned member, int error, unsigned frames)
{
	const struct groupwork *w = arg;
	const char *tunnel = tunnel_of(w, member);
	char why[LIVENESS_TEXT_MAX];
	const struct groupevent e = { .kind = "fast-path",
	    .tunnel = tunnel != NULL ? tunnel : w->plan->path,
	    .group = w->plan->path, .state = "not-taken", .reason = why };

	(void)snprintf(why, sizeof(why), "%s, %u lost", strerror(error),
	    frames);
	groupevent_tell(w->config.events, LOG_WARNING, &e);
}

/* The address of the group's interface; 0: there is none yet. */
static uint64_t
mac_of(const char *device)
{
	struct ifreq r = { 0 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t mac = 0;

	if (device != NULL)
		(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", device);
	if (fd != -1 && device != NULL && ioctl(fd, SIOCGIFHWADDR, &r) == 0)
		mac = macaddr_get((const uint8_t *)r.ifr_hwaddr.sa_data);
	if (fd != -1)
		(void)close(fd);
	return mac;
}

static void
settings_of(const struct groupwork *w, struct movepath_settings *out)
{
	const struct netplan_group *g = w->plan;

	*out = (struct movepath_settings){
		.voice = { mac_of(vgroup_device(w->path, VGROUP_LAN)), g->ip },
		.stand_in = vgroup_stand_in(w->path),
		.turned = g->plan.mode == FORWARD_TRANSLUCENT ?
		    MACADDR_LOCAL : 0,
		.keepalive = g->keepalive,
		.tunnel_to_tunnel = g->plan.tunnel_to_tunnel,
		.silent = !w->active,
		.dampening = { g->dampening_moves,
		    g->dampening_window_s * CLOCK_S,
		    g->dampening_hold_s * CLOCK_S },
		/* A silent station is asked for by the address that it had. */
		.snoop_ageing_s = g->plan.fdb.ageing_s > SNOOP_AGEING_S ?
		    g->plan.fdb.ageing_s : SNOOP_AGEING_S,
	};
}

static void
retrace(void *path_arg)
{
	vgroup_retrace(path_arg);
}

/* ---- the whole ---- */

/* Those that this unit carries now: a copy for the caller to free. */
static struct vgroup_tunnel *
carried(const struct netplan_group *g, bool active, size_t *count)
{
	struct vgroup_tunnel *v = mem_zalloc(g->plan.tunnel_count + 1,
	    sizeof(*v));

	*count = 0;
	for (size_t i = 0; i < g->plan.tunnel_count; i++)
		if (active || !g->tunnel_more[i].floating)
			v[(*count)++] = g->tunnels[i];
	return v;
}

bool
groupwork_set(struct groupwork *w, const struct netplan_group *g, bool active)
{
	struct vgroup_plan p = g->plan;
	struct err e = { 0 };
	struct movepath_settings settings;
	struct vgroup_tunnel *tunnels;
	bool all;

	OBJ_CHECK(w, GROUPWORK_MAGIC);
	w->plan = g;
	w->active = active;
	p.tunnels = tunnels = carried(g, active, &p.tunnel_count);
	vgroup_silent(w->path, !active);
	all = vgroup_set(w->path, &p, &e) == 0;
	if (!set_stations(w) && all) {
		all = false;
		(void)err_set(&e, ERR_NOSPACE, "net fdb: there is no room for "
		    "all of its stations");
	}
	note(w, all ? "" : e.text);
	free(tunnels);
	settings_of(w, &settings);
	groupmover_set(w->mover, &settings);
	return set_watches(w) && all;
}

struct groupwork *
groupwork_new(const struct groupwork_config *c, const struct netplan_group *g)
{
	struct groupwork *w = mem_zalloc(1, sizeof(*w));
	struct movepath_settings settings;

	w->magic = GROUPWORK_MAGIC;
	w->config = *c;
	w->plan = g;
	w->trace = tracering_new();
	w->path = vgroup_new(&(struct vgroup_config){
	    .loop = c->loop, .name = g->name, .home = c->home, .arg = w,
	    .trace = w->trace, .keeper = c->keeper,
	    .until = c->until,
	    .on_new = on_new, .on_move = on_move, .on_snoop = on_snoop,
	    .on_refused = on_refused });
	settings_of(w, &settings);
	w->mover = groupmover_new(&(struct groupmover_config){
	    .loop = c->loop, .events = c->events, .name = g->path,
	    .path = &vgroupmove_path, .path_arg = w->path,
	    .tunnel = tunnel_of, .arg = w, .trace = w->trace,
	    .retrace = retrace }, &settings);
	moveroutes_add(c->moves, w->mover);
	return w;
}

void
groupwork_free(struct groupwork **pw, bool keep)
{
	struct groupwork *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, GROUPWORK_MAGIC);
	moveroutes_remove(w->config.moves, w->mover);
	groupmover_free(&w->mover);
	for (size_t i = 0; i < w->watch_count; i++)
		free_watch(&w->watches[i]);
	free(w->watches);
	free(w->pinned);
	vgroup_free(&w->path, keep);
	tracering_free(&w->trace);
	w->magic = 0;
	free(w);
}

const struct netplan_group *
groupwork_plan(const struct groupwork *w)
{
	OBJ_CHECK(w, GROUPWORK_MAGIC);
	return w->plan;
}

struct vgroup *
groupwork_path(const struct groupwork *w)
{
	OBJ_CHECK(w, GROUPWORK_MAGIC);
	return w->path;
}

struct groupmover *
groupwork_mover(const struct groupwork *w)
{
	OBJ_CHECK(w, GROUPWORK_MAGIC);
	return w->mover;
}

const char *
groupwork_why(const struct groupwork *w)
{
	OBJ_CHECK(w, GROUPWORK_MAGIC);
	return w->why;
}

bool
groupwork_tunnel(const struct groupwork *w, const char *path,
    struct groupwork_tunnel *out)
{
	const struct watch *one = find_watch(w, path);

	OBJ_CHECK(w, GROUPWORK_MAGIC);
	if (one == NULL)
		return false;
	out->member = vgroup_member(w->path, one->name);
	out->live = one->live;
	out->why = one->why[0] != '\0' ? one->why : w->why;
	return true;
}
