/* tests/unit/gtmd/mover/test_moverpart.c - what operations consist of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstep.h"
#include "gtmd/mover/moverpart.h"

static struct migspec *
spec_of(size_t hosts, bool guard)
{
	struct migspec *s = migspec_new();

	s->guard_destination = guard;
	for (size_t i = 0; i < hosts; i++) {
		struct migspec_host *h = migspec_add_host(s);

		h->name = mem_printf("vm%zu", i);
		h->from_hypervisor = mem_strdup("/Common/l");
		h->to_hypervisor = mem_strdup(i == 2 ? "/Common/s" :
		    "/Common/r");
	}
	return s;
}

/* Kinds, and of driver parts the action, as one text of letters. */
static void
parts_of_attempt_are(enum migevent_step step, uint32_t attempt, const char *want)
{
	static const char kinds[] = "DxPERYFTAWolc", actions[] = "csmvkf";
	const struct migstep_op op = { .kind = step == MIGEVENT_PREPARE ?
	    MIGSTEP_PREPARE : MIGSTEP_HOST, .host = 1, .step = step,
	    .attempt = attempt };
	struct migspec *s = spec_of(2, true);
	struct moverpart_list l;
	char got[64] = "";

	moverpart_list_init(&l, s, &op);
	for (size_t i = 0; i < l.count; i++) {
		got[i] = l.v[i].kind == MOVERPART_DRIVER ?
		    actions[l.v[i].action] : kinds[l.v[i].kind];
		if (step != MIGEVENT_PREPARE) {
			assert_int_equal(l.v[i].host, 1);
			assert_int_equal(l.at_once, 1);
		}
	}
	assert_string_equal(got, want);
	moverpart_list_fini(&l);
	migspec_free(&s);
}

static void
parts_are(enum migevent_step step, const char *want)
{
	parts_of_attempt_are(step, 1, want);
}

static void
each_step_has_its_parts_in_their_order(void **state)
{
	(void)state;
	parts_are(MIGEVENT_PREPARE, "DERcc");
	parts_are(MIGEVENT_STORAGE, "os");
	parts_are(MIGEVENT_MEMORY, "oFml");
	parts_are(MIGEVENT_ANNOUNCE, "A");
	parts_are(MIGEVENT_VERIFY, "vWP");
	parts_are(MIGEVENT_FINISH, "fc");
	parts_are(MIGEVENT_CANCEL, "kTc");
	parts_are(MIGEVENT_LOCATE, "v");
}

static void
a_relay_is_looked_at_once(void **state)
{
	const struct migstep_op op = { .kind = MIGSTEP_PREPARE,
	    .step = MIGEVENT_PREPARE };
	struct migspec *s = spec_of(256, false);
	struct moverpart_list l;
	unsigned asked = 0;

	(void)state;
	s->relay_application = mem_strdup("/Common/late");
	moverpart_list_init(&l, s, &op);
	for (size_t i = 0; i < l.count; i++)
		asked += l.v[i].kind == MOVERPART_RELAY_READY;
	assert_int_equal(asked, 1);
	moverpart_list_fini(&l);
	migspec_free(&s);
}

static void
what_is_verified_again_is_announced_again(void **state)
{
	(void)state;
	parts_of_attempt_are(MIGEVENT_VERIFY, 2, "AvWP");
	parts_of_attempt_are(MIGEVENT_ANNOUNCE, 2, "A");
}

static void
nobody_asks_for_a_destination_that_is_not_guarded(void **state)
{
	const struct migstep_op op = { .kind = MIGSTEP_PREPARE,
	    .step = MIGEVENT_PREPARE };
	struct migspec *s = spec_of(256, false);
	struct moverpart_list l;

	(void)state;
	moverpart_list_init(&l, s, &op);
	/* Each host by its driver, each of two ways by its companions. */
	assert_int_equal(l.count, 256 + 2 * 2);
	for (size_t i = 0; i < l.count; i++)
		assert_int_not_equal(l.v[i].kind, MOVERPART_DESTINATION);
	moverpart_list_fini(&l);
	migspec_free(&s);
}

/* Nor of their way, unless others take it. */
static void
nobody_asks_for_hosts_that_are_left_out(void **state)
{
	struct migstep_op op = { .kind = MIGSTEP_PREPARE,
	    .step = MIGEVENT_PREPARE };
	struct migspec *s = spec_of(70, false);
	struct moverpart_list l;

	(void)state;
	op.without[0] = 1 << 2 | 1 << 0;
	op.without[1] = 1 << (69 - 64);
	moverpart_list_init(&l, s, &op);
	assert_int_equal(l.count, 67 + 2);
	for (size_t i = 0; i < l.count; i++) {
		assert_int_not_equal(l.v[i].host, 0);
		assert_int_not_equal(l.v[i].host, 2);
		assert_int_not_equal(l.v[i].host, 69);
	}
	moverpart_list_fini(&l);
	migspec_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_has_its_parts_in_their_order),
		cmocka_unit_test(a_relay_is_looked_at_once),
		cmocka_unit_test(what_is_verified_again_is_announced_again),
		cmocka_unit_test(
		    nobody_asks_for_a_destination_that_is_not_guarded),
		cmocka_unit_test(nobody_asks_for_hosts_that_are_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
