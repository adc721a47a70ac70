/* wom/control/womcontrol.c - see womcontrol.h. Joins socket, tree and what womd
 * adds to it. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/control/womcontrol.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/rest/daemonlife.h"
#include "core/rest/daemonmetrics.h"
#include "core/rest/restman.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "wom/control/enact.h"
#include "wom/control/found.h"
#include "wom/control/joblist.h"
#include "wom/control/quickstart.h"
#include "wom/control/wommetrics.h"
#include "wom/control/womstats.h"
#include "wom/control/womstreams.h"
#include "wom/control/womverify.h"
#include "wom/types/wom.h"

struct womcontrol {
	struct restdaemon rest;		/* first: routes are given this one */
	struct daemonlife *life;
	struct enact	*enact;
	struct daemonmetrics metrics;
	struct joblist	*jobs;
	struct found	*found;
};

/* ---- routes ---- */

static void
serve_jobs(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct womcontrol *c = arg;

	joblist_serve(c->jobs, enact_hub(c->enact),
	    loop_now_ns(c->life->loop), q, r);
}

static void
get_streams(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct womcontrol *c = arg;

	womstreams_get(enact_hub(c->enact), q, r);
}

static void
post_quickstart(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct womcontrol *c = arg;

	quickstart_post(c->life->store, c->rest.tree, q, r);
}

static const struct restroute routes[] = {
	RESTDAEMON_ROWS("wom"),
	{ "wom/job", RESTREQUEST_GET | RESTREQUEST_POST | RESTREQUEST_DELETE,
	    RESTPEER_GUEST, serve_jobs },
	{ "wom/quick-start", RESTREQUEST_POST, RESTPEER_MANAGER,
	    post_quickstart },
	{ "wom/stream", RESTREQUEST_GET, RESTPEER_GUEST, get_streams },
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};

static const char *
help(const char *path)
{
	if (strcmp(path, "wom/job") == 0)
		return "Streams that belong together: POST `name`, "
		    "`application`, `remoteEndpoint`, `source`, "
		    "`destination`, `port`, `expected`; `?name=`";
	if (strcmp(path, "wom/quick-start") == 0)
		return "Make this end, its certificate, networks, peers and "
		    "applications in one change: `wanSelfIp`, `cert`, `key`, "
		    "`caFile` or `peerFingerprints`, …";
	if (strcmp(path, "wom/stream") == 0)
		return "Streams that are open; `?application=`, "
		    "`?remoteEndpoint=`, `?limit=`";
	return restdaemon_help(path);
}

const struct restman womcontrol_manual = {
	.daemon = "womd", .module = "wom", .file = "reference-wom.md",
	.openapi = "openapi-wom.json", .schema = &wom_schema,
	.routes = routes, .help = help,
};

/* ---- hooks ---- */

static bool
on_stats(void *arg, const struct object *o, const struct object *item,
    struct json *entries, struct strbuf *as)
{
	const struct womcontrol *c = arg;

	(void)as;
	return item == NULL && womstats_add(c->enact, o, entries);
}

static void
on_view(void *arg, const char *peer, const struct peerview *v)
{
	const struct womcontrol *c = arg;

	joblist_look(c->jobs, peer, v, loop_now_ns(c->life->loop));
}

static void
write_metrics(void *arg, struct strbuf *out)
{
	const struct womcontrol *c = arg;

	wommetrics_write(c->enact, out);
}

static void
on_scrape(void *owner, const struct restrequest *q, struct restreply *r)
{
	const struct womcontrol *c = owner;

	(void)q;
	daemonmetrics_scrape(&c->metrics, r);
}

/* ---- birth and end ---- */

struct womcontrol *
womcontrol_new(struct daemonlife *life, struct enact *enact, struct err *e)
{
	struct womcontrol *c = mem_zalloc(1, sizeof(*c));
	struct restdaemon_config rest = daemonlife_rest(life,
	    &womcontrol_manual);

	rest.hooks = (struct resttree_hooks){ .stats = on_stats, .arg = c };
	rest.scrape = on_scrape;
	rest.verify = womverify_config;
	c->life = life;
	c->enact = enact;
	c->jobs = joblist_new();
	enact_watch(enact, on_view, c);
	c->metrics = (struct daemonmetrics){
		.rest = &c->rest,
		.started = clock_real(loop_clock(life->loop)),
		.write = write_metrics, .arg = c,
	};
	if (restdaemon_init(&c->rest, &rest, e) != 0)
		womcontrol_free(&c);
	else
		c->found = found_new(&(struct found_config){
		    .loop = life->loop, .store = life->store,
		    .commit = resttree_changes(c->rest.tree),
		    .enact = enact });
	return c;
}

int
womcontrol_listen(struct womcontrol *c, struct err *e)
{
	return restdaemon_listen(&c->rest, e);
}

void
womcontrol_free(struct womcontrol **pc)
{
	struct womcontrol *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	enact_watch(c->enact, NULL, NULL);
	found_free(&c->found);
	restdaemon_fini(&c->rest);
	joblist_free(&c->jobs);
	free(c);
}
