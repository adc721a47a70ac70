/* tests/unit/gtmd/plan/test_memory_text.c - what is remembered reads back as it was
 * written, or is known to be damaged.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "gtmd/plan/memory_text.h"

static char told[1024];

static void
on_monitor(void *arg, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	char place[ADDR_TEXT_MAX];
	size_t len = strlen(told);

	(void)arg;
	(void)snprintf(told + len, sizeof(told) - len, "[%s|%s|%s]", monitor,
	    addr_format_port(to, place), health_name(state));
}

static void
on_held(void *arg, const char *type, const char *pool, const char *member)
{
	size_t len = strlen(told);

	(void)arg;
	(void)snprintf(told + len, sizeof(told) - len, "[%s|%s|%s]", type, pool,
	    member);
}

static const struct memory_text_sink sink = { on_monitor, on_held, NULL };

static void
write_sample(struct memory_text *m)
{
	struct addrport v4, v6;

	assert_int_equal(addr_parse_port("10.0.0.1:80", &v4), 0);
	assert_int_equal(addr_parse_port("2001:db8::1.443", &v6), 0);
	memory_text_init(m);
	memory_text_monitor(m, "/Common/http", &v4, HEALTH_UP);
	memory_text_monitor(m, "/Common/two words \"{\\", &v6, HEALTH_DOWN);
	memory_text_held(m, "a", "/Common/p", "/Common/s:/Common/v 1");
	memory_text_end(m);
}

static void
what_was_written_reads_back(void **state)
{
	struct memory_text m;
	struct err e;

	(void)state;
	write_sample(&m);
	told[0] = '\0';
	assert_int_equal(memory_text_read(m.text.text, m.text.len, &sink, &e),
	    0);
	assert_string_equal(told, "[/Common/http|10.0.0.1:80|up]"
	    "[/Common/two words \"{\\|2001:db8::1.443|down]"
	    "[a|/Common/p|/Common/s:/Common/v 1]");
	memory_text_fini(&m);
}

static void
nothing_remembered_is_a_file_too(void **state)
{
	struct memory_text m;
	struct err e;

	(void)state;
	memory_text_init(&m);
	memory_text_end(&m);
	assert_int_equal(memory_text_read(m.text.text, m.text.len, &sink, &e),
	    0);
	memory_text_fini(&m);
}

/* Cut anywhere, or with any octet changed: refused, and nothing is told. */
static void
damage_is_found_at_every_octet(void **state)
{
	struct memory_text m;
	struct err e;

	(void)state;
	write_sample(&m);
	told[0] = '\0';
	for (size_t i = 0; i < m.text.len; i++) {
		char *cut = mem_dup(m.text.text, i > 0 ? i : 1);

		assert_int_equal(memory_text_read(cut, i, &sink, &e),
		    ERR_PARSE);
		free(cut);
		m.text.text[i] ^= 1;
		assert_int_equal(memory_text_read(m.text.text, m.text.len,
		    &sink, &e), ERR_PARSE);
		m.text.text[i] ^= 1;
	}
	assert_string_equal(told, "");
	memory_text_fini(&m);
}

static void
lines_of_a_later_version_are_refused_whole(void **state)
{
	/* A right checksum over a line that we do not know. */
	struct memory_text m;
	struct addrport to = { .port = 1 };
	struct err e;

	(void)state;
	memory_text_init(&m);
	memory_text_monitor(&m, "/Common/http", &to, HEALTH_UNKNOWN);
	memory_text_end(&m);
	told[0] = '\0';
	assert_int_equal(memory_text_read(m.text.text, m.text.len, &sink, &e),
	    ERR_PARSE);
	assert_string_equal(e.text, "line 2 is not understood");
	assert_string_equal(told, "");
	memory_text_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_reads_back),
		cmocka_unit_test(nothing_remembered_is_a_file_too),
		cmocka_unit_test(damage_is_found_at_every_octet),
		cmocka_unit_test(lines_of_a_later_version_are_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
