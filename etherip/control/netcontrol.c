/* etherip/control/netcontrol.c - see netcontrol.h. Joins socket, tree and what etheripd adds
 * to it. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netcontrol.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/rest/daemonlife.h"
#include "core/rest/daemonmetrics.h"
#include "core/rest/restman.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "etherip/control/failoverroutes.h"
#include "etherip/control/moveroutes.h"
#include "etherip/control/netenact.h"
#include "etherip/control/netmetrics.h"
#include "etherip/control/netstations.h"
#include "etherip/control/netstats.h"
#include "etherip/control/netverify.h"
#include "etherip/types/net.h"
#include "etherip/types/netfailover.h"

struct netcontrol {
	struct restdaemon rest;		/* first: routes are given this one */
	struct daemonlife *life;
	struct netenact	*enact;
	struct daemonmetrics metrics;
};

/* ---- routes ---- */

static void
get_stations(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct netcontrol *c = arg;

	netstations_get(c->enact, q, r);
}

static void
post_role(void *arg, const struct restrequest *q, struct restreply *r)
{
	const struct netcontrol *c = arg;

	failoverroutes_post(c->enact, c->life->loop, q, r);
}

/* Of stations that move, each as moveroutes.h has it. */
#define MOVE(what)							\
	static void							\
	do_##what(void *arg, const struct restrequest *q,		\
	    struct restreply *r)					\
	{								\
		const struct netcontrol *c = arg;			\
									\
		moveroutes_##what(netenact_moves(c->enact), q, r); \
	}

MOVE(freeze)
MOVE(thaw)
MOVE(announce)
MOVE(move)
MOVE(where)
MOVE(moves)
MOVE(trace)

static const struct restroute routes[] = {
	RESTDAEMON_ROWS("net"),
	{ "net/freeze", RESTREQUEST_POST, RESTPEER_OPERATOR, do_freeze },
	{ "net/thaw", RESTREQUEST_POST, RESTPEER_OPERATOR, do_thaw },
	{ "net/announce", RESTREQUEST_POST, RESTPEER_OPERATOR, do_announce },
	{ "net/move", RESTREQUEST_POST, RESTPEER_OPERATOR, do_move },
	{ "net/where", RESTREQUEST_GET, RESTPEER_GUEST, do_where },
	{ "net/moves", RESTREQUEST_GET, RESTPEER_GUEST, do_moves },
	{ "net/trace", RESTREQUEST_GET | RESTREQUEST_POST, RESTPEER_OPERATOR,
	    do_trace },
	{ "net/failover/role", RESTREQUEST_POST, RESTPEER_OPERATOR, post_role },
	{ "net/fdb", RESTREQUEST_GET, RESTPEER_GUEST, get_stations },
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};

static const struct {
	const char	*path, *text;
} helps[] = {
	{ "net/failover/role", "What this unit of a pair is to be from now on: "
	    "`role` active, standby or offline" },
	{ "net/fdb", "Stations and where they are; `?vlanGroup=`, `?tunnel=`, "
	    "`?mac=`, `?limit=`" },
};

static const char *
help(const char *path)
{
	for (size_t i = 0; i < OBJ_COUNT(helps); i++)
		if (strcmp(path, helps[i].path) == 0)
			return helps[i].text;
	return moveroutes_help(path) != NULL ? moveroutes_help(path) :
	    restdaemon_help(path);
}

const struct restman netcontrol_manual = {
	.daemon = "etheripd", .module = "net", .file = "reference-eip.md",
	.openapi = "openapi-eip.json", .schema = &net_schema,
	.routes = routes, .help = help,
};

/* ---- hooks ---- */

static bool
on_stats(void *arg, const struct object *o, const struct object *item,
    struct json *entries, struct strbuf *as)
{
	const struct netcontrol *c = arg;

	(void)as;
	if (item == NULL && o->type == &netfailover_type) {
		failoverroutes_stats(c->enact, c->life->loop, entries);
		return true;
	}
	return item == NULL && netstats_add(c->enact, o, entries);
}

static void
write_metrics(void *arg, struct strbuf *out)
{
	const struct netcontrol *c = arg;

	netmetrics_write(c->enact, out);
}

static void
on_scrape(void *owner, const struct restrequest *q, struct restreply *r)
{
	const struct netcontrol *c = owner;

	(void)q;
	daemonmetrics_scrape(&c->metrics, r);
}

/* ---- birth and end ---- */

struct netcontrol *
netcontrol_new(struct daemonlife *life, struct netenact *enact, struct err *e)
{
	struct netcontrol *c = mem_zalloc(1, sizeof(*c));
	struct restdaemon_config rest = daemonlife_rest(life,
	    &netcontrol_manual);

	rest.hooks = (struct resttree_hooks){ .stats = on_stats, .arg = c };
	rest.scrape = on_scrape;
	rest.verify = netverify_config;
	c->life = life;
	c->enact = enact;
	c->metrics = (struct daemonmetrics){
		.rest = &c->rest,
		.started = clock_real(loop_clock(life->loop)),
		.write = write_metrics, .arg = c,
	};
	if (restdaemon_init(&c->rest, &rest, e) != 0)
		netcontrol_free(&c);
	return c;
}

int
netcontrol_listen(struct netcontrol *c, struct err *e)
{
	return restdaemon_listen(&c->rest, e);
}

void
netcontrol_free(struct netcontrol **pc)
{
	struct netcontrol *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	restdaemon_fini(&c->rest);
	free(c);
}
