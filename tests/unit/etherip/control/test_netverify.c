/* tests/unit/etherip/control/test_netverify.c - a file is judged as a load would, and nothing is
 * touched. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netverify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "tests/unit/core/base/tempdir.h"

/* What is found first in such a file; *rc is what it comes to. */
static const char *
first_of(const char *text, bool lenient, int *rc)
{
	static char said[1024];
	const char *path = tempdir_file(&tempdir, "eip.conf");
	struct diag d;

	tempdir_write(path, text, strlen(text));
	diag_init(&d);
	*rc = netverify_config(path, lenient, &d);
	said[0] = '\0';
	if (d.count > 0)
		diag_format(&d.entries[0], said, sizeof(said));
	diag_fini(&d);
	return said;
}

static void
what_is_good_has_no_findings(void **state)
{
	int rc;

	(void)state;
	assert_string_equal(first_of(
	    "net vlan v { interfaces { eth1 { } } }\n"
	    "net vlan-group g { members { v } }\n", false, &rc), "");
	assert_int_equal(rc, 0);
	/* No journal, no lock: a daemon may run beside it. */
	assert_int_equal(access(tempdir_file(&tempdir, "state"), F_OK), -1);
}

static void
what_is_wrong_is_told_with_its_line(void **state)
{
	const char *said;
	int rc;

	(void)state;
	said = first_of("\nnet vlan v {\n    tag 5000\n}\n", false, &rc);
	assert_int_not_equal(rc, 0);
	assert_non_null(strstr(said, "eip.conf:3:"));
	/* Found when the plan is made, not before. */
	said = first_of("net vlan v { tag 7 interfaces { "
	    "enp132s0f0np0x { tagged } } }\n", false, &rc);
	assert_int_not_equal(rc, 0);
	assert_non_null(strstr(said, "enp132s0f0np0x.7"));
}

static void
what_is_not_known_is_skipped_when_asked_to(void **state)
{
	static const char text[] = "net frobnicator f { }\n";
	int rc;

	(void)state;
	(void)first_of(text, false, &rc);
	assert_int_not_equal(rc, 0);
	(void)first_of(text, true, &rc);
	assert_int_equal(rc, 0);
}

static void
a_file_that_is_not_there_is_no_good_file(void **state)
{
	struct diag d;

	(void)state;
	diag_init(&d);
	assert_int_not_equal(netverify_config(tempdir_file(&tempdir, "none"),
	    false, &d), 0);
	assert_int_equal(d.errors, 1);
	diag_fini(&d);
}

#define TEST(name)							\
	cmocka_unit_test_setup_teardown(name, tempdir_set_up, tempdir_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_good_has_no_findings),
		TEST(what_is_wrong_is_told_with_its_line),
		TEST(what_is_not_known_is_skipped_when_asked_to),
		TEST(a_file_that_is_not_there_is_no_good_file),
	};

	return cmocka_run_group_tests_name("netverify", tests, NULL, NULL);
}
