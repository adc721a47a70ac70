/* tests/unit/wom/types/test_remoteendpoint.c - peers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/remoteendpoint.h"

#include "core/model/builtin.h"
#include "core/model/model.h"
#include "core/model/overlay.h"
#include "core/model/tmos_bind.h"
#include "tests/unit/wom/types/womconf.h"
#include "wom/types/localendpoint.h"

#define R(lines)	"wom remote-endpoint /Common/p {\n" lines "\n}\n"
#define HERE(line)	R("address 192.0.2.7\n" line)
#define LOCAL(a)	"wom local-endpoint {\naddresses { " a " }\n}\n"

#define TEXT16	"0123456789abcdef"
#define TEXT64	TEXT16 TEXT16 TEXT16 TEXT16

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "address", "2001:db8::7" }, { "allow-routing", "disabled" },
		{ "connections", "8" }, { "description", "there" },
		{ "endpoint", "disabled" }, { "origin", "manually-saved" },
		{ "peer-fingerprints", WOM_PRINT },
		{ "server-ssl", "/Common/out" }, { "snat", "none" },
		{ "trust-domain", "tenant-7" }, { "tunnel-port", "4443" },
	};

	(void)state;
	WOM_HOLDS(WOM_OUT R("address 2001:db8::7\nallow-routing disabled\n"
	    "connections 8\ndescription there\nendpoint disabled\n"
	    "origin manually-saved\npeer-fingerprints { " WOM_PRINT " }\n"
	    "server-ssl out\nsnat none\ntrust-domain tenant-7\ntunnel-port 4443\n"
	    "app-service none\ndedup-action none\ninternal-forwarding default\n"
	    "ip-encap-type default\ntunnel-encrypt enabled"),
	    &remoteendpoint_type, "/Common/p", v);
}

static void
an_address_is_enough(void **state)
{
	static const struct confkit_value v[] = {
		{ "address", "192.0.2.7" }, { "allow-routing", "enabled" },
		{ "connections", "4" }, { "description", "none" },
		{ "endpoint", "enabled" }, { "origin", "configured" },
		{ "peer-fingerprints", "" }, { "server-ssl", "none" },
		{ "snat", "default" }, { "trust-domain", "none" },
		{ "tunnel-port", "443" },
	};

	(void)state;
	WOM_HOLDS(HERE(""), &remoteendpoint_type, "/Common/p", v);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ R(""), "1:1: error: remote endpoint /Common/p: address must be "
		  "given" },
		{ R("address 224.0.0.1"), "2:1: error: remote endpoint "
		  "/Common/p: address: 224.0.0.1 is not the address of one" },
		{ R("address far.example.org"), "is not an IP address" },
		{ HERE("origin found"), "\"found\" is none of configured, "
		  "discovered, manually-saved, persistable" },
		{ HERE("origin discovered"), NULL },
		{ HERE("origin persistable"), NULL },
		{ HERE("connections 0"), "0 is outside 1..16" },
		{ HERE("connections 17"), "17 is outside 1..16" },
		{ HERE("tunnel-port 0"), "0 is outside 1..65535" },
		{ HERE("snat local"), "not supported yet: snat: local: replies" },
		{ HERE("snat remote"), NULL },
		{ HERE("trust-domain \"two words\""), "trust-domain: \"two words"
		  "\" has other than visible ASCII characters" },
		{ HERE("trust-domain " TEXT64), NULL },
		{ HERE("trust-domain " TEXT64 "x"), "trust-domain: " },
		{ HERE("peer-fingerprints { 00 }"), "\"00\" is not the SHA-256" },
		{ HERE("server-ssl nobody"), "server-ssl: there is no ltm "
		  "profile server-ssl /Common/nobody" },
		{ HERE("server-ssl serverssl"), "server-ssl: /Common/serverssl "
		  "has no cert and key" },
		{ HERE("server-ssl serverssl\nendpoint disabled"), NULL },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
an_address_has_one_peer_and_is_not_ours(void **state)
{
	static const struct confkit_case cases[] = {
		{ WOM_R WOM_S, NULL },
		{ WOM_R R("address 192.0.2.1"), "4:1: error: remote endpoint "
		  "/Common/p: address: 192.0.2.1 is also that of remote "
		  "endpoint /Common/r" },
		{ WOM_R R("address 192.0.2.1\ntunnel-port 4443"), "is also that "
		  "of remote endpoint /Common/r" },
		{ LOCAL("192.0.2.1 192.0.2.3") WOM_R, "4:1: error: remote "
		  "endpoint /Common/r: address: 192.0.2.1 is one of the local "
		  "endpoint's" },
		{ WOM_R LOCAL("192.0.2.1"), "is one of the local endpoint's" },
		{ LOCAL("192.0.2.3") WOM_R, NULL },
		{ LOCAL("2001:DB8:0::7") R("address 2001:db8::7"), "is one of" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

/* A change of the local endpoint alone is seen by the peers that are there. */
static void
peers_are_asked_when_the_local_endpoint_changes(void **state)
{
	static const char later[] = LOCAL("192.0.2.1");
	const struct diag_pos pos = { .file = "t.conf", .line = 1, .column = 1 };
	struct model *m = model_new(&wom_schema);
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;
	struct confkit c;
	struct tmos_bind b = { .schema = &wom_schema, .out = &c.diag };
	char *found;

	(void)state;
	confkit_open_clean(&c, &wom_schema, WOM_R);
	while ((en = overlay_next(draft_overlay(c.d), &w)) != NULL) {
		struct object *o = object_ref(en->now);

		model_put(m, &o);
	}
	confkit_close(&c);
	diag_init(&c.diag);
	c.d = draft_new(&wom_schema, m);
	(void)tmos_bind_text(&b, c.d, later, strlen(later), &pos);
	(void)draft_check(c.d, &c.diag);
	found = confkit_findings(&c);
	assert_non_null(strstr(found, "remote endpoint /Common/r: address: "
	    "192.0.2.1 is one of the local endpoint's"));
	assert_int_equal(c.diag.count, 1);
	free(found);
	confkit_close(&c);
	model_free(&m);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct confkit_case cases[] = {
		{ HERE("tunnel-encrypt disabled"), "not supported yet: tunnel-"
		  "encrypt: what crosses the WAN is in TLS 1.3 always" },
		{ HERE("dedup-action cache-refresh"), "not supported yet: dedup-"
		  "action: what is done once is a command, not a property" },
		{ HERE("internal-forwarding disabled"), "one process has both" },
		{ HERE("ip-encap-type ipip"), "not supported yet: ip-encap-type: "
		  "a tunnel is TLS over TCP, and in nothing else" },
		{ HERE("ip-encap-type none"), "ip-encap-type: a tunnel is TLS" },
		{ HERE("app-service /Common/a"), "there are no application ser" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(an_address_is_enough),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(an_address_has_one_peer_and_is_not_ours),
		cmocka_unit_test(peers_are_asked_when_the_local_endpoint_changes),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
