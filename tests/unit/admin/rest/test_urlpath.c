/* tests/unit/admin/rest/test_urlpath.c - one octet has one way to be written; doubt is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/rest/urlpath.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

static const struct {
	const char *target, *path, *query;	/* path NULL = refused */
} rows[] = {
	{ "/mgmt/tm/sys", "/mgmt/tm/sys", NULL },
	{ "/mgmt/tm/sys/", "/mgmt/tm/sys", NULL }, { "/", "/", NULL },
	{ "/mgmt/tm/%67tm", "/mgmt/tm/gtm", NULL },
	{ "/a/~Common~x", "/a/~Common~x", NULL },
	{ "/a/%7ECommon%7ex", "/a/%7ECommon%7Ex", NULL },
	{ "/a/b%2fc", "/a/b%2Fc", NULL }, { "/a/x%2541", "/a/x%2541", NULL },
	{ "/a/*.x", "/a/*.x", NULL }, { "/a/%C3%BC", "/a/%C3%BC", NULL },
	{ "/a?$top=1&x=a+b", "/a", "$top=1&x=a+b" },
	{ "/a/?x=%61?", "/a", "x=a?" }, { "/a?", "/a", "" },
	{ "", NULL, NULL }, { "*", NULL, NULL }, { "a/b", NULL, NULL },
	{ "https://host/mgmt/tm/sys", NULL, NULL }, { "host:443", NULL, NULL },
	{ "//host/a", NULL, NULL }, { "/a//b", NULL, NULL },
	{ "/a//", NULL, NULL }, { "/a/../b", NULL, NULL },
	{ "/a/%2e%2E/b", NULL, NULL }, { "/a/.", NULL, NULL },
	{ "/a/..;/b", NULL, NULL }, { "/a;b", NULL, NULL },
	{ "/a/%", NULL, NULL }, { "/a/%4", NULL, NULL },
	{ "/a/%4?1", NULL, NULL }, { "/a/%zz", NULL, NULL },
	{ "/a/%00", NULL, NULL }, { "/a/%0d%0a", NULL, NULL },
	{ "/a b", NULL, NULL }, { "/a\\b", NULL, NULL }, { "/a#b", NULL, NULL },
	{ "/\xc3\xbc", NULL, NULL }, { "/a?b%0a", NULL, NULL },
	{ "/a?b c", NULL, NULL },
};

static void
each_target_has_one_reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		char *path, *query;
		struct err e = { 0 };
		int rc = urlpath_parse(rows[i].target, &path, &query, &e);

		if ((rc == 0) != (rows[i].path != NULL))
			fail_msg("%s: %d %s", rows[i].target, rc, e.text);
		if (rc == 0) {
			assert_string_equal(path, rows[i].path);
			assert_string_equal(query != NULL ? query : "none",
			    rows[i].query != NULL ? rows[i].query : "none");
		}
		free(path);
		free(query);
	}
}

static void
a_target_has_8192_octets_at_most(void **state)
{
	char *text = mem_zalloc(URLPATH_TARGET_MAX + 2, 1), *path, *query;
	struct err e;

	(void)state;
	memset(text, 'a', URLPATH_TARGET_MAX + 1);
	text[0] = '/';
	assert_int_equal(urlpath_parse(text, &path, &query, &e), ERR_RANGE);
	text[URLPATH_TARGET_MAX] = '\0';
	assert_int_equal(urlpath_parse(text, &path, &query, &e), 0);
	free(path);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_target_has_one_reading),
		cmocka_unit_test(a_target_has_8192_octets_at_most),
	};

	return cmocka_run_group_tests_name("urlpath", tests, NULL, NULL);
}
