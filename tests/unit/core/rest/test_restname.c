/* tests/unit/core/rest/test_restname.c - how REST spells things.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"

static const struct type pool = { .words = "gtm pool a" };
static const struct prop members = { .name = "members" };

static void
hyphens_become_capitals(void **state)
{
	static const char *const pairs[][2] = {
		{ "ttl", "ttl" }, { "load-balancing-mode", "loadBalancingMode" },
		{ "topology-prefer-edns0-client-subnet",
		    "topologyPreferEdns0ClientSubnet" },
		{ "persist-cidr-ipv4", "persistCidrIpv4" },
	};
	char buf[RESTNAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(restname_camel(pairs[i][0], buf),
		    pairs[i][1]);
}

static void
expect_kind(const struct prop *items, bool collection, const char *want)
{
	char *kind = restname_kind(&pool, items, collection);

	assert_string_equal(kind, want);
	free(kind);
}

static void
kinds_are_what_clients_compare(void **state)
{
	(void)state;
	expect_kind(NULL, false, "tm:gtm:pool:a:astate");
	expect_kind(NULL, true, "tm:gtm:pool:a:acollectionstate");
	expect_kind(&members, false, "tm:gtm:pool:a:members:membersstate");
	expect_kind(&members, true,
	    "tm:gtm:pool:a:members:memberscollectionstate");
}

static void
names_in_urls_cannot_break_out(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	restname_url(&b, &pool, "/Common/a b?c#d%e~f&g\"");
	assert_string_equal(b.text,
	    "/mgmt/tm/gtm/pool/a/~Common~a%20b%3Fc%23d%25e%7Ef%26g%22");
	strbuf_fini(&b);
}

static void
common_is_left_out_of_every_place(void **state)
{
	char *plain = restname_plain("/Common/s:/Common/vs81");

	(void)state;
	assert_string_equal(plain, "s:vs81");
	free(plain);
}

static void
paths_fall_into_partition_folder_and_name(void **state)
{
	struct restname_path p = restname_split("/t/app/x/y");

	(void)state;
	assert_int_equal(p.partition_len, 1);
	assert_int_equal(p.sub_len, 5);
	assert_memory_equal(p.sub, "app/x", 5);
	assert_string_equal(p.name, "y");
	p = restname_split("vs80");
	assert_int_equal(p.partition_len, 0);
	assert_string_equal(p.name, "vs80");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hyphens_become_capitals),
		cmocka_unit_test(kinds_are_what_clients_compare),
		cmocka_unit_test(names_in_urls_cannot_break_out),
		cmocka_unit_test(common_is_left_out_of_every_place),
		cmocka_unit_test(paths_fall_into_partition_folder_and_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
