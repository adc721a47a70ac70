/* tests/unit/admin/rest/test_certificate.c - what is made can be served, and what cannot says why.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/rest/certificate.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/statefile.h"
#include "tests/unit/core/base/tempdir.h"

#define YEAR_S	(365 * 86400LL)

struct pair {
	char	*cert, *key;
};

static struct pair
make(const struct tempdir *dir, const char *name)
{
	char *cert = mem_printf("%s/%s.cert", dir->path, name);
	char *key = mem_printf("%s/%s.key", dir->path, name);
	struct pair p;
	struct stat st;
	size_t len;

	assert_int_equal(certificate_make(cert, key, "host.example", NULL), 0);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(statefile_read(cert, &p.cert, &len, NULL), 0);
	assert_int_equal(statefile_read(key, &p.key, &len, NULL), 0);
	free(cert);
	free(key);
	return p;
}

static int
check(const char *cert, const char *key, real_s now, const char *words)
{
	struct err e = { 0 };
	int rc = certificate_check(cert, key, now, &e);

	if (strstr(e.text, words) == NULL)
		fail_msg("\"%s\" says nothing of \"%s\"", e.text, words);
	return rc;
}

static void
each_mistake_has_its_sentence(void **state)
{
	struct pair a = make(&tempdir, "a"), b = make(&tempdir, "b");
	real_s now = clock_real(&clock_system);

	(void)state;
	assert_int_equal(check(a.cert, a.key, now, ""), 0);
	assert_int_equal(check(a.cert, b.key, now,
	    "the key is not the certificate's"), ERR_CONFLICT);
	assert_int_equal(check(a.cert, a.key, now + 11 * YEAR_S,
	    "the certificate expired on "), ERR_RANGE);
	assert_int_equal(check(a.cert, a.key, now - YEAR_S,
	    "the certificate is not valid before "), ERR_RANGE);
	assert_int_equal(check(a.key, a.key, now,
	    "the certificate does not read"), ERR_PARSE);
	assert_int_equal(check(a.cert, a.cert, now, "the key does not read"),
	    ERR_PARSE);
	assert_int_equal(check(a.cert, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhw0GvnYxLvYgICCAAw"
	    "\n-----END ENCRYPTED PRIVATE KEY-----\n", now, "the key "),
	    ERR_PARSE);
	assert_int_equal(check("", "", now, "the certificate"), ERR_PARSE);
	free(a.cert);
	free(a.key);
	free(b.cert);
	free(b.key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_sentence),
	};

	return cmocka_run_group_tests_name("certificate", tests, tempdir_set_up,
	    tempdir_tear_down);
}
