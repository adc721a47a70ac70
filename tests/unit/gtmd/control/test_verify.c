/* tests/unit/gtmd/control/test_verify.c - gtmd -t says all that is wrong, zones too,
 * and changes nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/obj.h"
#include "gtmd/control/verify.h"
#include "tests/unit/core/base/tempdir.h"

#define ZONE	"gtm zone /Common/example.com { file zone }\n"
#define GEO(file)							\
	"gtm global-settings dns { geoip-databases { " file " } }\n"
#define GOOD_ZONE							\
	"$TTL 60\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n"

static void
put(const char *name, const char *text)
{
	tempdir_write(tempdir_file(&tempdir, name), text, strlen(text));
}

static unsigned
files_there(void)
{
	DIR *d = opendir(tempdir.path);
	const struct dirent *en;
	unsigned n = 0;

	assert_non_null(d);
	while ((en = readdir(d)) != NULL)
		n += en->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

static bool
told(const struct diag *d, const char *part)
{
	for (size_t i = 0; i < d->count; i++)
		if (strstr(d->entries[i].text, part) != NULL)
			return true;
	return false;
}

struct verdict_case {
	const char	*conf, *zone;
	bool		 lenient;
	size_t		 errors, warnings;
	const char	*part[2];	/* of what is told, or NULL */
};

static void
expect(const struct verdict_case *k)
{
	struct diag d;
	int rc;

	put("gtm.conf", k->conf);
	put("zone", k->zone);
	diag_init(&d);
	rc = verify_config(tempdir_file(&tempdir, "gtm.conf"), k->lenient, &d);
	if (d.errors != k->errors || d.warnings != k->warnings)
		diag_print(&d, stderr);
	assert_int_equal(d.errors, k->errors);
	assert_int_equal(d.warnings, k->warnings);
	assert_int_equal(rc == 0, k->errors == 0);
	for (size_t i = 0; i < 2 && k->part[i] != NULL; i++)
		if (!told(&d, k->part[i]))
			fail_msg("not told: %s", k->part[i]);
	diag_fini(&d);
	assert_int_equal(files_there(), 2);
}

static void
all_that_is_wrong_is_told_and_nothing_is_left_behind(void **state)
{
	static const struct verdict_case cases[] = {
		{ ZONE, GOOD_ZONE, false, 0, 0, { NULL, NULL } },
		/* The file's finding, and the zone's that has to do without. */
		{ ZONE, GOOD_ZONE "w A 192.0.2.2\nw CNAME ns\n", false, 2, 0,
		  { "CNAME", "zone /Common/example.com: file" } },
		{ "gtm pool a /Common/p { ttl x\n members { s:v { } } }\n",
		  GOOD_ZONE, false, 2, 0, { "ttl", "/Common/s" } },
		{ "gtm pool a /Common/p { nonsense 1 }\n", GOOD_ZONE, false, 1,
		  0, { "nonsense", NULL } },
		{ "gtm pool a /Common/p { nonsense 1 }\n", GOOD_ZONE, true, 0,
		  1, { "nonsense", NULL } },
		/* A database that is not there, and a file that is none. */
		{ GEO("no.mmdb"), GOOD_ZONE, false, 1, 0,
		  { "geoip-databases", "/no.mmdb: " } },
		{ GEO("zone"), GOOD_ZONE, false, 1, 0,
		  { "geoip-databases", "/zone: " } },
		{ ZONE GEO("zone"), GOOD_ZONE "w A 192.0.2.2\nw CNAME ns\n",
		  false, 3, 0, { "CNAME", "geoip-databases" } },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++)
		expect(&cases[i]);
}

static void
a_whole_database_is_no_finding(void **state)
{
	char cwd[512], conf[700];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	(void)snprintf(conf, sizeof(conf), GEO("%s/tests/data/geo.mmdb"), cwd);
	expect(&(struct verdict_case){ conf, GOOD_ZONE, false, 0, 0,
	    { NULL, NULL } });
}

static void
a_file_that_is_not_there_is_one_error(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	assert_int_not_equal(verify_config("/no/such/file", false, &d), 0);
	assert_int_equal(d.errors, 1);
	diag_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    all_that_is_wrong_is_told_and_nothing_is_left_behind),
		cmocka_unit_test(a_whole_database_is_no_finding),
		cmocka_unit_test(a_file_that_is_not_there_is_one_error),
	};

	return cmocka_run_group_tests(tests, tempdir_set_up,
	    tempdir_tear_down);
}
