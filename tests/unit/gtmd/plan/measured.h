/* tests/unit/gtmd/plan/measured.h - a graph whose load the test decides: one server
 * S with three virtual servers a, b, c, a pool p and the wide IP that it
 * answers for. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_MEASURED_H
#define TESTS_UNIT_GTMD_PLAN_MEASURED_H

#include "tests/unit/gtmd/plan/fakes.h"

#include "core/base/log.h"
#include "core/io/loop.h"
#include "gtmd/decide/measures.h"
#include "gtmd/plan/plan_metrics.h"

#define POOL	"/Common/p"
#define NAME	"/Common/w.example.com"

#define SERVER(lines, a)						\
	"gtm datacenter dc { }\n"					\
	"gtm server S { datacenter dc\n product generic-host\n" lines "\n"	\
	" virtual-servers { a { destination 10.0.0.1:80\n" a " }\n"	\
	" b { destination 10.0.0.2:80 } c { destination 10.0.0.3:80 } } }\n"
#define P(lines, a)							\
	"gtm pool a p { fallback-mode none\n " lines			\
	"\n members { S:a { member-order 0\n " a " }\n"			\
	" S:b { member-order 1 } S:c { member-order 2 } } }\n"
#define WIDE_P	"gtm wideip a w.example.com { pools { p { } } }\n"

struct measured {
	struct graph	 graph;
	struct clock	 clk;
	struct loop	*loop;
	struct measures	*metrics;
};

static inline int
measured_start(void **state)
{
	static struct measured t;

	memset(&t, 0, sizeof(t));
	fakes_forget();
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	clock_fake_init(&t.clk, 5 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	graph_metrics = t.metrics = measures_new(t.loop);
	graph_init(&t.graph);
	measures_watch(t.metrics, plan_metrics_on_change, t.graph.plan);
	*state = &t;
	return 0;
}

static inline int
measured_stop(void **state)
{
	struct measured *t = *state;

	graph_fini(&t->graph);
	graph_metrics = NULL;
	measures_free(&t->metrics);
	loop_free(&t->loop);
	return 0;
}

/* A value of the row of this key, for a minute. */
static inline void
measured_set_of(struct measured *t, const char *key, enum metric m,
    uint64_t value)
{
	struct measures_row *r = measures_row_get(t->metrics, key);

	assert_true(r->users > 1);	/* the graph keeps it */
	measures_set(r, m, value, 60);
	measures_row_drop(&r);
}

/* The same of "S:a" or of the server "S". */
static inline void
measured_set(struct measured *t, const char *who, enum metric m,
    uint64_t value)
{
	const char *colon = strchr(who, ':');
	char key[64];

	(void)snprintf(key, sizeof(key), "/Common/S%s%s",
	    colon != NULL ? "\n" : "", colon != NULL ? colon + 1 : "");
	measured_set_of(t, key, m, value);
}

/* What was set is worked out. */
static inline void
measured_settle(struct measured *t)
{
	loop_advance(t->loop, &t->clk, CLOCK_S);
}

static inline void
measured_expect(struct measured *t, unsigned times, const char *answers)
{
	measured_settle(t);
	assert_string_equal(graph_ask(&t->graph, WIDE_A, NAME, times),
	    answers);
}

#endif
