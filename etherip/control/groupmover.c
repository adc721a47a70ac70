/* etherip/control/groupmover.c - see groupmover.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/groupmover.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "etherip/bridge/tracering.h"
#include "etherip/control/movewords.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/mover.h"

struct groupmover {
	unsigned	 magic;
#define GROUPMOVER_MAGIC 0x630fe201u
	struct groupmover_config config;
	char		*name;
	struct mover	*mover;
	struct loop_timer timer;
	struct loop_timer traced;	/* until then */
};

static void
on_event(void *arg, const struct moveevent *e)
{
	struct groupmover *g = arg;
	char mac[MACADDR_TEXT_MAX];
	struct json *j;

	log_at(e->what == MOVEEVENT_DAMPED ? LOG_WARNING : LOG_NOTICE, "net",
	    g->name, moveevent_whats[e->what],
	    "station=%s vlan=%u from=%s to=%s how=%s",
	    macaddr_format(e->key.mac, mac), e->key.vlan,
	    movewords_place(g, e->from), movewords_place(g, e->to),
	    moveevent_hows[e->how]);
	if (g->config.events == NULL)
		return;
	j = movewords_event(g, e, g->config.loop);
	restevents_add(g->config.events, "move", &j);
}

static void
on_time(struct loop_timer *t, void *arg)
{
	(void)t;
	groupmover_wake(arg);
}

static void
watch(const struct groupmover *g, const struct fdb_key *k)
{
	tracering_watch(g->config.trace, k);
	g->config.retrace(g->config.path_arg);
}

static void
on_traced(struct loop_timer *t, void *arg)
{
	(void)t;
	watch(arg, NULL);
}

struct groupmover *
groupmover_new(const struct groupmover_config *c,
    const struct movepath_settings *s)
{
	struct groupmover *g = mem_zalloc(1, sizeof(*g));
	struct movepath path = *c->path;

	g->magic = GROUPMOVER_MAGIC;
	g->config = *c;
	g->config.name = g->name = mem_strdup(c->name);
	path.event = on_event;
	path.event_arg = g;
	g->mover = mover_new(&path, c->path_arg, s);
	loop_timer_init(&g->timer, c->loop, on_time, g);
	loop_timer_init(&g->traced, c->loop, on_traced, g);
	return g;
}

void
groupmover_free(struct groupmover **pg)
{
	struct groupmover *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, GROUPMOVER_MAGIC);
	loop_timer_stop(&g->timer);
	loop_timer_stop(&g->traced);
	mover_free(&g->mover);
	free(g->name);
	g->magic = 0;
	free(g);
}

void
groupmover_wake(struct groupmover *g)
{
	mono_ns next;

	OBJ_CHECK(g, GROUPMOVER_MAGIC);
	mover_tick(g->mover, loop_now_ns(g->config.loop));
	next = mover_next(g->mover);
	if (next == UINT64_MAX)
		loop_timer_stop(&g->timer);
	else
		loop_timer_start_at(&g->timer, next);
}

void
groupmover_set(struct groupmover *g, const struct movepath_settings *s)
{
	mover_set(g->mover, s);
	groupmover_wake(g);
}

void
groupmover_came(struct groupmover *g, const struct fdb_key *k,
    unsigned member)
{
	mover_came(g->mover, k, member, loop_now_ns(g->config.loop));
	groupmover_wake(g);
}

void
groupmover_moved(struct groupmover *g, const struct fdb_key *k,
    unsigned from, unsigned to)
{
	mover_moved(g->mover, k, from, to, loop_now_ns(g->config.loop));
	groupmover_wake(g);
}

void
groupmover_snooped(struct groupmover *g, const struct snoop_fact *f)
{
	mover_snooped(g->mover, f, loop_now_ns(g->config.loop));
	groupmover_wake(g);
}

struct mover *
groupmover_mover(struct groupmover *g)
{
	return g->mover;
}

bool
groupmover_trace(struct groupmover *g, const struct fdb_key *k, dur_ns for_ns)
{
	if (g->config.trace == NULL)
		return false;
	watch(g, k);
	loop_timer_start_at(&g->traced, loop_now_ns(g->config.loop) + for_ns);
	return true;
}

const struct tracering *
groupmover_tracering(const struct groupmover *g)
{
	return g->config.trace;
}

/* ---- names ---- */

const char *
groupmover_name(const struct groupmover *g)
{
	return g->name;
}

const char *
groupmover_tunnel(const struct groupmover *g, unsigned member)
{
	return member == MOVEPATH_LAN || member >= FDB_MEMBERS_MAX ? NULL :
	    g->config.tunnel(g->config.arg, member);
}

/* The same name, or the last part of it. */
static bool
is_called(const char *name, const char *word)
{
	const char *last = strrchr(name, '/');

	return strcmp(name, word) == 0 ||
	    (last != NULL && strcmp(last + 1, word) == 0);
}

unsigned
groupmover_member(const struct groupmover *g, const char *word)
{
	bool any = strcmp(word, "remote") == 0;
	unsigned found = FDB_NONE;

	if (strcmp(word, "local") == 0)
		return MOVEPATH_LAN;
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++) {
		const char *name = groupmover_tunnel(g, i);

		if (name == NULL || !(any || is_called(name, word)))
			continue;
		if (found != FDB_NONE)
			return FDB_NONE;
		found = i;
	}
	return found;
}
