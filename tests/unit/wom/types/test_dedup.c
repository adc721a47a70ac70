/* tests/unit/wom/types/test_dedup.c - what both ends remember.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/dedup.h"

#include "tests/unit/wom/types/womconf.h"

#define D(lines)	"wom deduplication {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "dictionary-size", "4096" },
		{ "disk-cache-key-file", "/run/key" },
		{ "disk-cache-path", "/var/wom" },
		{ "disk-cache-size", "65536" }, { "enabled", "disabled" },
		{ "max-endpoint-count", "1024" },
	};

	(void)state;
	WOM_HOLDS(D("codec sdd-v3\ndictionary-size 4096\n"
	    "disk-cache-key-file /run/key\n"
	    "disk-cache-path /var/wom\ndisk-cache-size 65536\ndisabled\n"
	    "max-endpoint-count 1024"), &dedup_type, NULL, v);
}

static void
it_is_on_and_in_memory(void **state)
{
	static const struct confkit_value v[] = {
		{ "dictionary-size", "1024" },
		{ "disk-cache-key-file", "none" },
		{ "disk-cache-path", "none" },
		{ "disk-cache-size", "0" }, { "enabled", "enabled" },
		{ "max-endpoint-count", "1" },
	};

	(void)state;
	WOM_HOLDS("", &dedup_type, NULL, v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ D("codec sdd-v2"), "2:1: error: deduplication: not supported "
		  "yet: codec: there is one codec" },
		{ D("dictionary-size 15"), "15 is outside 16..67108864 MiB" },
		{ D("dictionary-size 67108865"), "is outside 16..67108864" },
		{ D("dictionary-size 16\nmax-endpoint-count 4"), NULL },
		{ D("dictionary-size 16\nmax-endpoint-count 5"),
		  "dictionary-size: 16 MiB are less than 4 MiB for each of 5 "
		  "endpoints" },
		{ D("max-endpoint-count 0"), "0 is outside 1..1024" },
		{ D("max-endpoint-count 1025"), "1025 is outside 1..1024" },
		{ D("disk-cache-path var"), "\"var\" does not start with a /" },
		{ D("disk-cache-path /var"), "disk-cache-path: it needs "
		  "disk-cache-size" },
		{ D("disk-cache-key-file key\ndisk-cache-size 1"), "\"key\" does "
		  "not start with a /" },
		{ D("disk-cache-key-file /key"), "disk-cache-key-file: it needs "
		  "disk-cache-size" },
		{ D("disk-cache-size 100"), NULL },
		{ "wom deduplication /Common/d { }\n", "takes no name" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(it_is_on_and_in_memory),
		cmocka_unit_test(values_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
