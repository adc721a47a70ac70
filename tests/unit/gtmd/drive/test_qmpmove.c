/* tests/unit/gtmd/drive/test_qmpmove.c - steps from any picture to the end, with
 * whoever asks dying at any of them. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/drive/qmpmove.h"
#include "tests/unit/gtmd/drive/fakeqemu.h"

#define STEPS	400

struct bed {
	struct fakepair	 pair;
	struct driver_place from, to;
	struct driver_host host;
	struct driver_order order;
	struct qmpmove	 move;
	struct rand	*rand;		/* NULL: nobody dies */
	struct strbuf	 log;		/* commands, by name */
	struct err	 e;		/* of the end */
	bool		 retry;
};

static struct bed b;

static int
set_up(void **state)
{
	b = (struct bed){ .from.name = "a", .to.name = "b",
	    .host = { .name = "vm", .storage_octets = 1024 } };
	b.order = (struct driver_order){ .id = "i", .from = &b.from,
	    .to = &b.to, .host = &b.host };
	(void)addr_parse_port("192.0.2.1:8000", &b.to.migrate);
	(void)addr_parse_port("[2001:db8::1]:8001", &b.to.storage);
	fakeqemu_init(&b.pair, true);
	strbuf_init(&b.log);
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	strbuf_fini(&b.log);
	return 0;
}

static void
take_picture(void)
{
	enum qmpstep_side side;
	enum qmpseen_question q;

	for (size_t i = 0; qmpmove_question(&b.move, i, &side, &q); i++) {
		struct json *answer;
		const char *wrong;

		if (b.pair.q[side].gone) {
			qmpseen_gone(&b.move.at[side], "nobody is there");
			continue;
		}
		answer = fakeqemu_do(&b.pair, side, qmpseen_command(q), NULL,
		    &wrong);
		assert_int_equal(qmpseen_take(&b.move.at[side], q, answer,
		    &b.e), 0);
		json_free(&answer);
	}
}

/* False at the end. */
static bool
make_step(void)
{
	struct qmpstep s;
	struct json *value;
	const char *wrong;

	take_picture();
	qmpmove_next(&b.move, &s);
	if (s.what == QMPSTEP_WAIT) {
		fakeqemu_tick(&b.pair);
		return true;
	}
	b.e = s.e;
	b.retry = s.retry;
	if (s.what == QMPSTEP_END)
		return false;
	strbuf_printf(&b.log, "%s%s", b.log.len > 0 ? " " : "", s.command);
	value = fakeqemu_do(&b.pair, s.side, s.command, s.arguments, &wrong);
	json_free(&s.arguments);
	json_free(&value);
	if (s.may_fail)
		fakeqemu_tick(&b.pair);
	else if (wrong != NULL)
		return err_set(&b.e, ERR_IO, "%s", wrong) == 0;
	return true;
}

static void
begin(enum driver_action action)
{
	b.order.action = action;
	assert_int_equal(qmpmove_init(&b.move, &b.order, &b.e), 0);
}

/* To the end; whoever asks dies now and then, and time passes in between. */
static int
play(enum driver_action action)
{
	begin(action);
	for (int i = 0; i < STEPS; i++) {
		if (!make_step())
			return b.e.code;
		if (b.rand != NULL && rand_below(b.rand, 3) == 0)
			fakeqemu_tick(&b.pair);
		if (b.rand != NULL && rand_below(b.rand, 4) == 0)
			begin(action);
	}
	fail_msg("%s does not end: %s", driver_action_name(action), b.log.text);
	return 0;
}

static void
disks_then_memory_and_nothing_twice(void **state)
{
	(void)state;
	assert_int_equal(play(DRIVER_CHECK), 0);
	assert_string_equal(b.e.text, "vm runs at a, and b waits for it with 2 "
	    "disks");
	assert_int_equal(b.pair.commands, 0);
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_string_equal(b.log.text, "nbd-server-start block-export-add "
	    "drive-mirror block-export-add drive-mirror");
	strbuf_clear(&b.log);
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_int_equal(b.log.len, 0);
	assert_int_equal(play(DRIVER_MEMORY), 0);
	assert_string_equal(b.log.text, "migrate-incoming "
	    "migrate-set-capabilities migrate block-job-cancel "
	    "block-job-cancel nbd-server-stop migrate-continue");
	assert_string_equal(b.e.text, "vm runs at b; it stood still for 5 ms");
	assert_int_equal(play(DRIVER_VERIFY), 0);
	assert_int_equal(play(DRIVER_FINISH), 0);
	assert_true(b.pair.q[0].gone);
	assert_int_equal(play(DRIVER_FINISH), 0);
	assert_int_equal(play(DRIVER_VERIFY), 0);
}

static void
shared_disks_stay_where_they_are(void **state)
{
	(void)state;
	fakeqemu_init(&b.pair, false);
	b.host.storage_octets = 0;
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_int_equal(b.pair.commands, 0);
	assert_int_equal(play(DRIVER_MEMORY), 0);
	assert_string_equal(b.log.text, "migrate-incoming "
	    "migrate-set-capabilities migrate");
}

/* A machine that is to begin by hand there begins all the same. */
static void
who_arrives_paused_goes_on(void **state)
{
	(void)state;
	b.pair.q[1].paused = true;
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_int_equal(play(DRIVER_MEMORY), 0);
	assert_string_equal(b.pair.q[1].status, "running");
}

static void
whoever_asks_may_die_at_any_step(void **state)
{
	struct rand r;
	(void)state;
	rand_seed_from(&r, 71);
	for (int i = 0; i < 1000; i++) {
		fakeqemu_init(&b.pair, true);
		strbuf_clear(&b.log);
		b.rand = &r;
		assert_int_equal(play(DRIVER_STORAGE), 0);
		assert_int_equal(play(DRIVER_MEMORY), 0);
		assert_int_equal(play(DRIVER_VERIFY), 0);
		assert_int_equal(play(DRIVER_CANCEL), ERR_CONFLICT);
		assert_int_equal(play(DRIVER_FINISH), 0);
	}
}

/* At any moment: it runs here with nothing left of it, or has gone. */
static void
a_move_is_given_up_whole_or_not_at_all(void **state)
{
	struct rand r;
	unsigned gone = 0;

	(void)state;
	rand_seed_from(&r, 72);
	for (int i = 0; i < 1000; i++) {
		fakeqemu_init(&b.pair, true);
		begin(DRIVER_STORAGE);
		for (unsigned n = rand_below(&r, 12); n > 0 && make_step(); n--)
			;
		begin(DRIVER_MEMORY);
		for (unsigned n = rand_below(&r, 20); n > 0 && make_step(); n--)
			;
		b.rand = &r;
		if (play(DRIVER_CANCEL) != 0) {
			assert_int_equal(b.e.code, ERR_CONFLICT);
			assert_string_equal(b.pair.q[0].status, "postmigrate");
			gone++;
			continue;
		}
		assert_string_equal(b.pair.q[0].status, "running");
		assert_false(b.pair.q[0].jobs[0].on || b.pair.q[0].jobs[1].on);
		if (b.pair.q[1].gone)
			fakeqemu_restart(&b.pair, 1);
		assert_false(b.pair.q[1].exports[0] || b.pair.q[1].exports[1]);
		b.pair.q[1].listens = false;
		assert_int_equal(play(DRIVER_STORAGE), 0);
		assert_int_equal(play(DRIVER_MEMORY), 0);
	}
	assert_true(gone > 0 && gone < 1000);
}

/* Also while it stands for its switch: it runs on here. */
static void
an_end_that_dies_leaves_it_here(void **state)
{
	struct rand r;
	(void)state;
	rand_seed_from(&r, 73);
	for (int i = 0; i < 1000; i++) {
		fakeqemu_init(&b.pair, true);
		assert_int_equal(play(DRIVER_STORAGE), 0);
		begin(DRIVER_MEMORY);
		for (unsigned n = rand_below(&r, 12); n > 0; n--)
			if (!make_step())
				break;
		if (strcmp(b.pair.q[0].status, "postmigrate") == 0)
			continue;
		if (rand_below(&r, 2) == 0)
			fakeqemu_die(&b.pair, 1);
		else
			b.pair.q[1].gone = true;	/* its control alone */
		for (int n = 0; n < STEPS && make_step(); n++)
			;
		assert_true(b.e.code != 0 && b.retry);
		assert_string_equal(b.pair.q[0].status, "running");
		if (rand_below(&r, 2) == 0)
			assert_int_equal(play(DRIVER_CANCEL), 0);
		fakeqemu_die(&b.pair, 1);
		fakeqemu_restart(&b.pair, 1);
		b.rand = &r;
		assert_int_equal(play(DRIVER_MEMORY), 0);
		b.rand = NULL;
	}
}

/* Leaves, and is lost on the way; the other QEMU is gone. */
static void
lose_it(void)
{
	assert_int_equal(play(DRIVER_STORAGE), 0);
	b.pair.loses = true;
	begin(DRIVER_MEMORY);
	while (!b.pair.q[1].gone)
		assert_true(make_step());
}

static void
who_never_arrives_goes_on_here(void **state)
{
	(void)state;
	lose_it();
	for (int i = 0; i < 20; i++)
		assert_true(make_step());
	fakeqemu_restart(&b.pair, 1);
	qmpmove_forget(&b.move);
	while (make_step())
		;
	assert_int_equal(b.e.code, ERR_IO);
	assert_string_equal(b.e.text, "vm did not arrive at b, and goes on at a");
	assert_true(b.retry);
	assert_string_equal(b.pair.q[0].status, "running");
	assert_int_equal(play(DRIVER_CANCEL), 0);
	assert_int_equal(play(DRIVER_MEMORY), 0);
}

/* It may have run there, for all they know who did not see it leave, or have not
 * seen the other side for long. */
static void
who_may_have_arrived_is_left_to_people(void **state)
{
	(void)state;
	lose_it();
	while (make_step())
		;
	assert_string_equal(b.e.text, "vm has left a, and at b it is \"gone\"");
	fakeqemu_restart(&b.pair, 1);
	assert_int_equal(play(DRIVER_MEMORY), ERR_IO);
	assert_string_equal(b.e.text, "vm has left a, and at b it is "
	    "\"inmigrate\"");
	assert_string_equal(b.pair.q[0].status, "postmigrate");
	assert_int_equal(play(DRIVER_CANCEL), ERR_CONFLICT);
}

static void
what_fails_is_told_and_may_be_tried_again(void **state)
{
	(void)state;
	b.pair.refuses = true;
	assert_int_equal(play(DRIVER_MEMORY), ERR_IO);
	assert_string_equal(b.e.text, "moving vm has failed: QEMU says no "
	    "reason");
	assert_true(b.retry);
	assert_int_equal(play(DRIVER_MEMORY), 0);
}

/* Of two disks one: a storage step has ended in the middle. */
static void
disks_that_do_not_follow_are_mirrored_first(void **state)
{
	(void)state;
	begin(DRIVER_STORAGE);
	while (!b.pair.q[0].jobs[0].on)
		assert_true(make_step());
	strbuf_clear(&b.log);
	assert_int_equal(play(DRIVER_MEMORY), 0);
	assert_memory_equal(b.log.text, "nbd-server-start block-export-add "
	    "drive-mirror migrate-incoming", 63);
}

static void
a_mirror_that_ends_early_is_told(void **state)
{
	(void)state;
	begin(DRIVER_STORAGE);
	while (!b.pair.q[0].jobs[1].on)
		assert_true(make_step());
	b.pair.q[0].jobs[0].ended = b.pair.q[0].jobs[0].failed = true;
	assert_false(make_step());
	assert_string_equal(b.e.text, "mirroring disk d0 of vm to b has ended: "
	    "No space");
	assert_true(b.retry);
	assert_int_equal(play(DRIVER_STORAGE), 0);
}

/* While the machine stands for its switch: it runs on here. */
static void
a_mirror_that_fails_at_the_end_is_no_copy(void **state)
{
	(void)state;
	assert_int_equal(play(DRIVER_STORAGE), 0);
	begin(DRIVER_MEMORY);
	while (!b.pair.q[0].jobs[0].ended)
		assert_true(make_step());
	b.pair.q[0].jobs[0].failed = true;
	while (make_step())
		;
	assert_true(b.e.code != 0 && b.retry);
	assert_string_equal(b.pair.q[0].status, "running");
	fakeqemu_restart(&b.pair, 1);
	assert_int_equal(play(DRIVER_MEMORY), 0);
}

static void
a_mirror_to_a_qemu_that_is_gone_is_made_anew(void **state)
{
	(void)state;
	assert_int_equal(play(DRIVER_STORAGE), 0);
	fakeqemu_die(&b.pair, 1);
	fakeqemu_restart(&b.pair, 1);
	strbuf_clear(&b.log);
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_string_equal(b.log.text, "block-job-cancel job-dismiss "
	    "nbd-server-start block-export-add drive-mirror block-job-cancel "
	    "job-dismiss block-export-add drive-mirror");
	fakeqemu_die(&b.pair, 1);
	fakeqemu_restart(&b.pair, 1);
	assert_int_equal(play(DRIVER_MEMORY), 0);
}

static void
events_that_matter_are_heard(void **state)
{
	(void)state;
	assert_true(qmpmove_event("MIGRATION"));
	assert_true(qmpmove_event("JOB_STATUS_CHANGE"));
	assert_false(qmpmove_event("NIC_RX_FILTER_CHANGED"));
}

static void
a_place_that_does_not_fit_is_told(void **state)
{
	static const struct {
		const char	 *from, *to, *told;
		enum driver_action action;
	} cases[] = {
		{ "running", "running", "vm at b is \"running\" and does not "
		    "wait for a machine to come (-incoming defer)",
		    DRIVER_CHECK },
		{ "paused", "inmigrate", "vm at a is \"paused\" and does not "
		    "run", DRIVER_STORAGE },
		{ "inmigrate", "inmigrate", "vm at a is \"inmigrate\" and does "
		    "not run", DRIVER_MEMORY },
		{ NULL, "inmigrate", "vm at a: nobody is there", DRIVER_CHECK },
		{ "running", NULL, "vm at b: nobody is there", DRIVER_MEMORY },
		{ "running", "inmigrate", "vm is \"running\" at a and "
		    "\"inmigrate\" at b", DRIVER_VERIFY },
		{ "postmigrate", "inmigrate", "vm is \"postmigrate\" at a and "
		    "\"inmigrate\" at b", DRIVER_FINISH },
		{ "postmigrate", NULL, "vm has left a, and at b it is "
		    "\"gone\"", DRIVER_MEMORY },
		{ "postmigrate", NULL, "vm has left a: there is nothing to "
		    "cancel any more", DRIVER_CANCEL },
		{ NULL, NULL, "vm at a: nobody is there", DRIVER_CANCEL },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		const char *words[] = { cases[i].from, cases[i].to };

		for (size_t side = 0; side < 2; side++) {
			b.pair.q[side].gone = words[side] == NULL;
			b.pair.q[side].status = words[side];
		}
		assert_int_not_equal(play(cases[i].action), 0);
		assert_string_equal(b.e.text, cases[i].told);
	}
	assert_int_equal(b.pair.commands, 0);
}

static void
a_dry_run_changes_nothing(void **state)
{
	(void)state;
	b.order.dry_run = true;
	for (int a = DRIVER_CHECK; a <= DRIVER_FINISH; a++)
		if (a != DRIVER_VERIFY)
			assert_int_equal(play((enum driver_action)a), 0);
	assert_int_equal(b.pair.commands, 0);
}

static void
addresses_that_are_needed_are_asked_for(void **state)
{
	struct addrport none = { .port = 0 };

	(void)state;
	b.to.storage = none;
	assert_int_equal(qmpmove_init(&b.move, &b.order, &b.e), ERR_RANGE);
	assert_string_equal(b.e.text, "hypervisor b: storage-address: needs an "
	    "address and a port");
	b.host.storage_octets = 0;
	assert_int_equal(qmpmove_init(&b.move, &b.order, &b.e), 0);
	b.to.migrate = none;
	assert_int_equal(qmpmove_init(&b.move, &b.order, &b.e), ERR_RANGE);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(disks_then_memory_and_nothing_twice),
		CASE(shared_disks_stay_where_they_are),
		CASE(who_arrives_paused_goes_on),
		CASE(whoever_asks_may_die_at_any_step),
		CASE(a_move_is_given_up_whole_or_not_at_all),
		CASE(an_end_that_dies_leaves_it_here),
		CASE(who_never_arrives_goes_on_here),
		CASE(who_may_have_arrived_is_left_to_people),
		CASE(what_fails_is_told_and_may_be_tried_again),
		CASE(disks_that_do_not_follow_are_mirrored_first),
		CASE(a_mirror_that_ends_early_is_told),
		CASE(a_mirror_that_fails_at_the_end_is_no_copy),
		CASE(a_mirror_to_a_qemu_that_is_gone_is_made_anew),
		CASE(events_that_matter_are_heard),
		CASE(a_place_that_does_not_fit_is_told),
		CASE(a_dry_run_changes_nothing),
		CASE(addresses_that_are_needed_are_asked_for),
	};

	return cmocka_run_group_tests_name("qmpmove", tests, NULL, NULL);
}
