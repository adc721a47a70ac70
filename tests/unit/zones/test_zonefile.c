/* tests/unit/zones/test_zonefile.c - files, directives, includes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/zones/asking.h"
#include "tests/unit/zones/finding_lines.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"

static char *
put(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", tempdir.path, name);

	tempdir_write(path, text, strlen(text));
	return path;
}

static void
gone(char *path)
{
	assert_int_equal(unlink(path), 0);
	free(path);
}

/* Loads main.zone as "example"; returns the findings. */
static char *
load(struct zone **z, const char *path)
{
	static const uint8_t origin[] = "\7example";
	struct diag d;
	char *text;
	int rc;

	diag_init(&d);
	rc = zonefile_load(z, path, origin, &d);
	assert_int_equal(rc == 0, *z != NULL);
	text = finding_lines(&d);
	diag_fini(&d);
	return text;
}

static void
directives_in_text(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "$ORIGIN sub\nwww A 192.0.2.1\n$ORIGIN example.\n"
		    "www CNAME www.sub\n", "" },
		{ HEAD "$ORIGIN\n$ORIGIN a..b\n$ORIGIN a b\n$TTL\n$TTL x\n"
		    "$FOO bar\n$include x\n",
		    "4: error: $ORIGIN needs a domain name\n"
		    "5: error: $ORIGIN needs a domain name\n"
		    "6: error: more words than the directive has\n"
		    "7: error: $TTL needs a time\n"
		    "8: error: $TTL is not in 0..2147483647\n"
		    "9: error: \"$FOO\": only $ORIGIN, $TTL and $INCLUDE are "
		    "known\n10: error: $INCLUDE works in files only\n" },
		{ HEAD "a A (\n192.0.2.1 )\nb A 1\nc A \"\n",
		    "6: error: \"1\" is not an IPv4 address\n"
		    "7: error: quoted string goes over the end of the line\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

/* RFC 1035 5.1: relative to the including file; origin and owner come back. */
static void
include_keeps_to_itself(void **state)
{
	char *sub = put("sub.inc", "$ORIGIN deep.sub.example.\n@ A 192.0.2.2\n"
	    "x A 192.0.2.3\n");
	char *path = put("main.zone", HEAD "a A 192.0.2.1\n"
	    "$INCLUDE \"sub.inc\" sub ; comment\n TXT still-a\nb A 192.0.2.4\n");
	static const struct asking_row rows[] = {
		{ "a.example", 16, "NOERROR aa AN a.example. 60 TXT \"still-a\"" },
		{ "x.deep.sub.example", 1, "NOERROR aa AN x.deep.sub.example. 60 "
		    "A 192.0.2.3" },
		{ "b.example", 1, "NOERROR aa AN b.example. 60 A 192.0.2.4" },
	};
	struct zoneset *zs;
	struct zone *z;
	char *text = load(&z, path);

	(void)state;
	assert_string_equal(text, "");
	assert_int_equal(zoneset_build(&zs, &z, 1, NULL), 0);
	zone_free(&z);
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
	free(text);
	gone(path);
	gone(sub);
}

static void
include_errors_name_their_file(void **state)
{
	char *sub = put("sub.inc", "a A 1\n");
	char *path = put("main.zone", HEAD "$INCLUDE sub.inc\n$INCLUDE none\n"
	    "$INCLUDE\n$INCLUDE sub.inc a..b\n$INCLUDE sub.inc x y\n");
	static const uint8_t origin[] = "\7example";
	struct diag d;
	struct zone *z;

	(void)state;
	diag_init(&d);
	assert_int_equal(zonefile_load(&z, path, origin, &d), ERR_PARSE);
	assert_null(z);
	assert_int_equal(d.count, 6);
	assert_string_equal(d.entries[0].pos.file, sub);
	assert_int_equal(d.entries[0].pos.line, 1);
	assert_string_equal(d.entries[1].pos.file, path);
	assert_int_equal(d.entries[1].pos.line, 5);
	assert_int_equal(d.entries[1].code, ERR_REF);
	assert_int_equal(d.entries[2].pos.line, 6);
	assert_int_equal(d.entries[3].pos.line, 7);
	/* after the included file the place is the directive's again */
	assert_string_equal(d.entries[5].pos.file, path);
	assert_int_equal(d.entries[5].pos.line, 8);
	diag_fini(&d);
	gone(path);
	gone(sub);
}

static void
include_of_itself_ends(void **state)
{
	char *path = put("main.zone", HEAD "$INCLUDE main.zone\n");
	struct zone *z;
	char *text = load(&z, path);

	(void)state;
	assert_null(z);
	assert_non_null(strstr(text, "4: error: $INCLUDE deeper than 8 files"));
	free(text);
	gone(path);
}

static void
only_regular_files_are_read(void **state)
{
	char *fifo = mem_printf("%s/fifo", tempdir.path);
	struct zone *z;
	char *text;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	text = load(&z, fifo);
	assert_non_null(strstr(text, "not a regular file"));
	free(text);
	text = load(&z, "/dev/zero");
	assert_non_null(strstr(text, "not a regular file"));
	free(text);
	text = load(&z, "/nonexistent/x.zone");
	assert_string_equal(text, "0: error: /nonexistent/x.zone: No such file or "
	    "directory\n");
	free(text);
	gone(fifo);
}

/* What we show must be clean. Tests run at the root of the tree. */
static void
samples_are_without_findings(void **state)
{
	static const struct {
		const char *path, *origin;
		size_t records;
	} rows[] = {
		{ "zones/samples/wildcards.zone", "example", 11 },
		{ "zones/samples/delegations.zone", "example.net", 15 },
		{ "zones/samples/types.zone", "example.org", 26 },
		{ "docs/examples/siterequest.com.zone", "siterequest.com", 8 },
	};
	uint8_t name[DNSNAME_MAX];
	struct diag d;
	struct zone *z;
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		diag_init(&d);
		assert_true(dnsname_parse(rows[i].origin, name) > 0);
		(void)zonefile_load(&z, rows[i].path, name, &d);
		if (d.count > 0)
			diag_print(&d, stderr);
		assert_int_equal(d.count, 0);
		assert_int_equal(z->record_count, rows[i].records);
		zone_free(&z);
		diag_fini(&d);
	}
}

/* A text of garbage is told about, with measure. */
static void
findings_are_bounded(void **state)
{
	static const uint8_t origin[] = "\7example";
	struct zonefile_text t;
	struct strbuf b;
	struct diag d;
	struct zone *z;
	int i;

	(void)state;
	strbuf_init(&b);
	for (i = 0; i < 5000; i++)
		strbuf_add(&b, "a..b A 1\n");
	diag_init(&d);
	t = (struct zonefile_text){ b.text, b.len, "t" };
	assert_int_equal(zonefile_parse(&z, &t, origin, &d), ERR_PARSE);
	assert_int_equal(d.count, 1001);
	assert_string_equal(d.entries[1000].text, "more findings are left out");
	diag_fini(&d);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(directives_in_text),
		cmocka_unit_test(include_keeps_to_itself),
		cmocka_unit_test(include_errors_name_their_file),
		cmocka_unit_test(include_of_itself_ends),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(samples_are_without_findings),
		cmocka_unit_test(findings_are_bounded),
	};

	return cmocka_run_group_tests_name("zones/zonefile", tests,
	    tempdir_set_up, tempdir_tear_down);
}
