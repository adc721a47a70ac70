/* tests/unit/gtmd/mover/test_moverfreeze.c - frozen for as long as it takes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverfreeze.h"
#include "gtmd/mover/moverplace.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

struct stage {
	struct moverstage base;
	struct fakedaemon near, far;
	struct migspec	*spec;
	struct moverfreeze *freeze;
};

static const struct fakedaemon_rule well[] = {
	{ "POST /mgmt/tm/net/freeze", 200, "{}" }, { .text = NULL }
}, ill[] = {
	{ "POST /mgmt/tm/net/freeze", 0, NULL }, { .text = NULL }
};

static int
set_up(void **state)
{
	static struct stage t;
	char *sites;

	memset(&t, 0, sizeof(t));
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    "hosts { vm0 { station 02:00:00:00:00:01 } }"));
	fakedaemon_open(&t.near, t.base.loop, moverstage_file(&t.base, "n"));
	fakedaemon_open(&t.far, t.base.loop, moverstage_file(&t.base, "f"));
	t.near.rules = t.far.rules = well;
	sites = mem_printf("gtm hypervisor l { datacenter a program x "
	    "eip-control %s/n vlan-group vg }\ngtm hypervisor r { datacenter b program x "
	    "eip-control %s/f vlan-group vg }\n", t.base.dir.path, t.base.dir.path);
	moverstage_put(&t.base, sites);
	free(sites);
	t.spec = moverstage_spec(&t.base, 1);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverfreeze_stop(&t->freeze);
	moverfreeze_stop(&t->freeze);
	fakedaemon_close(&t->near);
	fakedaemon_close(&t->far);
	migspec_free(&t->spec);
	moverstage_close(&t->base);
	return 0;
}

static void
start(struct stage *t)
{
	const struct moverplace_way way = { t->spec, 0, false };

	t->freeze = moverfreeze_start(&t->base.means, &way);
}

static void
pass_a_minute(struct stage *t)
{
	for (int i = 0; i < MOVERFREEZE_AGAIN_MS / 100; i++)
		moverstage_pass(&t->base, 100 * CLOCK_MS);
}

static void
both_sites_are_told_each_minute(void **state)
{
	struct stage *t = *state;

	start(t);
	moverstage_pass(&t->base, (MOVERFREEZE_AGAIN_MS - 1) * CLOCK_MS);
	assert_int_equal(t->near.asked + t->far.asked, 0);
	for (unsigned i = 1; i < 4; i++) {
		MOVERSTAGE_UNTIL(&t->base, t->far.asked == i);
		assert_int_equal(fakedaemon_count(&t->near, "/net/freeze"), i);
		assert_int_equal(fakedaemon_count(&t->far, "/net/freeze"), i);
		moverstage_pass(&t->base, (MOVERFREEZE_AGAIN_MS - 1000) *
		    CLOCK_MS);
	}
}

static void
one_that_does_not_answer_is_told_once_at_a_time(void **state)
{
	struct stage *t = *state;

	t->near.rules = ill;
	start(t);
	for (unsigned i = 1; i < 4; i++) {
		pass_a_minute(t);
		MOVERSTAGE_UNTIL(&t->base, t->near.asked == i);
		MOVERSTAGE_UNTIL(&t->base, t->far.asked == i);
	}
}

static void
stopped_it_tells_nobody(void **state)
{
	struct stage *t = *state;

	start(t);
	moverfreeze_stop(&t->freeze);
	assert_null(t->freeze);
	pass_a_minute(t);
	pass_a_minute(t);
	assert_int_equal(t->near.asked + t->far.asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_sites_are_told_each_minute,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    one_that_does_not_answer_is_told_once_at_a_time, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(stopped_it_tells_nobody, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
