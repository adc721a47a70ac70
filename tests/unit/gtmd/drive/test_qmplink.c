/* tests/unit/gtmd/drive/test_qmplink.c - a connection to a QEMU, and to what
 * behaves otherwise. SPDX-License-Identifier: Apache-2.0
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
#include "gtmd/drive/qmplink.h"
#include "gtmd/drive/qmpwire.h"
#include "tests/unit/gtmd/drive/qmpdoor.h"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct qmpdoor	 door;
	struct qmplink	*link;
	char		 folder[32];
	unsigned	 ready, answers, events, lost;
	bool		 ends;		/* stops the link in each callback */
	enum qmpwire_kind kind;
	char		 text[128];
	const char	*says;		/* to a command; NULL: an answer */
};

static struct stage s;

static void
on_command(void *arg, struct qmpdoor *d, const struct json *j)
{
	struct json *value = json_new_object();

	(void)arg;
	if (s.says != NULL)
		qmpdoor_say(d, s.says);
	else
		qmpdoor_answer(d, j, &value, NULL);
	json_free(&value);
}

static int
set_up(void **state)
{
	struct err e;

	s = (struct stage){ .door = { .greeting = QMPDOOR_GREETING,
	    .command = on_command } };
	clock_fake_init(&s.clk, 1000 * CLOCK_S, 1700000000);
	s.loop = s.door.loop = loop_new(&s.clk, &e);
	(void)snprintf(s.folder, sizeof(s.folder), "/tmp/gtm-qmp-XXXXXX");
	assert_non_null(mkdtemp(s.folder));
	(void)snprintf(s.door.path, sizeof(s.door.path), "%s/q", s.folder);
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	qmplink_stop(&s.link);
	qmplink_stop(&s.link);
	qmpdoor_close(&s.door);
	loop_free(&s.loop);
	(void)unlink(s.door.path);
	return rmdir(s.folder);
}

static void
end_if_asked(void)
{
	if (s.ends)
		qmplink_stop(&s.link);
}

static void
on_ready(void *arg)
{
	assert_ptr_equal(arg, &s);
	s.ready++;
	end_if_asked();
}

static void
on_answer(void *arg, const struct qmpwire_msg *m)
{
	assert_ptr_equal(arg, &s);
	s.answers++;
	s.kind = m->kind;
	end_if_asked();
}

static void
on_event(void *arg, const struct qmpwire_msg *m)
{
	assert_ptr_equal(arg, &s);
	s.events++;
	(void)snprintf(s.text, sizeof(s.text), "%s", m->text);
	end_if_asked();
}

static void
on_lost(void *arg, const char *why)
{
	assert_ptr_equal(arg, &s);
	s.lost++;
	qmplink_stop(&s.link);
	(void)snprintf(s.text, sizeof(s.text), "%s", why);
}

static void
look(void)
{
	for (int i = 0; i < 20; i++)
		loop_advance(s.loop, &s.clk, 1);
}

static void
start(void)
{
	const struct qmplink_owner owner = { on_ready, on_answer, on_event,
	    on_lost, &s };

	s.link = qmplink_start(s.loop, s.door.path, &owner);
	assert_int_equal(s.ready + s.lost, 0);
	look();
}

static void
ask(void)
{
	struct json *none = NULL;

	qmplink_send(s.link, "query-status", &none);
	look();
}

static void
it_greets_answers_and_tells_events(void **state)
{
	(void)state;
	qmpdoor_open(&s.door);
	start();
	assert_int_equal(s.ready, 1);
	ask();
	assert_int_equal(s.answers, 1);
	assert_int_equal(s.kind, QMPWIRE_RETURN);
	qmpdoor_say(&s.door, "{\"event\": \"STO");
	look();
	assert_int_equal(s.events, 0);
	qmpdoor_say(&s.door, "P\"}\n{\"event\": \"RESUME\"}\n");
	look();
	assert_int_equal(s.events, 2);
	assert_string_equal(s.text, "RESUME");
	s.says = "{\"error\": {\"desc\": \"no\"}, \"id\": 3}\n";
	ask();
	assert_int_equal(s.kind, QMPWIRE_ERROR);
	assert_int_equal(s.lost, 0);
	loop_advance(s.loop, &s.clk, 100 * CLOCK_S);	/* it may rest */
	assert_int_equal(s.lost, 0);
}

static void
nobody_there_is_told_later(void **state)
{
	(void)state;
	start();
	assert_int_equal(s.lost, 1);
	assert_non_null(strstr(s.text, "/q: No such file or directory"));
	assert_null(s.link);
}

/* Whatever is said in its place. */
static void
what_is_no_qemu_is_left(void **state)
{
	static const struct {
		const char *greeting, *says, *told;
	} cases[] = {
		{ "HTTP/1.1 400 Bad Request\r\n", NULL, "what QEMU says is not "
		    "JSON" },
		{ "{\"return\": {}}\n", NULL, "QEMU answers what was not "
		    "asked" },
		{ QMPDOOR_GREETING QMPDOOR_GREETING, NULL, "QEMU greets "
		    "twice" },
		{ QMPDOOR_GREETING, "{\"return\": {}, \"id\": 77}\n",
		    "QEMU answers what was not asked" },
		{ QMPDOOR_GREETING, "[]\n", "what QEMU says is no message of "
		    "its machine protocol" },
	};

	(void)state;
	qmpdoor_open(&s.door);
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		s.ready = s.lost = 0;
		s.door.greeting = cases[i].greeting;
		s.says = cases[i].says;
		start();
		if (s.says != NULL)
			ask();
		assert_int_equal(s.lost, 1);
		assert_memory_equal(s.text, cases[i].told,
		    strlen(cases[i].told));
		look();
	}
}

static void
silence_ends_at_last(void **state)
{
	(void)state;
	qmpdoor_open(&s.door);
	s.door.greeting = NULL;
	start();
	loop_advance(s.loop, &s.clk, (QMPLINK_PATIENCE_MS - 10) * CLOCK_MS);
	assert_int_equal(s.lost, 0);
	loop_advance(s.loop, &s.clk, 20 * CLOCK_MS);
	assert_int_equal(s.lost, 1);
	assert_string_equal(s.text, "QEMU does not greet: somebody else may "
	    "hold its socket");
	s.door.greeting = QMPDOOR_GREETING;
	s.says = "";
	s.lost = 0;
	start();
	ask();
	loop_advance(s.loop, &s.clk, QMPLINK_PATIENCE_MS * CLOCK_MS);
	assert_int_equal(s.lost, 1);
	assert_string_equal(s.text, "QEMU does not answer");
}

static void
an_end_is_told_once(void **state)
{
	(void)state;
	qmpdoor_open(&s.door);
	start();
	qmpdoor_close(&s.door);
	look();
	assert_int_equal(s.lost, 1);
	assert_string_equal(s.text, "QEMU has closed the connection");
}

/* With more messages behind the one that it is stopped in. */
static void
it_may_be_stopped_in_each_callback(void **state)
{
	(void)state;
	qmpdoor_open(&s.door);
	s.ends = true;
	start();
	assert_null(s.link);
	assert_int_equal(s.ready, 1);
	s.ends = false;
	s.ready = 0;
	start();
	s.ends = true;
	qmpdoor_say(&s.door, "{\"event\": \"A\"}\n{\"event\": \"B\"}\n");
	look();
	assert_null(s.link);
	assert_int_equal(s.events, 1);
	assert_string_equal(s.text, "A");
	assert_int_equal(s.lost, 0);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(it_greets_answers_and_tells_events),
		CASE(nobody_there_is_told_later),
		CASE(what_is_no_qemu_is_left),
		CASE(silence_ends_at_last),
		CASE(an_end_is_told_once),
		CASE(it_may_be_stopped_in_each_callback),
	};

	return cmocka_run_group_tests_name("qmplink", tests, NULL, NULL);
}
