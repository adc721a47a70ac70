/* tests/unit/gtmd/drive/test_driver_qmp.c - orders to two QEMUs by their sockets,
 * which end, refuse, and are there again. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "gtmd/drive/driver.h"
#include "tests/unit/gtmd/drive/fakeqemu.h"
#include "tests/unit/gtmd/drive/qmpdoor.h"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct drivers	*all;
	struct fakepair	 pair;
	struct qmpdoor	 doors[2];
	char		 folder[32], sockets[2][64];
	struct driver_place from, to;
	struct driver_host host;
	struct driver_order order;
	struct driver_job *job;
	unsigned	 ends, news, drops;	/* drops: commands that end it */
	int		 code;
	bool		 retry;
	uint64_t	 octets, total;
	char		 text[ERR_TEXT_MAX], note[ERR_TEXT_MAX];
};

static struct stage s;

static void
on_command(void *arg, struct qmpdoor *d, const struct json *j)
{
	const char *wrong, *name = json_get_text(json_find(j, "execute"));
	size_t side = d == &s.doors[1];
	struct json *value;

	(void)arg;
	if (s.drops > 0 && --s.drops == 0) {
		qmpdoor_close(d);
		return;
	}
	value = fakeqemu_do(&s.pair, side, name, json_find(j, "arguments"),
	    &wrong);
	qmpdoor_answer(d, j, &value, wrong);
	json_free(&value);
	for (size_t i = 0; i < OBJ_COUNT(s.doors); i++)
		if (s.pair.q[i].gone)
			qmpdoor_close(&s.doors[i]);
}

static void
open_doors(void)
{
	for (size_t i = 0; i < OBJ_COUNT(s.doors); i++)
		if (s.doors[i].door_io == NULL)
			qmpdoor_open(&s.doors[i]);
}

static int
set_up(void **state)
{
	struct err e;

	s = (struct stage){ .from = { .name = "a", .kind = DRIVER_QMP,
	    .qmp_socket = s.sockets[0] }, .to = { .name = "b",
	    .kind = DRIVER_QMP, .qmp_socket = s.sockets[1] },
	    .host = { .name = "vm", .storage_octets = 1024 },
	    .order = { .id = "i", .from = &s.from, .to = &s.to,
	    .host = &s.host, .deadline = 100 * CLOCK_S } };
	(void)addr_parse_port("192.0.2.1:8000", &s.to.migrate);
	s.to.storage = s.to.migrate;
	clock_fake_init(&s.clk, 1000 * CLOCK_S, 1700000000);
	s.loop = loop_new(&s.clk, &e);
	s.all = driver_all_new(s.loop, NULL, &e);
	(void)snprintf(s.folder, sizeof(s.folder), "/tmp/gtm-qmp-XXXXXX");
	assert_non_null(mkdtemp(s.folder));
	fakeqemu_init(&s.pair, true);
	for (size_t i = 0; i < OBJ_COUNT(s.doors); i++) {
		s.doors[i] = (struct qmpdoor){ .loop = s.loop,
		    .greeting = QMPDOOR_GREETING, .command = on_command };
		(void)snprintf(s.doors[i].path, sizeof(s.doors[i].path),
		    "%s/vm%%%zu", s.folder, i);
		(void)snprintf(s.sockets[i], sizeof(s.sockets[i]),
		    "%s/%%h%%%%%zu", s.folder, i);
	}
	open_doors();
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	driver_stop(&s.job);
	driver_all_free(&s.all);
	for (size_t i = 0; i < OBJ_COUNT(s.doors); i++) {
		qmpdoor_close(&s.doors[i]);
		(void)unlink(s.doors[i].path);
	}
	loop_free(&s.loop);
	return rmdir(s.folder);
}

static void
on_progress(void *arg, uint64_t octets, uint64_t total, const char *note)
{
	assert_ptr_equal(arg, &s);
	s.news++;
	s.octets = octets;
	s.total = total;
	(void)snprintf(s.note, sizeof(s.note), "%s", note);
}

static void
on_done(void *arg, const struct driver_result *r)
{
	assert_ptr_equal(arg, &s);
	s.job = NULL;
	s.ends++;
	s.code = r->code;
	s.retry = r->retry;
	(void)snprintf(s.text, sizeof(s.text), "%s", r->text);
}

static void
begin(enum driver_action action)
{
	const struct driver_owner owner = { on_progress, on_done, &s };

	s.ends = s.news = 0;
	s.order.action = action;
	s.job = driver_start(s.all, &s.order, &owner);
	assert_int_equal(s.ends, 0);
}

/* A quarter of a second, in which QEMU gets on. */
static void
pass(void)
{
	for (int i = 0; i < 60; i++)
		loop_advance(s.loop, &s.clk, 5 * CLOCK_MS);
	fakeqemu_tick(&s.pair);
}

static int
play(enum driver_action action)
{
	begin(action);
	for (int i = 0; i < 200 && s.ends == 0; i++)
		pass();
	assert_int_equal(s.ends, 1);
	assert_null(s.job);
	return s.code;
}

static void
a_machine_moves_and_says_how_far_it_is(void **state)
{
	(void)state;
	assert_int_equal(play(DRIVER_CHECK), 0);
	assert_int_equal(play(DRIVER_STORAGE), 0);
	assert_true(s.news > 0 && s.total > 0 && s.octets <= s.total);
	assert_string_equal(s.note, "disks are copied");
	assert_int_equal(play(DRIVER_MEMORY), 0);
	assert_string_equal(s.note, "memory is copied");
	assert_int_equal(play(DRIVER_VERIFY), 0);
	assert_int_equal(play(DRIVER_CANCEL), ERR_CONFLICT);
	assert_int_equal(play(DRIVER_FINISH), 0);
	assert_true(s.pair.q[0].gone);
}

/* At any command: what is lost is looked for again. */
static void
a_connection_that_breaks_is_made_again(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 40; n++) {
		fakeqemu_init(&s.pair, true);
		s.drops = n;
		begin(DRIVER_STORAGE);
		for (int i = 0; i < 100 && s.ends == 0; i++) {
			for (int j = 0; j < 30; j++) {
				loop_advance(s.loop, &s.clk, CLOCK_MS);
				open_doors();
			}
			fakeqemu_tick(&s.pair);
		}
		assert_int_equal(s.ends, 1);
		assert_int_equal(s.code, 0);
		assert_true(s.pair.q[0].jobs[1].on);
	}
}

/* A job that is lost, as by a gtmd that dies, costs nothing. */
static void
a_job_that_is_stopped_leaves_all_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(play(DRIVER_STORAGE), 0);
	begin(DRIVER_MEMORY);
	while (strcmp(s.pair.q[0].migrate, "active") != 0)
		pass();
	driver_stop(&s.job);
	for (int i = 0; i < 10; i++)
		pass();
	assert_string_equal(s.pair.q[0].migrate, "pre-switchover");
	assert_int_equal(s.ends, 0);
	assert_int_equal(play(DRIVER_MEMORY), 0);
}

static void
an_event_is_not_waited_for(void **state)
{
	unsigned rounds;

	(void)state;
	begin(DRIVER_STORAGE);
	while (s.pair.q[0].jobs[1].on == 0)
		loop_advance(s.loop, &s.clk, CLOCK_MS);
	loop_advance(s.loop, &s.clk, 20 * CLOCK_MS);
	s.pair.q[0].jobs[0].left = s.pair.q[0].jobs[1].left = 0;
	loop_advance(s.loop, &s.clk, 20 * CLOCK_MS);
	assert_int_equal(s.ends, 0);
	qmpdoor_say(&s.doors[0], "{\"event\": \"BLOCK_JOB_READY\"}\n");
	for (rounds = 0; rounds < 20 && s.ends == 0; rounds++)
		loop_advance(s.loop, &s.clk, CLOCK_MS);
	assert_int_equal(s.ends, 1);
	assert_int_equal(s.code, 0);
}

static void
a_refusal_is_told_with_who_and_what(void **state)
{
	(void)state;
	s.pair.refused = "block-export-add";
	assert_int_equal(play(DRIVER_STORAGE), ERR_IO);
	assert_string_equal(s.text, "QEMU at b refuses block-export-add: Not "
	    "today");
	assert_true(s.retry);
}

static void
who_never_answers_is_out_of_time(void **state)
{
	(void)state;
	s.doors[1].greeting = NULL;
	assert_int_equal(play(DRIVER_CHECK), ERR_IO);
	assert_string_equal(s.text, "vm at b: QEMU does not greet: somebody "
	    "else may hold its socket");
	s.order.deadline = 5 * CLOCK_S;
	assert_int_equal(play(DRIVER_CHECK), ERR_BUSY);
	assert_string_equal(s.text, "check of vm has not ended within 5 s");
	assert_true(s.retry);
}

static void
sockets_that_make_no_sense_are_refused(void **state)
{
	static const char *const sockets[] = { "", "run/%h", "/run/%d", "/run/%",
	    ("/run/a-name-that-is-far-too-long-for-the-address-of-a-socket-"
	    "however-one-looks-at-it-and-therefore-not-taken-%h") };
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(sockets); i++) {
		s.from.qmp_socket = sockets[i];
		assert_int_equal(driver_check(s.all, &s.from, &e), ERR_RANGE);
		assert_non_null(strstr(e.text, "hypervisor a: qmp-socket"));
		assert_int_equal(play(DRIVER_CHECK), ERR_RANGE);
		assert_false(s.retry);
	}
	s.from.qmp_socket = s.to.qmp_socket;
	assert_int_equal(driver_check(s.all, &s.from, &e), 0);
	assert_int_equal(play(DRIVER_CHECK), ERR_CONFLICT);
	s.from.qmp_socket = s.sockets[0];
	s.to.migrate.port = 0;
	assert_int_equal(play(DRIVER_CHECK), ERR_RANGE);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_machine_moves_and_says_how_far_it_is),
		CASE(a_connection_that_breaks_is_made_again),
		CASE(a_job_that_is_stopped_leaves_all_as_it_is),
		CASE(an_event_is_not_waited_for),
		CASE(a_refusal_is_told_with_who_and_what),
		CASE(who_never_answers_is_out_of_time),
		CASE(sockets_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests_name("driver_qmp", tests, NULL, NULL);
}
