/* gtmd/control/control.c - see control.h. Joins socket, tree and what gtmd adds to it:
 * explain, status, statistics. What clients ask about the box
 * (sys, net, cm) is the HTTPS front's.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/rest/daemonlife.h"
#include "core/rest/restcommit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restserver.h"
#include "core/rest/resttree.h"
#include "gtmd/control/control_decisions.h"
#include "gtmd/control/control_dialect.h"
#include "gtmd/control/control_dossier.h"
#include "gtmd/control/control_explain.h"
#include "gtmd/control/control_gauges.h"
#include "gtmd/control/control_ledger.h"
#include "gtmd/control/control_manual.h"
#include "gtmd/control/control_measure.h"
#include "gtmd/control/control_metrics.h"
#include "gtmd/control/control_migration.h"
#include "gtmd/control/control_pathtable.h"
#include "gtmd/control/control_persist.h"
#include "gtmd/control/control_probe.h"
#include "gtmd/control/control_resolvers.h"
#include "gtmd/control/control_share.h"
#include "gtmd/control/control_stats.h"
#include "gtmd/control/control_whatif.h"
#include "gtmd/control/statusfile.h"
#include "gtmd/control/verify.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/persist.h"
#include "gtmd/plan/plan_hold.h"
#include "gtmd/query/world.h"
#include "gtmd/types/migration.h"
#include "gtmd/types/recordtype.h"

struct control {
	struct restdaemon rest;		/* first: routes are given this one */
	struct control_config config;
	struct control_metrics metrics;
};

static void
get_status(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = statusfile_document(c->config.plan,
	    clock_real(loop_clock(c->config.life->loop)));

	(void)q;
	restreply_json(r, 200, &j);
}

static void
post_explain(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	const struct control_explain_in in = { .world = c->config.world,
	    .plan = c->config.plan };
	struct control_explain x;
	struct json *j;

	if (control_explain_read(&x, q->body, r) != 0)
		return;
	x.records = c->config.world->persist;
	x.paths = c->config.world->paths;
	j = control_explain_json(&x, &in);
	restreply_json(r, 200, &j);
}

static void
post_whatif(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	const struct control_whatif_in in = { .store = c->config.life->store,
	    .plan = c->config.plan, .world = c->config.world };

	control_whatif(&in, q, r);
}

static void
get_resolvers(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct json *j = control_resolvers_json();

	(void)arg;
	(void)q;
	restreply_json(r, 200, &j);
}

/* Measurements come every few seconds and change no configuration: who may
 * give them is asked here, so that they are not on the audit record. */
static void
serve_measured(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j, *pages;

	if (q->method == RESTREQUEST_POST) {
		if (q->peer.role < RESTPEER_OPERATOR)
			(void)restreply_error(r, 403, "role %s may not give "
			    "measurements", restpeer_role_name(q->peer.role));
		else
			control_measure_post(&(struct control_measure_in){
			    c->config.plan, c->config.world->paths,
			    decision_keep_now(&clock_system) }, q, r);
		return;
	}
	j = control_measure_json(c->config.plan);
	if (c->config.gauges != NULL) {
		pages = control_gauges_json(c->config.gauges);
		json_put(j, "pages", &pages);
	}
	restreply_json(r, 200, &j);
}

static void
get_decisions(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	control_decisions_get(c->config.decisions, q, r);
}

static void
get_paths(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = control_pathtable_json(c->config.world->paths,
	    c->config.plan, decision_keep_now(&clock_system));

	(void)q;
	restreply_json(r, 200, &j);
}

static void
get_ledger(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	control_ledger_get(c->config.world->ledger, c->config.plan, q, r);
}

static void
get_probes(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	const struct control_probe_in in = { c->config.plan, c->config.sched,
	    loop_now_ns(c->config.life->loop) };

	control_probe_get(&in, q, r);
}

static void
get_persist(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = control_persist_json(c->config.world->persist,
	    c->config.plan, decision_keep_now(&clock_system));

	(void)q;
	restreply_json(r, 200, &j);
}

/* All clients are new. */
static void
post_persist_clear(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = json_new_object();

	(void)q;
	json_put_int(j, "cleared", (int64_t)persist_clear(
	    c->config.world->persist));
	restreply_json(r, 200, &j);
}

/* Runs are found, or NULL with a refusal. */
static struct movers *
movers_of(void *arg, struct restreply *r)
{
	struct control *c = arg;

	if (c->config.mover == NULL)
		(void)restreply_error(r, 503, "nothing moves here");
	return c->config.mover;
}

static void
post_migration(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct movers *m = movers_of(arg, r);

	if (m != NULL)
		control_migration_post(m, q, r);
}

static void
get_migration(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct movers *m = movers_of(arg, r);

	if (m != NULL)
		control_migration_get(m, q, r);
}

static void
get_dossier(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct movers *m = movers_of(arg, r);

	if (m != NULL)
		control_dossier_get(m, q, r);
}

static void
get_migration_log(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct movers *m = movers_of(arg, r);

	if (m != NULL)
		control_migration_log(m, q, r);
}

const struct restroute control_routes[] = {
	RESTDAEMON_ROWS("gtm"),
	{ "gtm/status", RESTREQUEST_GET, RESTPEER_GUEST, get_status },
	{ "gtm/explain", RESTREQUEST_POST, RESTPEER_GUEST, post_explain },
	{ "gtm/what-if", RESTREQUEST_POST, RESTPEER_GUEST, post_whatif },
	{ "gtm/resolvers", RESTREQUEST_GET, RESTPEER_GUEST, get_resolvers },
	{ "gtm/metrics", RESTREQUEST_GET | RESTREQUEST_POST, RESTPEER_GUEST,
	  serve_measured },
	{ "gtm/decision-log", RESTREQUEST_GET, RESTPEER_GUEST,
	    get_decisions },
	{ "gtm/path", RESTREQUEST_GET, RESTPEER_GUEST, get_paths },
	{ "gtm/ledger", RESTREQUEST_GET, RESTPEER_GUEST, get_ledger },
	{ "gtm/probe", RESTREQUEST_GET, RESTPEER_GUEST, get_probes },
	{ "gtm/persist", RESTREQUEST_GET, RESTPEER_GUEST, get_persist },
	{ "gtm/migration-command", RESTREQUEST_POST, RESTPEER_OPERATOR,
	    post_migration },
	{ "gtm/migration-dossier", RESTREQUEST_GET, RESTPEER_GUEST,
	    get_dossier },
	{ "gtm/migration-log", RESTREQUEST_GET, RESTPEER_GUEST,
	    get_migration_log },
	{ "gtm/migration-state", RESTREQUEST_GET, RESTPEER_GUEST,
	    get_migration },
	{ "gtm/persist-clear", RESTREQUEST_POST, RESTPEER_OPERATOR,
	    post_persist_clear },
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};

/* ---- hooks of the tree ---- */

static bool
on_stats(void *arg, const struct object *o, const struct object *item,
    struct json *entries, struct strbuf *as)
{
	const struct control *c = arg;
	const struct control_stats s = { c->config.plan,
	    clock_real(loop_clock(c->config.life->loop)), entries, as };

	if (o->type == &migration_type && item == NULL &&
	    c->config.mover != NULL) {
		control_migration_stats(c->config.mover, o, entries);
		return true;
	}
	return item == NULL ? control_stats(&s, o) :
	    control_stats_item(&s, o, item);
}

static struct json *
on_effect(void *arg, const struct object *o)
{
	const struct control *c = arg;

	return control_share_of(c->config.plan, o);
}

/* Who enables a member means that it serves: also one that is enabled, and that
 * manual-resume holds down. */
static void
on_patched(void *arg, const struct object *o, const struct object *item,
    const struct json *body)
{
	const struct control *c = arg;
	const enum wide_type type = recordtype_of(o->type);

	if (type != WIDE_TYPES && o->type == recordtype_rows[type].pool &&
	    json_get_bool(json_find(body, "enabled")))
		(void)plan_hold_end(c->config.plan, recordtype_rows[type].name,
		    o->name, item->name, NULL);
}

static void
on_scrape(void *owner, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = owner;

	control_metrics_scrape(&c->metrics, q, r);
}

/* ---- birth and end ---- */

static int
open_rest(struct control *c, struct err *e)
{
	struct restdaemon_config rest = daemonlife_rest(c->config.life,
	    &control_manual);

	rest.listening = c->config.listening;
	rest.dialect = control_dialect;
	rest.hooks = (struct resttree_hooks){ on_stats, on_effect, on_patched,
	    c };
	rest.scrape = on_scrape;
	rest.verify = verify_config;
	return restdaemon_init(&c->rest, &rest, e);
}

int
control_listen(struct control *c, struct err *e)
{
	int rc = restdaemon_listen(&c->rest, e);

	c->metrics.server = c->rest.server;
	return rc;
}

struct control *
control_new(const struct control_config *config, struct err *e)
{
	struct control *c = mem_zalloc(1, sizeof(*c));

	c->config = *config;
	c->metrics = (struct control_metrics){
		.plan = config->plan, .sched = config->sched,
		.prober = config->prober, .gauges = config->gauges,
		.store = config->life->store, .listeners = config->listeners,
		.started = clock_real(loop_clock(config->life->loop)),
	};
	store_watch(config->life->store, control_metrics_on_change, &c->metrics);
	if (open_rest(c, e) != 0)
		control_free(&c);
	return c;
}

void
control_pause(struct control *c)
{
	restserver_pause(c->rest.server);
}

void
control_resume(struct control *c)
{
	restserver_resume(c->rest.server);
}

void
control_leave(struct control *c)
{
	restserver_leave(c->rest.server);
	restcommit_leave(resttree_changes(c->rest.tree));
}

int
control_fd(const struct control *c)
{
	return restserver_fd(c->rest.server);
}

struct restcommit *
control_changes(const struct control *c)
{
	return resttree_changes(c->rest.tree);
}

void
control_free(struct control **pc)
{
	struct control *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	store_settle(c->config.life->store);
	store_unwatch(c->config.life->store, control_metrics_on_change, &c->metrics);
	restdaemon_fini(&c->rest);
	free(c);
}
