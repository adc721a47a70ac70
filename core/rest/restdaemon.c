/* core/rest/restdaemon.c - see restdaemon.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restdaemon.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/openapi.h"
#include "core/rest/restconfirm.h"
#include "core/rest/restdescribe.h"
#include "core/rest/restintake.h"
#include "core/rest/restman.h"
#include "core/rest/restname.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restserver.h"
#include "core/rest/reststats.h"
#include "core/rest/restundo.h"

static struct restdaemon *
of(void *arg)
{
	struct restdaemon *d = arg;

	OBJ_CHECK(d, RESTDAEMON_MAGIC);
	return d;
}

/* ---- what clients look for before they start ---- */

/* Who gets this answer may go on: the daemon is up and serves. */
void
restdaemon_get_available(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = restreply_document("tm:sys:available:availablestate",
	    "/mgmt/tm/sys/available");

	(void)arg;
	(void)q;
	restreply_json(r, 200, &j);
}

/* The version is that of the dialect spoken here. */
void
restdaemon_get_version(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = restreply_document("tm:sys:version:versionstats",
	    "/mgmt/tm/sys/version");
	struct json *inner = json_new_object(), *all = json_new_object();

	(void)q;
	reststats_text(inner, "Build", "0.0.0");
	reststats_text(inner, "Product", of(arg)->config.manual->daemon);
	reststats_text(inner, "Title", "Main Package");
	reststats_text(inner, "Version", RESTNAME_VERSION);
	reststats_nest(all, "/mgmt/tm/sys/version/0", &inner);
	json_put(j, "entries", &all);
	restreply_json(r, 200, &j);
}

/* ---- what it has to tell of itself ---- */

void
restdaemon_get_describe(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j = restdescribe_schema(of(arg)->config.manual->schema);

	(void)q;
	restreply_json(r, 200, &j);
}

#define PIECE	((size_t)32 * 1024)

static bool
on_more(void *arg, struct strbuf *out)
{
	const char **at = arg;
	size_t len = strnlen(*at, PIECE);

	strbuf_add_len(out, *at, len);
	*at += len;
	return **at != '\0';
}

static void
on_free(void *arg)
{
	free(arg);
}

/* Half a megabyte, which takes some 10 ms to make and is the same as long as the
 * process runs. No stream outlives the server. */
void
restdaemon_get_openapi(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	struct restdaemon *d = of(arg);
	const char **at = mem_zalloc(1, sizeof(*at));
	const struct restreply_stream stream = { on_more, on_free, at };

	(void)q;
	if (d->openapi == NULL) {
		struct json *j = openapi_document(d->config.manual);

		d->openapi = json_line(j);
		json_free(&j);
	}
	*at = d->openapi;
	restreply_stream(r, "application/json; charset=UTF-8", &stream);
}

/* ---- changes ---- */

void
restdaemon_get_changes(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	restundo_list(resttree_changes(of(arg)->tree), q, r);
}

void
restdaemon_post_confirm(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	restconfirm_post(resttree_changes(of(arg)->tree), q, r);
}

void
restdaemon_post_undo(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	restundo_post(resttree_changes(of(arg)->tree), q, r);
}

void
restdaemon_get_events(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	(void)q;
	r->status = 200;
	r->events = of(arg)->config.events;
}

static void
save(const struct restdaemon *d, const struct restrequest *q,
    struct restreply *r)
{
	struct err e = { 0 };
	struct json *j;

	if (json_count(json_find(q->body, "options")) > 0) {
		(void)restreply_error(r, 400, "options: save takes none, it "
		    "writes the configuration file whole");
		return;
	}
	if (store_save(d->config.store, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	j = json_new_object();
	json_put_text(j, "kind", "tm:sys:config:savestate");
	json_put_text(j, "command", "save");
	json_put_int(j, "serial", (int64_t)store_serial(d->config.store));
	restreply_json(r, 200, &j);
}

void
restdaemon_post_config(void *arg, const struct restrequest *q,
    struct restreply *r)
{
	const struct restdaemon *d = of(arg);
	const struct restdaemon_config *c = &d->config;
	const struct restload l = {
		.daemon = c->manual->daemon, .config_path = c->config_path,
		.store = c->store, .tree = d->tree, .verify = c->verify,
		.reload = c->reload, .arg = c->reload_arg,
	};
	const char *command = json_get_text(json_find(q->body, "command"));

	if (command != NULL && strcmp(command, "save") == 0)
		save(d, q, r);
	else if (command != NULL && strcmp(command, "load") == 0)
		restload_post(&l, q, r);
	else
		(void)restreply_error(r, 400, "command: save or load is "
		    "expected");
}

const char *
restdaemon_help(const char *path)
{
	static const struct {
		const char	*last, *help;
	} rows[] = {
		{ "/available", "Answers once the daemon serves" },
		{ "/changes", "The last changes, and whether one waits to be "
		    "confirmed" },
		{ "/config", "`command` save or load" },
		{ "/confirm", "Confirm the change that would revert by "
		    "itself" },
		{ "/describe", "Types and properties, as the shell goes by "
		    "them" },
		{ "/events", "Changes of state and commits, as server-sent "
		    "events" },
		{ "/openapi", "This tree in OpenAPI 3.0" },
		{ "/undo", "Take the last change back" },
		{ "/version", "The version of the dialect" },
	};
	const char *last = strchr(path, '/');

	for (size_t i = 0; last != NULL && i < OBJ_COUNT(rows); i++)
		if (strcmp(rows[i].last, last) == 0)
			return rows[i].help;
	return NULL;
}

/* ---- socket and tree ---- */

/* Whole configurations come in here. */
static const struct restintake_room rooms[] = {
	{ "/mgmt/tm/sys/config", RESTLOAD_MAX },
	{ NULL, 0 }
};

/* Outside of the tree: where Prometheus looks. */
static void
serve_metrics(struct restdaemon *d, const struct restrequest *q,
    struct restreply *r)
{
	if (q->peer.role < RESTPEER_GUEST)
		(void)restreply_error(r, 403, "role %s may not read this",
		    restpeer_role_name(q->peer.role));
	else if (q->method != RESTREQUEST_GET)
		(void)restreply_error(r, 405, "%s is not for metrics",
		    restrequest_method_name(q->method));
	else
		d->config.scrape(d, q, r);
}

static void
on_request(void *arg, const struct restrequest *q, struct restreply *r)
{
	struct restdaemon *d = of(arg);

	if (q->segment_count == 1 &&
	    strcmp(q->segments[0].text, "metrics") == 0)
		serve_metrics(d, q, r);
	else
		resttree_handle(d->tree, q, r);
}

/* Answers that waited for the disk may go out. */
static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	const struct restdaemon *d = of(arg);

	if (d->server != NULL)
		restserver_settled(d->server, upto, e);
}

int
restdaemon_init(struct restdaemon *d, const struct restdaemon_config *c,
    struct err *e)
{
	char *audit = mem_printf("%s/audit.log", c->state_dir);
	const struct resttree_config tree = {
		.store = c->store, .loop = c->loop,
		.routes = c->manual->routes, .dialect = c->dialect,
		.hooks = c->hooks, .arg = d, .audit_path = audit,
		.events = c->events, .settled = on_settled,
	};

	*d = (struct restdaemon){ .magic = RESTDAEMON_MAGIC, .config = *c };
	d->tree = resttree_new(&tree, e);
	free(audit);
	return d->tree != NULL ? 0 : e->code;
}

int
restdaemon_listen(struct restdaemon *d, struct err *e)
{
	const struct restserver_config server = {
		.loop = d->config.loop, .path = d->config.path,
		.listening = d->config.listening,
		.handle = on_request, .arg = d, .rooms = rooms,
	};

	OBJ_CHECK(d, RESTDAEMON_MAGIC);
	d->server = restserver_new(&server, e);
	d->config.listening = 0;		/* taken */
	return d->server != NULL ? 0 : e->code;
}

void
restdaemon_fini(struct restdaemon *d)
{
	OBJ_CHECK(d, RESTDAEMON_MAGIC);
	if (d->config.listening > 0)
		(void)close(d->config.listening);
	store_settle(d->config.store);
	restserver_free(&d->server);
	resttree_free(&d->tree);
	free(d->openapi);
	d->magic = 0;
}
