/* tests/unit/etherip/types/test_netrows.c - checks of one value, keys, and names of devices.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netrows.h"

#include "core/base/err.h"
#include "tests/unit/etherip/types/netconf.h"

struct step {
	const char	*text;
	int		 code;
	const char	*says;
};

typedef int check_fn(const struct prop *p, const void *value, struct err *e);

static const struct prop row = { .name = "row", .max = NETROWS_MTU_MAX };

static void
expect(check_fn *check, const struct step *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct err e = { 0 };
		int rc = check(&row, &v[i].text, &e);

		if (rc != v[i].code || (rc != 0 &&
		    strstr(e.text, v[i].says) == NULL))
			fail_msg("%s: %d %s", v[i].text, rc, e.text);
	}
}

/* Table 1 of the guide makes 03 of 01: that is a group's address still. */
static void
a_mac_is_one_stations(void **state)
{
	static const struct step v[] = {
		{ "02:01:d7:01:02:03", 0, NULL },
		{ "0A:01:D7:01:02:03", 0, NULL },
		{ "00-50-56-00-00-01", 0, NULL },
		{ "0:1:d7:92:c0:c4", ERR_PARSE, "is not a MAC address such as" },
		{ "02:01:d7:01:02", ERR_PARSE, "is not a MAC address" },
		{ "03:01:d7:01:02:03", ERR_RANGE, "row: 03:01:d7:01:02:03 is "
		  "the address of a group: the lowest bit of its first octet" },
		{ "ff:ff:ff:ff:ff:ff", ERR_RANGE, "of a group" },
		{ "00:00:00:00:00:00", ERR_RANGE, "is nobody's address" },
	};

	(void)state;
	expect(netrows_check_mac, v, OBJ_COUNT(v));
}

/* Each row of the guide's table: the first octet, and what it is to be made. */
static void
a_shared_mac_is_locally_administered(void **state)
{
	static const struct step v[] = {
		{ "00:01:D7:01:02:03", ERR_RANGE, "row: 00:01:D7:01:02:03 is "
		  "not locally administered: the second bit of its first octet "
		  "is not set, as in 02:01:d7:01:02:03" },
		{ "02:01:D7:01:02:03", 0, NULL },
		{ "01:01:D7:01:02:03", ERR_RANGE, "the address of a group" },
		{ "03:01:D7:01:02:03", ERR_RANGE, "the address of a group" },
		{ "08:01:D7:01:02:03", ERR_RANGE, "as in 0a:01:d7:01:02:03" },
		{ "0A:01:D7:01:02:03", 0, NULL },
		{ "x", ERR_PARSE, "is not a MAC address" },
	};

	(void)state;
	expect(netrows_check_masquerade, v, OBJ_COUNT(v));
}

static void
an_mtu_is_what_any_host_takes(void **state)
{
	static const struct { uint32_t mtu; int code; } v[] = {
		{ 0, 0 }, { 1, ERR_RANGE }, { 575, ERR_RANGE }, { 576, 0 },
		{ 1500, 0 }, { 65535, 0 },
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(v); i++)
		if (netrows_check_mtu(&row, &v[i].mtu, &e) != v[i].code)
			fail_msg("%u", v[i].mtu);
	(void)netrows_check_mtu(&row, &v[1].mtu, &e);
	assert_string_equal(e.text, "row: 1 octets are neither 0 nor in "
	    "576..65535");
}

static void
a_device_has_a_name_that_the_kernel_takes(void **state)
{
	static const char *const good[] = {
		"eth1", "1.1", "123456789012345", "br-lan", "eth0.7@x",
	};
	static const char *const bad[] = {
		"", ".", "..", "a/b", "a:b", "a b", "a\tb", "1234567890123456",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(good); i++)
		assert_int_equal(netrows_check_device(good[i], NULL), 0);
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		assert_int_equal(netrows_check_device(bad[i], NULL), ERR_PARSE);
	(void)netrows_check_device("a b", &e);
	assert_string_equal(e.text, "\"a b\" is not the name of an interface "
	    "such as eth0");
}

#define TEXT16	"0123456789abcdef"
#define TEXT63	TEXT16 TEXT16 TEXT16 "0123456789abcde"

static void
devices_are_called_by_the_last_part(void **state)
{
	struct err e;

	(void)state;
	assert_string_equal(netrows_called("/Common/eip"), "eip");
	assert_string_equal(netrows_called("/tenant/app/eip"), "eip");
	assert_string_equal(netrows_called("eip"), "eip");
	assert_int_equal(netrows_check_called("/Common/" TEXT63, NULL), 0);
	assert_int_equal(netrows_check_called("/Common/" TEXT63 "x", &e),
	    ERR_RANGE);
	assert_string_equal(e.text, "\"" TEXT63 "x\" has 64 octets, and 63 are "
	    "the most");
}

static void
keys_tell_kinds_apart(void **state)
{
	char key[NETROWS_KEY_MAX];
	struct addr a;

	(void)state;
	assert_int_equal(addr_parse("2001:DB8:0::1", &a), 0);
	netrows_host_key(key, &a);
	assert_string_equal(key, "net host 2001:db8::1");
	netrows_port_key(key, "/Common/v1");
	assert_string_equal(key, "net port /Common/v1");
}

/* One kernel, one name. */
static void
names_are_unique_among_devices(void **state)
{
	static const struct confkit_case cases[] = {
		{ "net vlan /Common/eip { }\n" NET_EIP, "2:1: error: tunnel "
		  "/Common/eip: there is a VLAN /Common/eip: of VLANs, VLAN "
		  "groups and tunnels one alone is called eip" },
		{ "net vlan /Common/x { }\nnet vlan-group /tenant/x { }\n",
		  "2:1: error: VLAN group /tenant/x: there is a VLAN "
		  "/Common/x: " },
		{ "net vlan /Common/x { }\nnet vlan /tenant/x { }\n",
		  "one alone is called x" },
		{ "net vlan /Common/" TEXT63 "x { }\n", "has 64 octets" },
		{ NET_VLAN NET_SELF("v1", "192.0.2.1/24", "v1")
		  "net route /Common/v1 { gw 192.0.2.9 }\n", NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mac_is_one_stations),
		cmocka_unit_test(a_shared_mac_is_locally_administered),
		cmocka_unit_test(an_mtu_is_what_any_host_takes),
		cmocka_unit_test(a_device_has_a_name_that_the_kernel_takes),
		cmocka_unit_test(devices_are_called_by_the_last_part),
		cmocka_unit_test(keys_tell_kinds_apart),
		cmocka_unit_test(names_are_unique_among_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
