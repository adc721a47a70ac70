/* tests/unit/monitors/test_promtext.c - which lines are samples, however the page
 * is cut. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "monitors/promtext.h"

static void
on_sample(void *arg, const struct promtext_sample *s)
{
	struct strbuf *b = arg;

	strbuf_printf(b, "%s", s->name);
	for (size_t i = 0; i < s->label_count; i++)
		strbuf_printf(b, " %s=<%s>", s->labels[i].name,
		    s->labels[i].value);
	strbuf_printf(b, " %g;", s->value);
}

/* What is told of a page that comes in pieces of cut octets. */
static char *
told(const char *page, size_t len, size_t cut, struct promtext *p)
{
	struct strbuf b;

	strbuf_init(&b);
	promtext_init(p, on_sample, &b);
	for (size_t at = 0; at < len; at += cut)
		promtext_push(p, page + at, len - at < cut ? len - at : cut);
	promtext_end(p);
	return strbuf_take(&b);
}

static void
lines_are_samples_or_counted_as_none(void **state)
{
	static const struct {
		const char *page, *want;
		uint64_t    bad;
	} row[] = {
		{ "up 1\n", "up 1;", 0 },
		{ "up 1", "up 1;", 0 },			/* no line end */
		{ "up\t1\r\n", "up 1;", 0 },
		{ "# HELP up x\n# TYPE up gauge\n\n \nup 0\n", "up 0;", 0 },
		{ "a{b=\"c\"} 2\n", "a b=<c> 2;", 0 },
		{ "a { b = \"c\" , d=\"e\", } 2 1395066363000\n",
		  "a b=<c> d=<e> 2;", 0 },
		{ "a{} 2\n", "a 2;", 0 },
		{ "a{b=\"x\\\\y\\\"z\\n\"} 2\n", "a b=<x\\y\"z\n> 2;", 0 },
		{ "a{b=\"}{\"} 2 # {t=\"1\"} 3\n", "a b=<}{> 2;", 0 },
		{ "a NaN\nb +Inf\nc -Inf\nd -1.5e3\n",
		  "a nan;b inf;c -inf;d -1500;", 0 },
		{ "a 1e999\n", "a inf;", 0 },
		{ "a\n", "", 1 },
		{ "a x\n", "", 1 },
		{ "a 1x\n", "", 1 },
		{ "a{b=c} 1\n", "", 1 },
		{ "a{b=\"c} 1\n", "", 1 },
		{ "a{b=\"\\q\"} 1\n", "", 1 },
		{ "a{b=\"c\" d=\"e\"} 1\n", "", 1 },
		{ "a{b=\"c\"\n", "", 1 },
		{ "9a 1\n", "", 1 },
		{ "<html>no</html>\nup 1\n", "up 1;", 1 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++)
		for (size_t cut = 1; cut < 12; cut++) {
			struct promtext p;
			char *got = told(row[i].page, strlen(row[i].page), cut,
			    &p);

			if (strcmp(got, row[i].want) != 0 ||
			    p.bad != row[i].bad)
				fail_msg("row %zu cut %zu: \"%s\", %ju bad", i,
				    cut, got, (uintmax_t)p.bad);
			free(got);
		}
}

static void
octet_zero_spoils_its_line_only(void **state)
{
	static const char page[] = "a 1\nb\0 2\nc 3\n";
	struct promtext p;
	char *got = told(page, sizeof(page) - 1, 64, &p);

	(void)state;
	assert_string_equal(got, "a 1;c 3;");
	assert_int_equal(p.bad, 1);
	free(got);
}

/* A line without an end costs a buffer's room and no more. */
static void
a_line_too_long_is_skipped_and_counted(void **state)
{
	size_t len = PROMTEXT_LINE_MAX + 20;
	char *page = mem_zalloc(1, len);

	(void)state;
	for (int over = -1; over <= 1; over++)
		for (size_t cut = 1000; cut <= 20000; cut += 19000) {
			size_t line = (size_t)((int)PROMTEXT_LINE_MAX + over);
			struct promtext p;
			char *got;

			memset(page, '#', line);
			memcpy(page + line, "\nup 1\n", 6);
			got = told(page, line + 6, cut, &p);
			assert_string_equal(got, "up 1;");
			assert_int_equal(p.overlong, over > 0);
			free(got);
		}
	free(page);
}

static void
more_labels_than_room_are_no_sample(void **state)
{
	struct strbuf b;
	struct promtext p;
	char *got;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, "a{");
	for (int i = 0; i <= PROMTEXT_LABELS_MAX; i++)
		strbuf_printf(&b, "l%d=\"v\",", i);
	strbuf_add(&b, "} 1\n");
	got = told(b.text, b.len, 100, &p);
	assert_string_equal(got, "");
	assert_int_equal(p.bad, 1);
	free(got);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_samples_or_counted_as_none),
		cmocka_unit_test(octet_zero_spoils_its_line_only),
		cmocka_unit_test(a_line_too_long_is_skipped_and_counted),
		cmocka_unit_test(more_labels_than_room_are_no_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
