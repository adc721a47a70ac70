/* wom/control/womcontrol.c - see womcontrol.h. Joins socket, tree and what womd
 * adds to it. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/control/womcontrol.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restman.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "wom/control/wommetrics.h"
#include "wom/control/womverify.h"
#include "wom/types/wom.h"

struct womcontrol {
	struct restdaemon rest;		/* first: routes are given this one */
	struct womcontrol_config config;
	struct wommetrics metrics;
};

/* ---- routes ---- */

static const struct restroute routes[] = {
	RESTDAEMON_ROWS("wom"),
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};

const struct restman womcontrol_manual = {
	.daemon = "womd", .module = "wom", .file = "reference-wom.md",
	.openapi = "openapi-wom.json", .schema = &wom_schema,
	.routes = routes, .help = restdaemon_help,
};

static void
on_scrape(void *owner, const struct restrequest *q, struct restreply *r)
{
	const struct womcontrol *c = owner;

	wommetrics_scrape(&c->metrics, q, r);
}

/* ---- birth and end ---- */

struct womcontrol *
womcontrol_new(const struct womcontrol_config *config, struct err *e)
{
	struct womcontrol *c = mem_zalloc(1, sizeof(*c));
	const struct restdaemon_config rest = {
		.manual = &womcontrol_manual, .path = config->path,
		.state_dir = config->state_dir,
		.config_path = config->config_path, .loop = config->loop,
		.store = config->store, .events = config->events,
		.scrape = on_scrape, .verify = womverify_config,
		.reload = config->reload, .reload_arg = config->arg,
	};

	c->config = *config;
	c->metrics = (struct wommetrics){ .rest = &c->rest, .store = config->store,
	    .started = clock_real(loop_clock(config->loop)) };
	if (restdaemon_init(&c->rest, &rest, e) != 0)
		womcontrol_free(&c);
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
	restdaemon_fini(&c->rest);
	free(c);
}
