/* tests/unit/gtmd/mover/test_moverrun_record.c - a run whose record cannot be written:
 * nothing is lost of what has been done, and nothing is done again for that.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "gtmd/drive/driver.h"
#include "gtmd/migrate/migcommand.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/moverrun.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

/* The kernel's, failing while told to. */
static bool sync_fails;

int
fdatasync(int fd)
{
	errno = EIO;
	return sync_fails ? -1 : (int)syscall(SYS_fdatasync, fd);
}

struct stage {
	struct moverstage base;
	struct fakedaemon eip;
	struct moverrun	*run;
	unsigned	 wakes;
};

/* The loop of the test looks anew, as the mover would. */
static void
on_wake(void *arg)
{
	struct stage *t = arg;

	t->wakes++;
}

static void
pass(struct stage *t, dur_ns by)
{
	moverstage_pass(&t->base, by);
	while (t->wakes > 0) {
		t->wakes = 0;
		moverrun_turn(t->run);
	}
}

static int
set_up(void **state)
{
	static struct stage t;
	static char text[2048];
	struct moverrun_config c = { .wake = on_wake, .arg = &t };
	struct diag out;
	struct err e;

	t = (struct stage){ .wakes = 0 };
	(void)snprintf(text, sizeof(text), MOVERSTAGE_TEXT(
	    "driver qmp qmp-socket /none/%%h.qmp migrate-address 10.0.0.9:1 "
	    "vlan-group v eip-control /tmp/moverrun.%d.sock",
	    "driver qmp qmp-socket /nowhere/%%h.qmp migrate-address "
	    "10.0.0.9:1", "guard-destination disabled hosts { vm1 { } }"),
	    (int)getpid());
	moverstage_open(&t.base, text);
	(void)snprintf(text, sizeof(text), "/tmp/moverrun.%d.sock", (int)getpid());
	fakedaemon_open(&t.eip, t.base.loop, text);
	t.base.means.drivers = driver_all_new(t.base.loop, NULL, &e);
	c.means = t.base.means;
	c.changes = &t.base.changes;
	diag_init(&out);
	t.run = moverrun_open(&c, moverstage_file(&t.base, "run"), &out);
	diag_fini(&out);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	sync_fails = false;
	moverrun_free(&t->run);
	fakedaemon_close(&t->eip);
	driver_all_free(&t->base.means.drivers);
	moverstage_close(&t->base);
	return 0;
}

static void
start(struct stage *t)
{
	struct migspec *s = moverstage_spec(&t->base, 1);
	const struct migcommand c = { .verb = MIGCOMMAND_START, .spec = &s };
	struct err e;

	if (moverrun_command(t->run, &c, &e) != 0)
		fail_msg("%s", e.text);
}

static void
what_has_ended_is_kept_until_the_disk_takes_it(void **state)
{
	static const struct fakedaemon_rule rules[] = {
		{ "tunnels/tunnel/stats", 503, "{\"message\":\"not now\"}" },
		{ NULL, 0, NULL }
	};
	struct stage *t = *state;
	const struct migstate *m = moverrun_state(t->run);

	t->eip.rules = rules;
	start(t);
	assert_int_equal(m->check_activity, MIGSTATE_RUNNING);
	sync_fails = true;
	for (int i = 0; i < 200; i++)
		pass(t, CLOCK_MS / 2);
	for (int i = 0; i < 5; i++) {
		moverrun_turn(t->run);
		pass(t, CLOCK_MS);
	}
	assert_int_equal(fakedaemon_count(&t->eip, "tunnels/tunnel"), 1);
	assert_int_equal(m->check_activity, MIGSTATE_RUNNING);
	sync_fails = false;
	moverrun_turn(t->run);
	assert_int_equal(m->check_activity, MIGSTATE_READY);
	assert_non_null(strstr(m->check_why, "host vm1: "));
	assert_int_equal(fakedaemon_count(&t->eip, "tunnels/tunnel"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_has_ended_is_kept_until_the_disk_takes_it, set_up,
		    tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
