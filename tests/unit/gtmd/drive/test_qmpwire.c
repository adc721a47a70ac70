/* tests/unit/gtmd/drive/test_qmpwire.c - messages of QEMU's machine protocol,
 * however they are cut, and what is none. SPDX-License-Identifier: Apache-2.0
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
#include "gtmd/drive/qmpwire.h"

static struct err err;

static void
messages_come_whole_however_they_are_cut(void **state)
{
	static const char text[] = "{\"QMP\": {\"version\": {}}}\r\n\r\n"
	    "{\"timestamp\": {}, \"event\": \"STOP\"}\n"
	    "{\"return\": [], \"id\": 7}\n"
	    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, "
	    "\"id\": 8}\n{\"event\": \"MIGRATION\", \"data\": {\"status\": "
	    "\"active\"}}\n";
	static const struct {
		enum qmpwire_kind kind;
		int64_t		  id;
		const char	 *text;
	} want[] = {
		{ QMPWIRE_GREETING, 0, NULL }, { QMPWIRE_EVENT, 0, "STOP" },
		{ QMPWIRE_RETURN, 7, NULL }, { QMPWIRE_ERROR, 8, "no" },
		{ QMPWIRE_EVENT, 0, "MIGRATION" }
	};

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		struct qmpwire_msg m;
		struct qmpwire w;
		size_t n = 0;

		qmpwire_init(&w);
		for (size_t at = 0; at < sizeof(text) - 1; at += step) {
			qmpwire_feed(&w, text + at, strnlen(text + at, step));
			while (qmpwire_next(&w, &m, &err) == 1) {
				assert_true(n < OBJ_COUNT(want));
				assert_int_equal(m.kind, want[n].kind);
				assert_int_equal(m.id, want[n].id);
				if (want[n].text != NULL)
					assert_string_equal(m.text,
					    want[n].text);
				n++;
				json_free(&m.whole);
			}
		}
		assert_int_equal(n, OBJ_COUNT(want));
		qmpwire_fini(&w);
	}
}

static int
read_one(const char *text, size_t len)
{
	struct qmpwire_msg m;
	struct qmpwire w;
	int rc;

	qmpwire_init(&w);
	qmpwire_feed(&w, text, len);
	rc = qmpwire_next(&w, &m, &err);
	if (rc == 1)
		json_free(&m.whole);
	qmpwire_fini(&w);
	return rc;
}

static void
what_is_no_message_is_told(void **state)
{
	static const char *const cases[] = { "hello\n", "[]\n", "{}\n", "7\n",
	    "{\"event\": 3}\n", "{\"id\": 3}\n", "{\"return\": \n", "\\\n" };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++)
		assert_int_equal(read_one(cases[i], strlen(cases[i])),
		    ERR_PARSE);
	assert_int_equal(read_one("{\"error\": 3}\n", 13), 1);
	assert_int_equal(read_one("{\"return\"", 9), 0);
	assert_int_equal(read_one("\n\n", 2), 0);
}

static void
a_line_has_a_bound(void **state)
{
	size_t len = QMPWIRE_LINE_MAX + 1;
	char *text = malloc(len + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len + 1);
	assert_int_equal(read_one(text, len - 1), 0);
	assert_int_equal(read_one(text, len), ERR_RANGE);
	text[len] = '\n';
	assert_int_equal(read_one(text, len + 1), ERR_RANGE);
	free(text);
}

static void
commands_are_lines(void **state)
{
	struct json *arguments = json_literal("{\"uri\": \"tcp:a\\nb:1\"}");
	struct json *none = NULL;
	char *line = qmpwire_command("migrate", &arguments, 3);

	(void)state;
	assert_null(arguments);
	assert_string_equal(line, "{\"execute\":\"migrate\",\"arguments\":"
	    "{\"uri\":\"tcp:a\\nb:1\"},\"id\":3}\n");
	free(line);
	line = qmpwire_command("cont", &none, 4);
	assert_string_equal(line, "{\"execute\":\"cont\",\"id\":4}\n");
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_whole_however_they_are_cut),
		cmocka_unit_test(what_is_no_message_is_told),
		cmocka_unit_test(a_line_has_a_bound),
		cmocka_unit_test(commands_are_lines),
	};

	return cmocka_run_group_tests_name("qmpwire", tests, NULL, NULL);
}
