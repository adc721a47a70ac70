/* tests/unit/etherip/types/test_netfdb.c - stations that stay where they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netfdb.h"

#include "core/model/model.h"
#include "etherip/types/eiptunnel.h"
#include "tests/unit/etherip/types/netconf.h"

#define T(lines)	"net fdb tunnel /Common/eip {\n" lines "\n}\n"
#define V(lines)	"net fdb vlan /Common/v1 {\n" lines "\n}\n"
#define A		"00:50:56:00:00:01"

static const struct netfdb_record *
first(const struct confkit *c, const struct type *t, const char *name)
{
	const struct netfdb *f = (const struct netfdb *)draft_find(c->d, t,
	    name);

	assert_true(f->records.count > 0);
	return (const struct netfdb_record *)f->records.v[0];
}

static void
every_property_is_read(void **state)
{
	static const struct confkit_value behind[] = {
		{ "description", "x" }, { "endpoint", "10.133.65.245" },
		{ "tag", "4094" },
	};
	static const struct confkit_value on[] = {
		{ "description", "none" }, { "interface", "eth1" },
		{ "tag", "0" },
	};
	static const struct confkit_value all[] = {
		{ "description", "there" }, { "records", A },
	};
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &net_schema, NET_EIP NET_VLAN
	    T("description there\nrecords { " A " {\ndescription x\n"
	    "endpoint 10.133.65.245\ntag 4094\n} }")
	    V("records { 00:50:56:00:00:02 { interface eth1 } }"));
	CONFKIT_VALUES(draft_find(c.d, &netfdb_tunnel_type, "/Common/eip"),
	    all);
	CONFKIT_VALUES(&first(&c, &netfdb_tunnel_type, "/Common/eip")->obj,
	    behind);
	CONFKIT_VALUES(&first(&c, &netfdb_vlan_type, "/Common/v1")->obj, on);
	assert_int_equal(netfdb_mac(first(&c, &netfdb_vlan_type,
	    "/Common/v1")), 0x005056000002);
	confkit_close(&c);
}

static void
an_address_has_one_form(void **state)
{
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &net_schema, NET_EIP
	    T("records { 0A-50-56-00-00-FF { tag 3 } " A " { } }"));
	assert_string_equal(first(&c, &netfdb_tunnel_type,
	    "/Common/eip")->obj.name, A);
	assert_non_null(objlist_find(&((const struct netfdb *)draft_find(c.d,
	    &netfdb_tunnel_type, "/Common/eip"))->records,
	    "0a:50:56:00:00:ff"));
	confkit_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_EIP T("records { 01:00:5e:00:00:01 { } }"), "records: "
		  "01:00:5e:00:00:01 is the address of a group" },
		{ NET_EIP T("records { eth0 { } }"), "records: \"eth0\" is not "
		  "a MAC address" },
		{ NET_EIP T("records { 0a:00:00:00:00:01 { } 0A:00:00:00:00:01 "
		  "{ } }"), "record 0A:00:00:00:00:01: is there already, as "
		  "0a:00:00:00:00:01" },
		{ NET_EIP T("records { " A " { tag 4095 } }"), "tag: 4095 is "
		  "outside 0..4094" },
		{ T("records { " A " { } }"), "there is no net tunnels tunnel "
		  "/Common/eip" },
		{ V("records { " A " { } }"), "there is no net vlan "
		  "/Common/v1" },
		{ NET_EIP T("records { " A " { endpoint 192.0.2.1 } }"),
		  "endpoint: 192.0.2.1 is not the remote-address of the "
		  "tunnel, 10.133.65.245" },
		{ NET_EIP T("records { " A " { interface eth1 } }"),
		  "interface" },
		{ NET_VLAN V("records { " A " { interface eth2 } }"),
		  "interface: eth2 is none of VLAN /Common/v1" },
		{ NET_VLAN V("records { " A " { interface a/b } }"),
		  "interface: \"a/b\" is not the name of an interface" },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* In groups of their own there may be two; with tags of their own, too. */
static void
a_station_is_in_one_place_of_a_group(void **state)
{
#define BOTH	T("records { " A " { } }") V("records { " A " { } }")
	static const struct confkit_case cases[] = {
		{ NET_EIP NET_VLAN BOTH, NULL },
		{ NET_EIP NET_VLAN NET_GROUP("g", "eip") NET_GROUP("h", "v1")
		  BOTH, NULL },
		{ NET_EIP NET_VLAN NET_GROUP("g", "eip v1")
		  T("records { " A " { } }") V("records { " A " { tag 2 } }"),
		  NULL },
	};
	struct confkit c;
	char *found;

	(void)state;
	NET_EXPECT(cases);
	confkit_open(&c, &net_schema, NET_EIP NET_VLAN
	    NET_GROUP("g", "eip v1") BOTH);
	found = confkit_findings(&c);
	assert_non_null(strstr(found, "record " A ": is also in net fdb vlan "
	    "/Common/v1, and both are in VLAN group /Common/g"));
	free(found);
	confkit_close(&c);
}

/* Whichever of them comes last. */
static void
a_group_may_bring_two_places_together(void **state)
{
	struct model *m = netconf_model(NET_EIP NET_VLAN NET_GROUP("g", "eip")
	    BOTH);
	char *found = netconf_change(m, NET_GROUP("g", "eip v1"));

	(void)state;
	assert_non_null(strstr(found, "record " A ": is also in net fdb vlan "
	    "/Common/v1, and both are in VLAN group /Common/g"));
	free(found);
	found = netconf_change(m, NET_GROUP("h", "v1"));
	assert_string_equal(found, "");
	free(found);
	model_free(&m);
}

static void
a_tunnel_with_stations_stays(void **state)
{
	struct model *m = netconf_model(NET_EIP T("records { " A " { } }"));
	char *found = netconf_delete(m, &eiptunnel_type, "/Common/eip");

	(void)state;
	assert_non_null(strstr(found, "cannot be deleted, in use by tunnel's "
	    "stations /Common/eip"));
	free(found);
	model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(an_address_has_one_form),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(a_station_is_in_one_place_of_a_group),
		cmocka_unit_test(a_group_may_bring_two_places_together),
		cmocka_unit_test(a_tunnel_with_stations_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
