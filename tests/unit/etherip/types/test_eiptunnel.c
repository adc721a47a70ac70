/* tests/unit/etherip/types/test_eiptunnel.c - tunnels and their profile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/eiptunnel.h"

#include "core/model/builtin.h"
#include "core/model/model.h"
#include "tests/unit/etherip/types/netconf.h"

#define T(lines)	"net tunnels tunnel /Common/t {\n" lines "\n}\n"
#define ENDS		"local-address 192.0.2.1\nremote-address 198.51.100.1\n"
#define HERE(line)	T(ENDS line)
#define GROUP		"cm traffic-group /Common/g { }\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "accept-reversed-version", "enabled" },
		{ "check-interface", "disabled" },
		{ "description", "there" }, { "enabled", "disabled" },
		{ "liveness", "bfd" }, { "liveness-interval", "50" },
		{ "liveness-mtu", "enabled" }, { "liveness-multiplier", "5" },
		{ "local-address", "2001:db8::1" }, { "max-stations", "100" },
		{ "min-ttl", "254" }, { "mode", "outbound" },
		{ "mtu", "1400" }, { "oversize", "icmp" },
		{ "profile", "/Common/mine" }, { "protection", "ipsec" },
		{ "remote-address", "2001:db8::2" },
		{ "secondary-address", "2001:db8::3" }, { "tcp-mss", "1300" },
		{ "tos", "184" }, { "traffic-group", "/Common/g" },
		{ "use-pmtu", "disabled" },
	};

	(void)state;
	NET_HOLDS(GROUP "net tunnels etherip /Common/mine { }\n"
	    T("accept-reversed-version enabled\ncheck-interface disabled\n"
	    "description there\ndisabled\n"
	    "liveness bfd\nliveness-interval 50\nliveness-mtu enabled\n"
	    "liveness-multiplier 5\n"
	    "local-address 2001:db8::1\nmax-stations 100\nmin-ttl 254\n"
	    "mode outbound\nmtu 1400\noversize icmp\nprofile mine\n"
	    "protection ipsec\nremote-address 2001:db8::2\n"
	    "secondary-address 2001:db8::3\ntcp-mss 1300\ntos 184\n"
	    "traffic-group g\nuse-pmtu disabled\napp-service none\n"
	    "auto-lasthop default\nidle-timeout 300\nkey 0\n"
	    "transparent disabled"), &eiptunnel_type, "/Common/t", v);
}

static void
two_addresses_are_enough(void **state)
{
	static const struct confkit_value v[] = {
		{ "accept-reversed-version", "disabled" },
		{ "check-interface", "enabled" },
		{ "description", "none" }, { "enabled", "enabled" },
		{ "liveness", "none" }, { "liveness-interval", "300" },
		{ "liveness-mtu", "disabled" }, { "liveness-multiplier", "3" },
		{ "local-address", "192.0.2.1" }, { "max-stations", "0" },
		{ "min-ttl", "0" }, { "mode", "bidirectional" },
		{ "mtu", "0" }, { "oversize", "fragment" },
		{ "profile", "/Common/etherip" }, { "protection", "none" },
		{ "remote-address", "198.51.100.1" },
		{ "secondary-address", "any6" }, { "tcp-mss", "auto" },
		{ "tos", "preserve" }, { "traffic-group", "none" },
		{ "use-pmtu", "enabled" },
	};

	(void)state;
	NET_HOLDS(HERE(""), &eiptunnel_type, "/Common/t", v);
	NET_HOLDS(HERE("secondary-address any"), &eiptunnel_type, "/Common/t",
	    v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ T("local-address 192.0.2.1"), "1:1: error: tunnel /Common/t: "
		  "remote-address must be given" },
		{ T("remote-address 192.0.2.1"), "local-address must be given" },
		{ T("local-address 192.0.2.1\nremote-address any"), "3:1: "
		  "error: tunnel /Common/t: remote-address: \"any\" is not an "
		  "IP address" },
		{ T("local-address 192.0.2.1\nremote-address 224.0.0.5"),
		  "remote-address: 224.0.0.5 is not the address of one host" },
		{ HERE("mtu 575"), "mtu: 575 octets are neither 0 nor in "
		  "576..65515" },
		{ HERE("mtu 576"), NULL }, { HERE("mtu 65515"), NULL },
		{ HERE("mtu 65516"), "mtu: 65516 is outside 0..65515 octets" },
		{ HERE("liveness-interval 9"), "9 is outside 10..60000 ms" },
		{ HERE("liveness-multiplier 0"), "0 is outside 1..255" },
		{ HERE("min-ttl 256"), "256 is outside 0..255" },
		{ HERE("tcp-mss off"), NULL }, { HERE("tcp-mss 536"), NULL },
		{ HERE("tcp-mss 535"), "tcp-mss: \"535\" is none of auto, off "
		  "and 536..65495 octets" },
		{ HERE("tcp-mss 65495"), NULL },
		{ HERE("tcp-mss 65496"), "none of auto, off" },
		{ HERE("tcp-mss 0600"), "none of auto, off" },
		{ HERE("tcp-mss on"), "none of auto, off" },
		{ HERE("tos 0"), NULL }, { HERE("tos 255"), NULL },
		{ HERE("tos 256"), "tos: \"256\" is neither preserve nor in "
		  "0..255" },
		{ HERE("tos -1"), "neither preserve nor" },
		{ HERE("tos ef"), "neither preserve nor" },
		{ HERE("profile gre"), "profile: there is no net tunnels "
		  "etherip /Common/gre" },
		{ HERE("traffic-group g"), "traffic-group: there is no cm "
		  "traffic-group /Common/g" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
ends_go_together(void **state)
{
	static const struct confkit_case cases[] = {
		{ T("local-address 192.0.2.1\nremote-address 192.0.2.1"),
		  "1:1: error: tunnel /Common/t: remote-address: 192.0.2.1 is "
		  "local-address, too" },
		{ T("local-address 192.0.2.1\nremote-address 2001:db8::1"),
		  "remote-address: 2001:db8::1 is of another family than "
		  "local-address, 192.0.2.1" },
		{ GROUP HERE("traffic-group g\nsecondary-address 192.0.2.2"),
		  NULL },
		{ HERE("liveness icmp\nliveness-mtu enabled"), "warning: tunnel "
		  "/Common/t: liveness-mtu: it is of liveness bfd alone, and "
		  "liveness is icmp" },
		{ HERE("liveness bfd\nliveness-mtu enabled"), NULL },
		{ HERE("secondary-address 192.0.2.2"), "secondary-address: it "
		  "needs a traffic-group that local-address moves with" },
		{ GROUP HERE("traffic-group g\nsecondary-address 192.0.2.1"),
		  "secondary-address: 192.0.2.1 is an end of the tunnel" },
		{ GROUP HERE("traffic-group g\nsecondary-address 198.51.100.1"),
		  "secondary-address: 198.51.100.1 is an end of the tunnel" },
		{ GROUP HERE("traffic-group g\nsecondary-address 2001:db8::1"),
		  "secondary-address: 2001:db8::1 is of another family" },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* Nothing in a frame tells two of them apart (RFC 3378 section 3). */
static void
a_pair_of_addresses_has_one_tunnel(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_TUNNEL("a", "192.0.2.1", "192.0.2.2")
		  NET_TUNNEL("b", "192.0.2.1", "192.0.2.3")
		  NET_TUNNEL("c", "192.0.2.4", "192.0.2.2"), NULL },
		{ NET_TUNNEL("a", "192.0.2.1", "192.0.2.2")
		  NET_TUNNEL("b", "192.0.2.1", "192.0.2.2"), "2:1: error: "
		  "tunnel /Common/b: remote-address: from 192.0.2.1 to "
		  "192.0.2.2 there is tunnel /Common/a, and EtherIP has "
		  "nothing to tell two apart by" },
		{ NET_TUNNEL("a", "2001:db8::1", "2001:db8::2")
		  NET_TUNNEL("b", "2001:DB8:0::1", "2001:db8:0:0::2"),
		  "there is tunnel /Common/a" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
an_end_is_ours_and_the_other_is_not(void **state)
{
	static const struct confkit_case cases[] = {
		{ NET_VLAN NET_SELF("s", "10.133.64.245/24", "v1") NET_EIP,
		  NULL },
		{ NET_VLAN NET_SELF("s", "10.133.64.244/24", "v1") NET_EIP,
		  "3:1: warning: tunnel /Common/eip: local-address: "
		  "10.133.64.245 is no self IP address" },
		{ NET_VLAN NET_SELF("s", "10.133.64.245/24", "v1")
		  NET_SELF("r", "10.133.65.245/24", "v1") NET_EIP, "4:1: "
		  "error: tunnel /Common/eip: remote-address: 10.133.65.245 is "
		  "that of self IP /Common/r" },
		{ NET_EIP NET_VLAN NET_SELF("s", "10.133.64.245/24", "v1")
		  NET_SELF("r", "10.133.65.245/24", "v1"), "4:1: error: self "
		  "IP /Common/r: address: 10.133.65.245 is also that of tunnel "
		  "/Common/eip" },
		{ NET_EIP, NULL },
	};

	(void)state;
	NET_EXPECT(cases);
}

/* When a self IP goes alone, the tunnels from it are looked at. */
static void
tunnels_are_asked_when_their_address_goes(void **state)
{
	static const char later[] =
	    "net self /Common/s { address 10.133.64.9/24 vlan v1 }\n";
	struct model *m = netconf_model(NET_EIP NET_VLAN
	    NET_SELF("s", "10.133.64.245/24", "v1"));
	char *found = netconf_change(m, later);

	(void)state;
	assert_non_null(strstr(found, "tunnel /Common/eip: local-address: "
	    "10.133.64.245 is no self IP address"));
	free(found);
	model_free(&m);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ HERE("key 7"), "not supported yet: key: EtherIP has no key" },
		{ HERE("idle-timeout 60"), "a tunnel is there until it is" },
		{ HERE("transparent enabled"), "frames keep their own" },
		{ HERE("auto-lasthop enabled"), "replies go by the routes" },
		{ "net tunnels gre /Common/gre2 { }\n", "net tunnels gre "
		  "/Common/gre2: not supported yet: tunnels are EtherIP" },
		{ "net tunnels etherip /Common/p { defaults-from p }\n",
		  "leads back to itself" },
	};

	(void)state;
	NET_EXPECT(cases);
}

static void
words_and_numbers_are_values(void **state)
{
	struct { const char *text; uint32_t mss; int tos; } v[] = {
		{ "", EIPTUNNEL_MSS_AUTO, EIPTUNNEL_TOS_PRESERVE },
		{ "tcp-mss auto\ntos preserve", EIPTUNNEL_MSS_AUTO,
		  EIPTUNNEL_TOS_PRESERVE },
		{ "tcp-mss off\ntos 0", EIPTUNNEL_MSS_OFF, 0 },
		{ "tcp-mss 1240\ntos 255", 1240, 255 },
		{ "tcp-mss none\ntos none", EIPTUNNEL_MSS_AUTO,
		  EIPTUNNEL_TOS_PRESERVE },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(v); i++) {
		const struct eiptunnel *t;
		struct confkit c;
		char text[256];

		(void)snprintf(text, sizeof(text), HERE("%s"), v[i].text);
		confkit_open_clean(&c, &net_schema, text);
		t = (const struct eiptunnel *)draft_find(c.d, &eiptunnel_type,
		    "/Common/t");
		assert_int_equal(eiptunnel_mss(t), v[i].mss);
		assert_int_equal(eiptunnel_tos(t), v[i].tos);
		confkit_close(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(two_addresses_are_enough),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(ends_go_together),
		cmocka_unit_test(a_pair_of_addresses_has_one_tunnel),
		cmocka_unit_test(an_end_is_ours_and_the_other_is_not),
		cmocka_unit_test(tunnels_are_asked_when_their_address_goes),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(words_and_numbers_are_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
