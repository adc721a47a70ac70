/* tests/unit/gtmd/plan/guide.h - the deployment guide's two sites as a graph: what
 * each test of the plan starts with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_GUIDE_H
#define TESTS_UNIT_GTMD_PLAN_GUIDE_H

#include "tests/unit/gtmd/plan/fakes.h"

#include "core/base/log.h"

#define LOCAL	"10.133.39.51:80"
#define REMOTE	"10.133.56.51:80"
#define WIDE	"/Common/vmhttp.siterequest.com"

/* The deployment guide's two sites, with the properties of Local_pool. */
#define GUIDE(local)							\
	"gtm datacenter Local { }\n"					\
	"gtm datacenter Remote { }\n"					\
	"gtm monitor http web { interval 5\n timeout 16 }\n"		\
	"gtm monitor tcp port { interval 5\n timeout 16 }\n"		\
	"gtm server L { datacenter Local\n product generic-host\n"	\
	" virtual-servers { v { destination 10.133.39.51:80\n"		\
	" monitor web } } }\n"						\
	"gtm server R { datacenter Remote\n product generic-host\n"	\
	" virtual-servers { v { destination 10.133.56.51:80\n"		\
	" monitor web } } }\n"						\
	"gtm pool a Local_pool { ttl 15\n " local			\
	" members { L:v { } } }\n"					\
	"gtm pool a Remote_pool { ttl 15\n members { R:v { } } }\n"	\
	"gtm wideip a vmhttp.siterequest.com {\n"			\
	" pool-lb-mode global-availability\n"				\
	" pools { Local_pool { order 0 } Remote_pool { order 1 } } }\n"

static inline int
guide_start(void **state)
{
	static struct graph g;

	fakes_forget();
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	graph_init(&g);
	graph_put(&g, GUIDE(""));
	*state = &g;
	return 0;
}

static inline int
guide_stop(void **state)
{
	struct graph *g = *state;

	graph_fini(g);
	assert_int_equal(fakes_watches_all(), 0);
	return 0;
}

static inline void
guide_expect(struct graph *g, unsigned times, const char *answers)
{
	assert_string_equal(graph_ask(g, WIDE_A, WIDE, times), answers);
}

static inline void
guide_expect_status(const struct plan_node *n, enum status_availability a,
    enum status_enabled e)
{
	assert_string_equal(status_availability_name(n->status.availability),
	    status_availability_name(a));
	assert_string_equal(status_enabled_name(n->status.enabled),
	    status_enabled_name(e));
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, guide_start, guide_stop)

#endif
