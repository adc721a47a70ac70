/* tests/unit/gtmd/migrate/test_migevent.c - an event is read back as it was
 * written; what is none is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migspec.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migspec *spec;

static int
set_up(void **state)
{
	(void)state;
	spec = migcase_spec(3);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	migspec_free(&spec);
	return 0;
}

static char *
line_of(const struct migevent *ev)
{
	struct json *j = migevent_json(ev, spec);
	char *line = json_line(j);

	json_free(&j);
	return line;
}

static int
read_line(const char *line, struct migevent *ev, struct err *e)
{
	struct json *j = json_literal(line);
	int rc = migevent_read(j, spec, ev, e);

	json_free(&j);
	return rc;
}

static void
fill(struct migevent *ev, enum migevent_kind k)
{
	migevent_init(ev, k);
	ev->at_ms = MIGCASE_START_MS;
	ev->host = 1;
	ev->step = MIGEVENT_MEMORY;
	ev->back = true;
	ev->attempt = 3;
	ev->retry = ev->force = true;
	ev->octets = 1234567890123;
	ev->wire_octets = 77;
	ev->decision = 5;
	ev->traffic.share = 34;
	ev->traffic.rescue = ev->traffic.low_ttl = true;
	ev->share = 12;
	ev->verdict = MIGEVENT_BREACH;
	ev->count = 9;
	ev->sample.residual = 4;
	ev->sample.served = 0;
	ev->sample.flow_count = 1;
	ev->sample.flows[0] = (struct migevent_flow){ 2, 10, 20 };
	migevent_say(ev, "why \"%s\" \xc3\xa4", "x");
}

/* Of each kind, all that it has. */
static void
each_kind_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	for (int k = 0; k < MIGEVENT_KIND_COUNT; k++) {
		struct migevent ev, back;
		struct err e;
		char *a, *b;

		fill(&ev, (enum migevent_kind)k);
		ev.spec = k == MIGEVENT_BEGUN ? migspec_clone(spec) : NULL;
		a = line_of(&ev);
		if (read_line(a, &back, &e) != 0)
			fail_msg("%s: %s", a, e.text);
		b = line_of(&back);
		assert_string_equal(a, b);
		assert_string_equal(back.text, ev.text);
		free(a);
		free(b);
		migevent_fini(&ev);
		migevent_fini(&back);
	}
}

static void
an_event_has_its_values_and_no_others(void **state)
{
	struct migevent ev;
	char *line;

	(void)state;
	fill(&ev, MIGEVENT_STEP_FAILED);
	line = line_of(&ev);
	assert_string_equal(line, "{\"at\":1700000000000,\"event\":\"step-failed\","
	    "\"host\":\"vm2\",\"step\":\"memory\",\"attempt\":3,\"back\":true,"
	    "\"octets\":1234567890123,\"wireOctets\":77,\"retry\":true,"
	    "\"text\":\"why \\\"x\\\" \xc3\xa4\"}");
	free(line);
	fill(&ev, MIGEVENT_PAUSED);
	line = line_of(&ev);
	assert_non_null(strstr(line, "\"host\":\"vm2\""));
	assert_null(strstr(line, "step"));
	free(line);
	fill(&ev, MIGEVENT_RESUMED);
	line = line_of(&ev);
	assert_null(strstr(line, "vm2"));
	free(line);
}

static void
what_is_no_event_is_refused(void **state)
{
	static const struct {
		const char	*line;
		int		 want;
	} cases[] = {
		{ "{}", ERR_UNKNOWN },
		{ "{\"event\":\"begin\"}", ERR_UNKNOWN },
		{ "{\"event\":\"step-done\",\"at\":1}", ERR_UNKNOWN },
		{ "{\"event\":\"step-done\",\"at\":1,\"step\":\"leap\"}", ERR_UNKNOWN },
		{ "{\"event\":\"step-done\",\"at\":1,\"step\":\"memory\",\"host\":\"x\"}",
		    ERR_REF },
		{ "{\"event\":\"step-done\",\"at\":1,\"step\":\"memory\",\"attempt\":-1}",
		    ERR_RANGE },
		{ "{\"event\":\"paused\",\"at\":-1}", ERR_RANGE },
		{ "{\"event\":\"paused\",\"at\":9223372036854775807}", ERR_RANGE },
		{ "{\"event\":\"guard\",\"at\":1,\"verdict\":\"odd\"}", ERR_UNKNOWN },
		{ "{\"event\":\"begun\",\"at\":1}", ERR_PARSE },
		{ "{\"event\":\"sample\",\"at\":1,\"hosts\":[[\"vm9\",1,1]]}", ERR_REF },
		{ "{\"event\":\"sample\",\"at\":1,\"hosts\":[[\"vm1\",-1,1]]}", ERR_RANGE },
		{ "{\"event\":\"paused\",\"at\":1,\"user\":\"0123456789012345678901234567890123"
		    "456789012345678901234567890123456789\"}", ERR_RANGE },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		struct migevent ev;
		struct err e;
		int rc = read_line(cases[i].line, &ev, &e);

		if (rc != cases[i].want)
			fail_msg("%s: %d", cases[i].line, rc);
	}
}

/* What stands in memory is what a line gives back. */
static void
text_is_what_can_be_written(void **state)
{
	struct migevent ev;
	char longer[2 * MIGEVENT_TEXT_MAX];

	(void)state;
	migevent_init(&ev, MIGEVENT_NOTE);
	migevent_say(&ev, "a\nb\x7f c\xff \xc3\xa4 \xed\xa0\x80 \xf4\x90\x80\x80 \xc0\xaf");
	assert_string_equal(ev.text, "a?b? c? \xc3\xa4 ??? ???? ??");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	migevent_say(&ev, "%s", longer);
	assert_int_equal(strlen(ev.text), MIGEVENT_TEXT_MAX - 1);
	assert_string_equal(ev.text + MIGEVENT_TEXT_MAX - 5, "x...");
	memcpy(longer + MIGEVENT_TEXT_MAX - 5, "\xf0\x9f\x98\x80", 4);
	migevent_say(&ev, "%s", longer);
	assert_string_equal(ev.text + MIGEVENT_TEXT_MAX - 6, "x?...");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_read_back_as_it_was_written),
		cmocka_unit_test(an_event_has_its_values_and_no_others),
		cmocka_unit_test(what_is_no_event_is_refused),
		cmocka_unit_test(text_is_what_can_be_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
