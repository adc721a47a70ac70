/* gtmd/control/control.c - see control.h. Joins socket, tree and what gtmd adds to it:
 * version, describe, explain, status, config. What clients ask about the box
 * (sys, net, cm) is the HTTPS front's.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/rest/restcommit.h"
#include "core/rest/restconfirm.h"
#include "core/rest/restdescribe.h"
#include "core/rest/restintake.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restserver.h"
#include "core/rest/reststats.h"
#include "core/rest/resttree.h"
#include "core/rest/restundo.h"
#include "gtmd/control/control_decisions.h"
#include "gtmd/control/control_dialect.h"
#include "gtmd/control/control_explain.h"
#include "gtmd/control/control_gauges.h"
#include "gtmd/control/control_load.h"
#include "gtmd/control/control_manual.h"
#include "gtmd/control/control_measure.h"
#include "gtmd/control/control_metrics.h"
#include "gtmd/control/control_pathtable.h"
#include "gtmd/control/control_persist.h"
#include "gtmd/control/control_probe.h"
#include "gtmd/control/control_resolvers.h"
#include "gtmd/control/control_share.h"
#include "gtmd/control/control_stats.h"
#include "gtmd/control/control_whatif.h"
#include "gtmd/control/statusfile.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/persist.h"
#include "gtmd/query/world.h"

struct control {
	unsigned	 magic;
#define CONTROL_MAGIC	0xc0274011u
	struct control_config config;
	struct resttree	*tree;
	struct restserver *server;
	struct control_metrics metrics;
};

/* ---- what clients look for before they start ---- */

/* Who gets this answer may go on: the daemon is up and serves. */
static void
get_available(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct json *j = restreply_document("tm:sys:available:availablestate",
	    "/mgmt/tm/sys/available");

	(void)arg;
	(void)q;
	restreply_json(r, 200, &j);
}

/* The version is that of the dialect spoken here. */
static void
get_version(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct json *j = restreply_document("tm:sys:version:versionstats",
	    "/mgmt/tm/sys/version");
	struct json *inner = json_new_object(), *all = json_new_object();

	(void)arg;
	(void)q;
	reststats_text(inner, "Build", "0.0.0");
	reststats_text(inner, "Product", "gtmd");
	reststats_text(inner, "Title", "Main Package");
	reststats_text(inner, "Version", RESTNAME_VERSION);
	reststats_nest(all, "/mgmt/tm/sys/version/0", &inner);
	json_put(j, "entries", &all);
	restreply_json(r, 200, &j);
}

/* ---- ours ---- */

static void
get_describe(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = restdescribe_schema(model_schema(store_model(
	    c->config.store)));

	(void)q;
	restreply_json(r, 200, &j);
}

static void
get_openapi(void *arg, const struct restrequest *q, struct restreply *r)
{
	(void)arg;
	(void)q;
	control_manual_openapi(r);
}

static void
get_status(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	struct json *j = statusfile_document(c->config.plan,
	    clock_real(loop_clock(c->config.loop)));

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
	const struct control_whatif_in in = { .store = c->config.store,
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
get_probes(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	const struct control_probe_in in = { c->config.plan, c->config.sched,
	    loop_now_ns(c->config.loop) };

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

static void
get_changes(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	restundo_list(resttree_changes(c->tree), q, r);
}

static void
post_confirm(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	restconfirm_post(resttree_changes(c->tree), q, r);
}

static void
post_undo(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	restundo_post(resttree_changes(c->tree), q, r);
}

static void
get_events(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	(void)q;
	r->status = 200;
	r->events = c->config.events;
}

static void
save(const struct control *c, const struct restrequest *q, struct restreply *r)
{
	struct err e = { 0 };
	struct json *j;

	if (json_count(json_find(q->body, "options")) > 0) {
		(void)restreply_error(r, 400, "options: save takes none, it "
		    "writes the configuration file whole");
		return;
	}
	if (store_save(c->config.store, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	j = json_new_object();
	json_put_text(j, "kind", "tm:sys:config:savestate");
	json_put_text(j, "command", "save");
	json_put_int(j, "serial", (int64_t)store_serial(c->config.store));
	restreply_json(r, 200, &j);
}

static void
post_config(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;
	const char *command = json_get_text(json_find(q->body, "command"));

	if (command != NULL && strcmp(command, "save") == 0)
		save(c, q, r);
	else if (command != NULL && strcmp(command, "load") == 0)
		control_load(&c->config, c->tree, q, r);
	else
		(void)restreply_error(r, 400, "command: save or load is "
		    "expected");
}

const struct restroute control_routes[] = {
	{ "sys/available", RESTREQUEST_GET, RESTPEER_GUEST, get_available },
	{ "sys/version", RESTREQUEST_GET, RESTPEER_GUEST, get_version },
	{ "sys/config", RESTREQUEST_POST, RESTPEER_MANAGER, post_config },
	{ "gtm/describe", RESTREQUEST_GET, RESTPEER_GUEST, get_describe },
	{ "gtm/openapi", RESTREQUEST_GET, RESTPEER_GUEST, get_openapi },
	{ "gtm/status", RESTREQUEST_GET, RESTPEER_GUEST, get_status },
	{ "gtm/explain", RESTREQUEST_POST, RESTPEER_GUEST, post_explain },
	{ "gtm/what-if", RESTREQUEST_POST, RESTPEER_GUEST, post_whatif },
	{ "gtm/resolvers", RESTREQUEST_GET, RESTPEER_GUEST, get_resolvers },
	{ "gtm/metrics", RESTREQUEST_GET | RESTREQUEST_POST, RESTPEER_GUEST,
	  serve_measured },
	{ "gtm/decision-log", RESTREQUEST_GET, RESTPEER_GUEST,
	    get_decisions },
	{ "gtm/path", RESTREQUEST_GET, RESTPEER_GUEST, get_paths },
	{ "gtm/probe", RESTREQUEST_GET, RESTPEER_GUEST, get_probes },
	{ "gtm/persist", RESTREQUEST_GET, RESTPEER_GUEST, get_persist },
	{ "gtm/persist-clear", RESTREQUEST_POST, RESTPEER_OPERATOR,
	    post_persist_clear },
	{ "gtm/changes", RESTREQUEST_GET, RESTPEER_GUEST, get_changes },
	{ "gtm/confirm", RESTREQUEST_POST, RESTPEER_OPERATOR, post_confirm },
	{ "gtm/undo", RESTREQUEST_POST, RESTPEER_OPERATOR, post_undo },
	{ "gtm/events", RESTREQUEST_GET, RESTPEER_GUEST, get_events },
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};

/* Whole configurations come in here. */
static const struct restintake_room rooms[] = {
	{ "/mgmt/tm/sys/config", CONTROL_LOAD_MAX },
	{ NULL, 0 }
};

/* ---- hooks of the tree ---- */

static bool
on_stats(void *arg, const struct object *o, const struct object *item,
    struct json *entries, struct strbuf *as)
{
	const struct control *c = arg;
	const struct control_stats s = { c->config.plan,
	    clock_real(loop_clock(c->config.loop)), entries, as };

	return item == NULL ? control_stats(&s, o) :
	    control_stats_item(&s, o, item);
}

static struct json *
on_effect(void *arg, const struct object *o)
{
	const struct control *c = arg;

	return control_share_of(c->config.plan, o);
}

/* ---- outside of the tree: where Prometheus looks ---- */

static void
serve_metrics(const struct control *c, const struct restrequest *q,
    struct restreply *r)
{
	if (q->peer.role < RESTPEER_GUEST)
		(void)restreply_error(r, 403, "role %s may not read this",
		    restpeer_role_name(q->peer.role));
	else if (q->method != RESTREQUEST_GET)
		(void)restreply_error(r, 405, "%s is not for metrics",
		    restrequest_method_name(q->method));
	else
		control_metrics_scrape(&c->metrics, q, r);
}

static void
on_request(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct control *c = arg;

	if (q->segment_count == 1 &&
	    strcmp(q->segments[0].text, "metrics") == 0)
		serve_metrics(c, q, r);
	else
		resttree_handle(c->tree, q, r);
}

/* ---- birth and end ---- */

/* Answers that waited for the disk may go out. */
static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	const struct control *c = arg;

	if (c->server != NULL)
		restserver_settled(c->server, upto, e);
}

static int
open_tree(struct control *c, struct err *e)
{
	char *audit = mem_printf("%s/audit.log", c->config.state_dir);
	const struct resttree_config tree = {
		.store = c->config.store, .loop = c->config.loop,
		.routes = control_routes, .dialect = control_dialect,
		.hooks = { on_stats, on_effect, c }, .arg = c,
		.audit_path = audit, .events = c->config.events,
		.settled = on_settled,
	};

	c->tree = resttree_new(&tree, e);
	free(audit);
	return c->tree != NULL ? 0 : e->code;
}

int
control_listen(struct control *c, struct err *e)
{
	const struct restserver_config server = {
		.loop = c->config.loop, .path = c->config.path,
		.listening = c->config.listening,
		.handle = on_request, .arg = c, .rooms = rooms,
	};

	OBJ_CHECK(c, CONTROL_MAGIC);
	c->server = restserver_new(&server, e);
	c->config.listening = 0;		/* taken */
	c->metrics.server = c->server;
	return c->server != NULL ? 0 : e->code;
}

struct control *
control_new(const struct control_config *config, struct err *e)
{
	struct control *c = mem_zalloc(1, sizeof(*c));

	c->magic = CONTROL_MAGIC;
	c->config = *config;
	c->metrics = (struct control_metrics){
		.plan = config->plan, .sched = config->sched,
		.prober = config->prober, .gauges = config->gauges,
		.store = config->store, .listeners = config->listeners,
		.started = clock_real(loop_clock(config->loop)),
	};
	store_watch(config->store, control_metrics_on_change, &c->metrics);
	if (open_tree(c, e) != 0)
		control_free(&c);
	return c;
}

void
control_pause(struct control *c)
{
	restserver_pause(c->server);
}

void
control_resume(struct control *c)
{
	restserver_resume(c->server);
}

void
control_leave(struct control *c)
{
	restserver_leave(c->server);
	restcommit_leave(resttree_changes(c->tree));
}

int
control_fd(const struct control *c)
{
	return restserver_fd(c->server);
}

void
control_free(struct control **pc)
{
	struct control *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, CONTROL_MAGIC);
	if (c->config.listening > 0)
		(void)close(c->config.listening);
	store_settle(c->config.store);
	store_unwatch(c->config.store, control_metrics_on_change, &c->metrics);
	restserver_free(&c->server);
	resttree_free(&c->tree);
	c->magic = 0;
	free(c);
}
