/* tests/unit/gtmd/types/test_server.c - servers, devices, virtual servers and
 * what they depend on. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/server.h"

#include "tests/unit/gtmd/types/conf.h"

#define VS(lines)							\
	"gtm server /Common/n {\n    datacenter /Common/dc\n"		\
	"    virtual-servers {\n        v {\n" lines			\
	"        }\n    }\n}\n"

static void
every_property_is_read(void **state)
{
	static const char text[] =
	    "gtm server /Common/n {\n"
	    "    datacenter /Common/dc\n"
	    "    description \"the one\"\n"
	    "    devices {\n"
	    "        lb1 {\n"
	    "            addresses { 10.133.57.141 { translation none } }\n"
	    "            description upper\n"
	    "        }\n"
	    "    }\n"
	    "    disabled\n"
	    "    iq-allow-path yes\n"
	    "    limit-cpu-usage 80\n"
	    "    limit-cpu-usage-status enabled\n"
	    "    limit-mem-avail 1000\n"
	    "    limit-max-bps 9223372036854775807\n"
	    "    limit-max-bps-status enabled\n"
	    "    metrics-monitor /Common/metrics\n"
	    "    monitor /Common/http and /Common/tcp\n"
	    "    prober-fallback any-available\n    product generic-host\n"
	    "    prober-preference outside-datacenter\n"
	    "    virtual-server-discovery enabled-no-delete\n"
	    "    virtual-servers {\n"
	    "        v {\n"
	    "            depends-on { /Common/s:a { } s:t:b { } }\n"
	    "            description d\n"
	    "            destination 2001:db8::7.53\n"
	    "            disabled\n"
	    "            limit-max-connections 500\n"
	    "            limit-max-connections-status enabled\n"
	    "            ltm-name /Common/vs_dns\n"
	    "            metrics-monitor metrics\n"
	    "            monitor min 1 of { /Common/http /Common/tcp }\n"
	    "            translation-address none\n"
	    "            translation-port any\n"
	    "        }\n"
	    "    }\n"
	    "}\n";
	static const struct conf_value server[] = {
		{ "datacenter", "/Common/dc" }, { "description", "the one" },
		{ "devices", "lb1" }, { "disabled", "disabled" },
		{ "limit-cpu-usage", "80" }, { "limit-cpu-usage-status", "enabled" },
		{ "limit-mem-avail", "1000" }, { "limit-mem-avail-status", "disabled" },
		{ "limit-max-bps", "9223372036854775807" }, { "limit-max-bps-status", "enabled" },
		{ "limit-max-connections", "0" }, { "limit-max-connections-status", "disabled" },
		{ "limit-max-pps", "0" }, { "limit-max-pps-status", "disabled" },
		{ "metrics-monitor", "/Common/metrics" },
		{ "monitor", "/Common/http and /Common/tcp" },
		{ "prober-fallback", "any-available" }, { "prober-pool", "none" },
		{ "prober-preference", "outside-datacenter" }, { "product", "generic-host" },
		{ "virtual-server-discovery", "enabled-no-delete" },
		{ "virtual-servers", "v" },
	};
	static const struct conf_value vs[] = {
		{ "depends-on", "/Common/s:a /Common/s:t:b" },
		{ "description", "d" }, { "destination", "2001:db8::7.53" },
		{ "disabled", "disabled" }, { "ltm-name", "/Common/vs_dns" },
		{ "limit-max-bps", "0" }, { "limit-max-bps-status", "disabled" },
		{ "limit-max-pps", "0" }, { "limit-max-pps-status", "disabled" },
		{ "limit-max-connections", "500" },
		{ "limit-max-connections-status", "enabled" },
		{ "metrics-monitor", "/Common/metrics" },
		{ "monitor", "min 1 of { /Common/http /Common/tcp }" },
	};
	static const struct conf_value device[] = {
		{ "addresses", "10.133.57.141" }, { "description", "upper" },
	};
	const struct server *s;
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	s = (const struct server *)draft_find(c.d, &server_type, "/Common/n");
	CONF_VALUES(&s->obj, server);
	CONF_VALUES(s->virtual_servers.v[0], vs);
	CONF_VALUES(s->devices.v[0], device);
	conf_close(&c);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct conf_case cases[] = {
#define SERVER(line)							\
	"gtm server /Common/n {\n    datacenter /Common/dc\n    " line "\n}\n"
	{ SERVER("addresses { 10.0.0.1 { device-name x } }"),
	  "3:5: error: server /Common/n: not supported yet: addresses: write "
	  "devices { NAME { addresses { ... } } }, as since version 13" },
	{ SERVER("expose-route-domains yes"), "not supported yet: "
	  "expose-route-domains: virtual servers are not discovered yet" },
	{ SERVER("iq-allow-path no"),
	  "not supported yet: iq-allow-path: iQuery is not spoken" },
	{ SERVER("iq-allow-service-check no"), "iQuery is not spoken" },
	{ SERVER("iq-allow-snmp no"), "iQuery is not spoken" },
	{ SERVER("iquery-cipher-list DEFAULT"), "iQuery is not spoken" },
	{ SERVER("iquery-minimum-tls-version TLSv1.2"),
	  "iQuery is not spoken" },
	{ SERVER("link-discovery enabled"),
	  "not supported yet: link-discovery: links are not watched yet" },
	{ SERVER("metadata { k { value v } l { value v } }"),
	  "not supported yet: metadata: name-value pairs are not kept yet" },
	{ SERVER("monitor require 2 from 2 { /Common/http }"),
	  "1:1: error: server /Common/n: not supported yet: monitor: require "
	  "2 from 2: this program is the only prober so far" },
	{ VS("destination 10.0.0.9:80\ntranslation-address 10.9.9.9\n"),
	  "server /Common/n: virtual server v: not supported yet: "
	  "translation-address: probes and answers use the destination" },
	{ VS("destination 10.0.0.9:80\ntranslation-port 80\n"),
	  "not supported yet: translation-port" },
	{ VS("destination 10.0.0.9:80\nexplicit-link-name /Common/l\n"),
	  "not supported yet: explicit-link-name: links are not watched yet" },
	{ SERVER("devices { d { addresses { 10.0.0.9 {\n"
	  "translation 192.0.2.1\n} } } }"),
	  "server /Common/n: device d: address 10.0.0.9: not supported yet: "
	  "translation: probes and answers use the virtual servers'" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Clients write it with every server; who would have been asked is warned. */
static void
discovery_is_kept_and_warned_of_where_f5_would_do_it(void **state)
{
#define WARNING	"warning: server /Common/n: virtual-server-discovery: "	\
	"virtual servers are not discovered: what is not given here is not"
#define FINDS(product)							\
	SERVER("product " product "\nvirtual-server-discovery enabled")
	static const struct conf_case cases[] = {
	{ SERVER("virtual-server-discovery disabled"), NULL },
	{ SERVER("virtual-server-discovery enabled-no-delete"), WARNING },
	{ FINDS("bigip"), WARNING },
	{ FINDS("single-bigip"), WARNING },
	{ FINDS("redundant-bigip"), WARNING },
	{ FINDS("generic-host"), NULL },
	{ FINDS("windows-nt-4.0"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_destination_is_one_address_a_client_can_reach(void **state)
{
	static const struct conf_case cases[] = {
		{ VS("destination 10.0.0.9:0\n"), NULL },
		{ VS("destination 127.0.0.1:80\n"), NULL },
		{ VS("destination 2001:db8::9.80\n"), NULL },
		{ VS("destination 0.0.0.0:80\n"), "5:1: error: server "
		  "/Common/n: virtual server v: destination: 0.0.0.0 cannot "
		  "be an answer: it names no host" },
		{ VS("destination 224.0.0.1:80\n"), "a multicast address" },
		{ VS("destination 255.255.255.255:80\n"), "it is reserved" },
		{ VS("destination ::.80\n"), "it names no host" },
		{ VS("destination ff02::1.80\n"), "a multicast address" },
		{ VS("destination *:80\n"), "destination: * is not an addr" },
		{ VS("destination web1:80\n"), "destination: \"web1:80\" is not"
		  " an address with a port" },
		{ VS("destination 10.0.0.9:65536\n"), "is not an address" },
		{ VS(""), "virtual server v: destination must be given" },
		{ "gtm server /Common/n { }\n",
		  "1:1: error: server /Common/n: datacenter must be given" },
		{ "gtm server /Common/n { datacenter /Common/none }\n",
		  "server /Common/n: datacenter: there is no gtm datacenter "
		  "/Common/none" },
		{ "gtm server /Common/n {\n    datacenter /Common/dc\n"
		  "    devices { d { addresses { lb1 { } } } }\n}\n",
		  "addresses: \"lb1\" is not an IP address" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
nobody_depends_on_itself(void **state)
{
	static const struct conf_case one[] = {
		{ VS("destination 10.0.0.9:80\ndepends-on { n:v { } }\n"),
		  "server /Common/n: virtual server v: depends-on: it depends "
		  "on itself" },
		{ VS("destination 10.0.0.9:80\ndepends-on { s:none { } }\n"),
		  "6:14: error: server /Common/n: dependency /Common/s:none: "
		  "gtm server /Common/s has no \"none\"" },
		{ VS("destination 10.0.0.9:80\n"
		  "depends-on { 10.0.0.2:80 { } }\n"),
		  "10.0.0.2:80 is the destination of " },
		{ VS("destination 10.0.0.9:80\n"
		  "depends-on { 10.0.0.1:80 { } s:a { } }\n"),
		  "virtual server v: /Common/s:a is there twice" },
	};
	static const char ring[] =
	    "gtm server /Common/x {\n    datacenter dc\n"
	    "    virtual-servers {\n"
	    "        1 {\ndepends-on { y:2 { } }\ndestination 10.0.0.1:1\n}\n"
	    "        3 {\ndepends-on { x:1 { } }\ndestination 10.0.0.3:1\n}\n"
	    "        4 {\ndepends-on { x:1 { } }\ndestination 10.0.0.4:1\n}\n"
	    "    }\n}\n"
	    "gtm server /Common/y {\n    datacenter dc\n"
	    "    virtual-servers {\n"
	    "        2 {\ndepends-on { x:3 { } }\ndestination 10.0.0.2:1\n}\n"
	    "    }\n}\n";
	struct conf c;
	char *found;

	(void)state;
	CONF_EXPECT_ALL(one);
	conf_open(&c, ring);
	found = conf_findings(&c);
	assert_string_equal(found,
	    "4:9: error: server /Common/x: virtual server 1: depends-on: it "
	    "depends on itself through /Common/x:3\n"
	    "8:9: error: server /Common/x: virtual server 3: depends-on: it "
	    "depends on itself through /Common/y:2\n"
	    "21:9: error: server /Common/y: virtual server 2: depends-on: it "
	    "depends on itself through /Common/x:1\n");
	free(found);
	conf_close(&c);
}

/* The longest prefix that has the rest as a virtual server wins. */
static void
keys_are_split_where_a_server_ends(void **state)
{
	static const struct { const char *key, *server, *vs; } cases[] = {
		{ "/Common/s:a", "/Common/s", "a" },
		{ "/Common/s:vs81", "/Common/s", "/Common/vs81" },
		{ "/Common/s:/Common/vs81", "/Common/s", "/Common/vs81" },
		{ "/Common/s:/Common/a", "/Common/s", "a" },
		{ "/Common/s:with blank", "/Common/s", "with blank" },
		{ "/Common/s:t:u:v/w", "/Common/s:t", "u:v/w" },
		{ "/Common/s:t:b", "/Common/s:t", "b" },
		{ "/Common/s:t:none", "/Common/s:t", NULL },
		{ "/Common/s:none", "/Common/s", NULL },
		{ "/Common/none:a", NULL, NULL },
		{ "/Common/s", NULL, NULL },
		{ "", NULL, NULL },
	};
	const struct server *s;
	const struct server_vs *vs;
	struct conf c;

	(void)state;
	conf_open_clean(&c, "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		vs = server_split_key(c.d, cases[i].key, &s);
		if ((vs == NULL) != (cases[i].vs == NULL) ||
		    (vs != NULL && strcmp(vs->obj.name, cases[i].vs) != 0) ||
		    (s == NULL) != (cases[i].server == NULL) ||
		    (s != NULL && strcmp(s->obj.name, cases[i].server) != 0))
			fail_msg("%s gave %s and %s", cases[i].key,
			    s != NULL ? s->obj.name : "none",
			    vs != NULL ? vs->obj.name : "none");
	}
	conf_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
		cmocka_unit_test(
		    discovery_is_kept_and_warned_of_where_f5_would_do_it),
		cmocka_unit_test(
		    a_destination_is_one_address_a_client_can_reach),
		cmocka_unit_test(nobody_depends_on_itself),
		cmocka_unit_test(keys_are_split_where_a_server_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
