/* wom/control/taking.c - see taking.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/taking.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "wom/control/wish.h"
#include "wom/lan/intercept.h"
#include "wom/lan/lanlisten.h"

#define LOOK_MS		10000

struct taking {
	unsigned	 magic;
#define TAKING_MAGIC	0x7a4e0001u
	struct lanlisten *lan;
	const struct routebook *book;
	struct intercept *kernel;
	const struct wish *wish;
	struct loop_timer look;
	char		 why[256];
};

/* Weather: told when it is another. */
static void
note(struct taking *t, const char *why)
{
	if (strcmp(t->why, why) == 0)
		return;
	(void)snprintf(t->why, sizeof(t->why), "%.255s", why);
	if (*why == '\0')
		log_at(LOG_NOTICE, "womd", "lan", "intercepting", "all=yes");
	else
		log_at(LOG_WARNING, "womd", "lan", "not-intercepted", "%s",
		    why);
}

/* Without interfaces nobody wants anything. Without applications nothing is taken, but
 * packets of far servers, and of streams whose application is gone, come to our
 * sockets by the same table. */
static bool
is_wanted(const struct wish *w)
{
	return w->lan_vlans.count > 0;
}

static void
apply(struct taking *t)
{
	const struct wish *w = t->wish;
	bool wanted = is_wanted(w);
	struct err e4 = { 0 }, e6 = { 0 }, e = { 0 };
	static const struct strlist none;
	struct intercept_plan plan = {
		.interfaces = wanted ? &w->lan_vlans : &none,
		.apps = lanlisten_apps(t->lan), .routes = t->book,
		.ours = w->ours, .tunnels = w->tunnels,
		.tunnel_count = w->tunnel_count, .drop = w->drop,
	};

	if (wanted) {
		plan.port4 = lanlisten_open_transparent(t->lan, AF_INET, &e4);
		plan.port6 = lanlisten_open_transparent(t->lan, AF_INET6,
		    &e6);
	}
	if (intercept_apply(t->kernel, &plan, &e) != 0)
		note(t, e.text);
	else
		note(t, wanted && plan.port4 == 0 ? e4.text : "");
}

static void
on_look(struct loop_timer *timer, void *arg)
{
	struct taking *t = arg;
	struct err e = { 0 };

	(void)timer;
	OBJ_CHECK(t, TAKING_MAGIC);
	if (t->wish == NULL || !is_wanted(t->wish))
		return;
	if (intercept_check(t->kernel, &e) != 0)
		note(t, e.text);
	else
		apply(t);
}

struct taking *
taking_new(struct loop *l, struct lanlisten *lan, const struct routebook *book)
{
	struct taking *t = mem_zalloc(1, sizeof(*t));

	t->magic = TAKING_MAGIC;
	t->lan = lan;
	t->book = book;
	t->kernel = intercept_new();
	loop_timer_init(&t->look, l, on_look, t);
	loop_timer_start(&t->look, LOOK_MS, LOOK_MS);
	return t;
}

void
taking_free(struct taking **pt)
{
	struct taking *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, TAKING_MAGIC);
	loop_timer_stop(&t->look);
	intercept_free(&t->kernel);
	t->magic = 0;
	free(t);
}

void
taking_follow(struct taking *t, const struct wish *w)
{
	OBJ_CHECK(t, TAKING_MAGIC);
	t->wish = w;
	apply(t);
}

const char *
taking_why(const struct taking *t)
{
	OBJ_CHECK(t, TAKING_MAGIC);
	return t->why;
}

bool
taking_in_force(const struct taking *t)
{
	OBJ_CHECK(t, TAKING_MAGIC);
	return intercept_in_force(t->kernel);
}
