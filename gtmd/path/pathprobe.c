/* gtmd/path/pathprobe.c - see pathprobe.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathprobe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/decide/pathwant.h"
#include "gtmd/path/pathattempt.h"
#include "gtmd/path/pathdoor.h"
#include "gtmd/path/pathexcluded.h"
#include "gtmd/path/pathhome.h"
#include "gtmd/path/pathround.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/pathsettings.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"

#define HOME_MS		60000	/* addresses come and go */
#define PUMP_MS		50
#define EVICT_LOOKS	8	/* paths that are compared to replace one */

static const struct clientnet_len whole = { 32, 128 };

/* From home to one resolver. */
struct path {
	struct pathprobe *probe;
	struct addr	 to;
	char		 text[ADDR_TEXT_MAX];	/* the same: its key */
	struct pathtable_key key;
	struct list	 queued;	/* waits for its round, or alone */
	struct loop_timer due;
	struct pathround *round;	/* under way */
	uint32_t	 needs;		/* PATHTABLE_… that methods go by */
	uint32_t	 not_before_s;	/* of the next round */
	uint32_t	 failures;	/* rounds in a row without an answer */
	bool		 works;		/* was answered ever, by protocol */
	enum pathsettings_protocol protocol;
};

struct pathprobe {
	unsigned	 magic;
#define PATHPROBE_MAGIC	0x9a747204u
	struct loop	*loop;
	const struct store *store;
	struct pathtable *table;
	struct pathattempt_engine engine;
	struct pathdoor	*door;
	struct map	 paths;		/* struct path by text */
	struct list	 queue;
	unsigned	 rounds;
	struct loop_timer tick, pump, home;
	struct pathsettings set;	/* copied; its object is not used */
	struct pathexcluded excluded;
	size_t		 look;		/* where eviction looks next */
	bool		 homeless;	/* told so */
};

static uint32_t
now_s(const struct pathprobe *p)
{
	return decision_keep_now(loop_clock(p->loop));
}

static void
path_free(struct path *path)
{
	struct pathprobe *p = path->probe;

	(void)map_remove(&p->paths, path->text);
	p->rounds -= path->round != NULL;
	pathround_stop(&path->round);
	loop_timer_stop(&path->due);
	list_remove(&path->queued);
	pathtable_counts(p->table)->paths = p->paths.count;
	free(path);
}

static void
free_all(struct pathprobe *p)
{
	struct path *path;

	for (size_t at = 0; (path = map_next(&p->paths, &at, NULL)) != NULL;)
		path_free(path);
}

/* ---- rounds ---- */

static void
enqueue(struct path *path)
{
	struct pathprobe *p = path->probe;

	if (path->round != NULL || !list_empty(&path->queued))
		return;
	list_append(&p->queue, &path->queued);
	if (!loop_timer_running(&p->pump))
		loop_timer_start(&p->pump, 0, PUMP_MS);
}

static struct pathtable_record
record_of(const struct path *path)
{
	struct pathtable_record r;

	if (!pathtable_find(path->probe->table, &path->key, &r))
		r = (struct pathtable_record){ .key = path->key,
		    .asked_s = now_s(path->probe) };
	return r;
}

static void
wait_for(struct path *path, uint32_t after_s)
{
	loop_timer_start(&path->due, (uint64_t)after_s * 1000, 0);
}

/* Answered: measured again a quarter before it expires. */
static void
take_answer(struct path *path, const struct pathround_result *result,
    struct pathtable_record *r)
{
	const struct pathsettings *set = &path->probe->set;
	uint32_t now = now_s(path->probe);
	uint32_t refresh_s = set->path_ttl_s - set->path_ttl_s / 4;

	path->works = true;
	path->protocol = result->protocol;
	path->failures = 0;
	r->figures.known |= PATHTABLE_RTT | PATHTABLE_COMPLETION;
	r->figures.rtt_us = result->rtt_us;
	r->figures.completion = result->completion;
	r->until_s = now + set->path_ttl_s;
	if (result->counted) {
		r->figures.known |= PATHTABLE_HOPS;
		r->figures.hops = result->hops;
		r->hops_until_s = now + set->hops_ttl_s;
	}
	wait_for(path, refresh_s > set->retry_s ? refresh_s : set->retry_s);
}

/* Silent: a path that worked completes nothing, one that never did says
 * nothing. */
static void
take_silence(struct path *path, struct pathtable_record *r)
{
	const struct pathsettings *set = &path->probe->set;
	bool often = set->probe_limit != 0 &&
	    ++path->failures >= set->probe_limit;

	r->figures.known &= ~(uint32_t)PATHTABLE_RTT;
	if (path->works) {
		r->figures.known |= PATHTABLE_COMPLETION;
		r->figures.completion = 0;
		r->until_s = now_s(path->probe) + set->path_ttl_s;
	}
	wait_for(path, often && set->path_ttl_s > set->retry_s ?
	    set->path_ttl_s : set->retry_s);
}

static void
on_round(void *arg, const struct pathround_result *result)
{
	struct path *path = arg;
	struct pathtable_record r = record_of(path);

	path->round = NULL;
	path->probe->rounds--;
	path->not_before_s = now_s(path->probe) + path->probe->set.retry_s;
	if (result->answered)
		take_answer(path, result, &r);
	else
		take_silence(path, &r);
	r.made_s = now_s(path->probe);
	pathtable_put(path->probe->table, &r);
}

/* What worked is asked alone, until it works no more. */
static uint32_t
protocols_of(const struct path *path)
{
	uint32_t all = path->probe->set.protocols;
	uint32_t last = UINT32_C(1) << path->protocol;

	return path->works && path->failures == 0 && (all & last) != 0 ?
	    last : all;
}

static bool
needs_hops(const struct path *path)
{
	struct pathtable_record r = record_of(path);

	return (path->needs & PATHTABLE_HOPS) != 0 &&
	    ((r.figures.known & PATHTABLE_HOPS) == 0 ||
	    r.hops_until_s <= now_s(path->probe) +
	    path->probe->set.path_ttl_s);
}

static void
start_round(struct path *path)
{
	struct pathprobe *p = path->probe;
	const struct pathround_config c = {
		.engine = &p->engine, .to = path->to,
		.protocols = protocols_of(path),
		.count_hops = needs_hops(path),
		.samples = p->set.samples,
		.hops_samples = p->set.hops_samples,
		.hops_timeout_ms = p->set.hops_timeout_s * 1000,
		.hops_len = p->set.hops_len,
		.done = on_round, .arg = path,
	};

	loop_timer_stop(&path->due);
	p->rounds++;
	path->round = pathround_start(&c);
}

static void
on_pump(struct loop_timer *t, void *arg)
{
	struct pathprobe *p = arg;

	while (p->rounds < PATHPROBE_ROUNDS && !list_empty(&p->queue)) {
		struct path *path = OBJ_OF(p->queue.next, struct path, queued);

		list_remove(&path->queued);
		start_round(path);
	}
	if (list_empty(&p->queue))
		loop_timer_stop(t);
}

static uint32_t
quiet_limit(const struct pathprobe *p)
{
	return p->set.inactive_path_s < p->set.inactive_resolver_s ?
	    p->set.inactive_path_s : p->set.inactive_resolver_s;
}

/* The time for another round, if anybody asked since the last one. */
static void
on_due(struct loop_timer *t, void *arg)
{
	struct path *path = arg;
	struct pathprobe *p = path->probe;
	struct pathtable_record r = record_of(path);
	uint32_t quiet = now_s(p) - r.asked_s, limit = quiet_limit(p);
	uint32_t look_s = p->set.path_ttl_s;

	(void)t;
	if (quiet >= limit) {
		pathtable_remove(p->table, &path->key);
		path_free(path);
	} else if (r.asked_s >= r.made_s) {
		enqueue(path);
	} else {
		wait_for(path, look_s < limit - quiet ? look_s :
		    limit - quiet);
	}
}

/* ---- who is probed ---- */

/* Of some that are looked at, the one that asked the longest ago, if it has
 * been quiet for a while. */
static bool
evict(struct pathprobe *p)
{
	struct path *oldest = NULL, *path;
	uint32_t oldest_s = UINT32_MAX;

	for (int i = 0; i < EVICT_LOOKS; i++) {
		path = map_next(&p->paths, &p->look, NULL);
		if (path == NULL) {
			p->look = 0;
			continue;
		}
		if (record_of(path).asked_s >= oldest_s)
			continue;
		oldest_s = record_of(path).asked_s;
		oldest = path;
	}
	if (oldest == NULL || now_s(p) - oldest_s < PATHPROBE_QUIET_S)
		return false;
	pathtable_remove(p->table, &oldest->key);
	path_free(oldest);
	return true;
}

static void
add_path(struct pathprobe *p, const struct addr *to,
    const struct clientnet *who, uint32_t needs)
{
	struct path *path;
	struct pathtable_record r;

	if (p->paths.count >= PATHPROBE_PATHS && !evict(p)) {
		pathtable_counts(p->table)->full++;
		return;
	}
	path = mem_zalloc(1, sizeof(*path));
	path->probe = p;
	path->to = *to;
	path->needs = needs;
	path->key = (struct pathtable_key){ pathtable_home(p->table), *who };
	(void)addr_format(to, path->text);
	list_init(&path->queued);
	loop_timer_init(&path->due, p->loop, on_due, path);
	(void)map_put(&p->paths, path->text, path);
	pathtable_counts(p->table)->paths = p->paths.count;
	r = record_of(path);
	pathtable_put(p->table, &r);
	enqueue(path);
}

/* Who was noted may have been measured since. */
static bool
lacks(const struct path *path, uint32_t needs)
{
	struct pathtable_record r = record_of(path);

	return (needs & ~pathtable_in_force(path->probe->table, &r,
	    now_s(path->probe))) != 0;
}

static void
on_want(void *arg, const struct clientnet *who, uint32_t needs, bool proven)
{
	struct pathprobe *p = arg;
	char text[ADDR_TEXT_MAX];
	struct addr_prefix to;
	struct path *path;

	clientnet_prefix(who, whole, &to);
	if (addr_is_any(&to.addr) || pathexcluded_has(&p->excluded, &to.addr))
		return;
	path = map_find(&p->paths, addr_format(&to.addr, text));
	if (path != NULL) {
		path->needs |= needs;
		if (now_s(p) >= path->not_before_s && lacks(path, needs))
			enqueue(path);
	} else if (pathdoor_knock(p->door, who, proven, now_s(p))) {
		add_path(p, &to.addr, who, needs);
	} else {
		pathtable_counts(p->table)->unproven++;
	}
}

static void
on_tick(struct loop_timer *t, void *arg)
{
	struct pathprobe *p = arg;

	(void)t;
	if (pathtable_home(p->table) != 0 && p->set.protocols != 0)
		pathwant_take(pathtable_want(p->table), on_want, p);
}

/* ---- settings ---- */

/* Where we are; what was measured from elsewhere is not measured any more. */
static void
find_home(struct pathprobe *p)
{
	const struct model *m = store_model(p->store);
	bool needed = pathhome_is_needed(m);
	const char *name = needed ? pathhome_find(m) : NULL;
	uint64_t home = name != NULL ? clientnet_key(name) : 0;

	if (name == NULL && needed && !p->homeless)
		log_at(LOG_WARNING, "gtmd", "path", "homeless", "cause=\"no "
		    "server has a device with an address of this host\" "
		    "effect=\"paths to resolvers are not measured\"");
	p->homeless = name == NULL && needed;
	if (home == pathtable_home(p->table))
		return;
	free_all(p);
	pathtable_set_home(p->table, home);
	log_at(LOG_NOTICE, "gtmd", "path", "home", "datacenter=%s",
	    name != NULL ? name : "none");
}

static void
on_home(struct loop_timer *t, void *arg)
{
	(void)t;
	find_home(arg);
}

/* Who is named from now on is measured no more. */
static void
read_exclusions(struct pathprobe *p, const struct model *m)
{
	struct path *path;

	pathexcluded_read(&p->excluded, m);
	for (size_t at = 0; (path = map_next(&p->paths, &at, NULL)) != NULL;)
		if (pathexcluded_has(&p->excluded, &path->to)) {
			pathtable_remove(p->table, &path->key);
			path_free(path);
		}
}

static void
read_settings(struct pathprobe *p)
{
	const struct model *m = store_model(p->store);
	const struct settings_lb *lb = (const struct settings_lb *)
	    model_find(m, &settings_lb_type, NULL);

	p->set = *(const struct pathsettings *)model_find(m,
	    &pathsettings_type, NULL);
	p->engine.budget.rate = p->set.rate;
	pathtable_set_old(p->table, lb->ignore_path_ttl);
	if (p->set.protocols == 0)
		free_all(p);
	loop_timer_start(&p->tick, (uint64_t)p->set.interval_s * 1000,
	    (uint64_t)p->set.interval_s * 1000);
	read_exclusions(p, m);
}

static bool
concerns_home(const struct type *t)
{
	return t == &server_type || t == &listener_type || t == &pool_type_a ||
	    t == &pool_type_aaaa;
}

void
pathprobe_on_change(void *arg, const struct store_change *changes,
    size_t count)
{
	struct pathprobe *p = arg;
	bool home = p->set.path_ttl_s == 0, settings = home;

	OBJ_CHECK(p, PATHPROBE_MAGIC);
	for (size_t i = 0; i < count; i++) {
		const struct object *o = changes[i].now != NULL ?
		    changes[i].now : changes[i].was;

		home = home || concerns_home(o->type);
		settings = settings || o->type == &pathsettings_type ||
		    o->type == &pathsettings_exclusions_type ||
		    o->type == &settings_lb_type;
	}
	if (settings)
		read_settings(p);
	if (home)
		find_home(p);
}

/* ---- life ---- */

struct pathprobe *
pathprobe_new(struct loop *l, const struct store *s, struct pathtable *t)
{
	struct pathprobe *p = mem_zalloc(1, sizeof(*p));

	p->magic = PATHPROBE_MAGIC;
	p->loop = l;
	p->store = s;
	p->table = t;
	list_init(&p->queue);
	map_init(&p->paths);
	p->door = pathdoor_new();
	pathattempt_engine_init(&p->engine, l, pathtable_counts(t));
	loop_timer_init(&p->tick, l, on_tick, p);
	loop_timer_init(&p->pump, l, on_pump, p);
	loop_timer_init(&p->home, l, on_home, p);
	loop_timer_start(&p->home, HOME_MS, HOME_MS);
	return p;
}

void
pathprobe_free(struct pathprobe **pp)
{
	struct pathprobe *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PATHPROBE_MAGIC);
	free_all(p);
	loop_timer_stop(&p->tick);
	loop_timer_stop(&p->pump);
	loop_timer_stop(&p->home);
	pathattempt_engine_fini(&p->engine);
	pathdoor_free(&p->door);
	map_fini(&p->paths);
	pathexcluded_fini(&p->excluded);
	p->magic = 0;
	free(p);
}
