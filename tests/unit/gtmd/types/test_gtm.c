/* tests/unit/gtmd/types/test_gtm.c - the schema as a whole: every row of every
 * table, every refused type, and whole configurations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/gtm.h"

#include "core/model/tmos_bind.h"
#include "core/model/tmos_write.h"
#include "monitors/monitor.h"
#include "tests/unit/core/model/confkit.h"
#include "tests/unit/core/model/tablecheck.h"
#include "tests/unit/gtmd/types/conf.h"

static void
every_table_is_sound(void **state)
{
	struct strbuf found = { 0 };

	(void)state;
	strbuf_init(&found);
	tablecheck_schema(&gtm_schema, &found);
	assert_string_equal(found.text, "");
	strbuf_fini(&found);
}

static void
every_refused_type_says_why(void **state)
{
	(void)state;
	assert_int_equal(confkit_refused(&gtm_schema), 29);
}

/* What tmsh enumerates as components of gtm, and the types of newer releases:
 * each is a type of ours or refused by name. */
static void
no_component_of_f5_is_unknown(void **state)
{
	static const char *const words[] = {
		"datacenter", "distributed-app", "link", "listener",
		"listener-doh-proxy", "listener-doh-server", "prober-pool",
		"region", "rule", "server", "topology",
		"global-settings general", "global-settings load-balancing",
		"global-settings metrics", "global-settings metrics-exclusions",
		"monitor bigip", "monitor bigip-link", "monitor external",
		"monitor firepass", "monitor ftp", "monitor gateway-icmp",
		"monitor gtp", "monitor http", "monitor https", "monitor imap",
		"monitor ldap", "monitor mssql", "monitor mysql",
		"monitor nntp", "monitor oracle", "monitor pop3",
		"monitor postgresql", "monitor radius",
		"monitor radius-accounting", "monitor real-server",
		"monitor scripted", "monitor sip", "monitor smtp",
		"monitor snmp", "monitor snmp-link", "monitor soap",
		"monitor tcp", "monitor tcp-half-open", "monitor udp",
		"monitor wap", "monitor wmi", "pool a", "pool aaaa",
		"pool cname", "pool mx", "pool naptr", "pool srv",
		"pool https", "pool svcb", "wideip a", "wideip aaaa",
		"wideip cname", "wideip mx", "wideip naptr", "wideip srv",
		"wideip https", "wideip svcb", "zone", "global-settings dns",
	};
	char full[64];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		(void)snprintf(full, sizeof(full), "gtm %s", words[i]);
		if (schema_find(&gtm_schema, full) == NULL)
			fail_msg("%s", full);
	}
	for (size_t i = 0; monitor_types[i] != NULL; i++)
		assert_ptr_equal(schema_find(&gtm_schema,
		    monitor_types[i]->words), monitor_types[i]);
}

static void
other_stanzas_read_well(void **state)
{
	static const struct conf_case cases[] = {
		{ "gtm pool /Common/p { }\n", "1:1: error: gtm pool /Common/p:"
		  " not supported yet: since version 12 a pool has a type: "
		  "write gtm pool a, aaaa, cname, mx, srv or naptr" },
		{ "gtm topology ldns: subnet 10.0.0.0/8 server: pool "
		  "/Common/p {\n    score 100\n}\n", "1:1: warning: topology "
		  "record ldns: subnet 10.0.0.0/8 server: pool /Common/p: "
		  "there is no pool /Common/p of any type" },
		{ "ltm pool /Common/p { }\n",
		  "1:1: error: ltm pool: unknown type of object" },
		{ "sys global-settings {\n    hostname x\n}\n",
		  "1:1: error: sys global-settings: unknown type of object" },
		{ "gtm wideipp a /Common/w { }\n", "unknown type of object" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static char *
read_file(const char *path)
{
	struct strbuf b = { 0 };
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fail_msg("%s: run the tests from the top folder", path);
	strbuf_init(&b);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add_len(&b, buf, n);
	(void)fclose(f);
	return strbuf_take(&b);
}

static void
ten_mistakes_are_ten_findings(void **state)
{
	static const char want[] =
	    "6:5: error: data center /Common/Remote: unknown property locaton;"
	    " did you mean location\n"
	    "8:1: error: server /Common/lb1: datacenter: there is no gtm "
	    "datacenter /Common/Lokal\n"
	    "21:13: error: server /Common/lb2: virtual server vmhttp: "
	    "destination: \"10.133.56.51.80\" is not an address with a port, "
	    "such as 192.0.2.1:80 or 2001:db8::1.80\n"
	    "25:1: error: monitor /Common/VM-http-monitor: interval: 30 s is "
	    "not under timeout, 20 s\n"
	    "31:9: error: pool /Common/Local_pool: pool member "
	    "/Common/lb1:vmhttps: gtm server /Common/lb1 has no \"vmhttps\"\n"
	    "35:5: error: pool /Common/Remote_pool: load-balancing-mode: none "
	    "may only be alternate-mode or fallback-mode\n"
	    "38:5: error: pool /Common/Spare_pool: max-answers-returned: 501 "
	    "is outside 1..500\n"
	    "40:1: error: gtm link /Common/uplink: not supported yet: links "
	    "are not watched yet\n"
	    "48:1: error: wide IP /Partition/VMHTTP.siterequest.com: "
	    "VMHTTP.siterequest.com is also a name of gtm wideip a "
	    "/Common/vmhttp.siterequest.com\n"
	    "55:5: error: listener /Common/udp: port: \"fifty-three\" is not a "
	    "number\n";
	char *text = read_file("tests/data/ten-mistakes.conf"), *found;
	struct conf c;

	(void)state;
	conf_open(&c, text);
	found = conf_findings(&c);
	assert_string_equal(found, want);
	assert_int_equal(c.diag.errors, 10);
	free(found);
	conf_close(&c);
	free(text);
}

/* A file as a BIG-IP saves it, with what we do not have: told by name, all of
 * it, and the rest is there. */
static const char saved[] =
    "#TMSH-VERSION: 15.1.2\n"
    "gtm datacenter /Common/Local { }\n"
    "gtm monitor http /Common/VM-http-monitor {\n"
    "    defaults-from /Common/http\n"
    "    interval 10\n"
    "    recv \"200 OK\"\n"
    "    send \"GET /health HTTP/1.0\\r\\n\\r\\n\"\n"
    "    timeout 31\n"
    "}\n"
    "gtm server /Common/Local-BIG-IP {\n"
    "    datacenter /Common/Local\n"
    "    devices {\n"
    "        lb1 {\n"
    "            addresses {\n"
    "                10.133.57.141 { }\n"
    "            }\n"
    "        }\n"
    "    }\n"
    "    monitor /Common/VM-http-monitor\n"
    "    product generic-host\n"
    "    virtual-servers {\n"
    "        vmhttp {\n"
    "            destination 10.133.39.51:80\n"
    "%s"
    "        }\n"
    "    }\n"
    "}\n"
    "%s"
    "gtm pool a /Common/Local_pool {\n"
    "    fallback-mode none\n"
    "    load-balancing-mode global-availability\n"
    "    members {\n"
    "        /Common/Local-BIG-IP:vmhttp {\n"
    "            member-order 0\n"
    "        }\n"
    "    }\n"
    "    monitor min 1 of { /Common/VM-http-monitor /Common/tcp }\n"
    "    ttl 15\n"
    "}\n"
    "gtm wideip a /Common/vmhttp.siterequest.com {\n"
    "    aliases {\n"
    "        \\?.siterequest.com\n"
    "    }\n"
    "    pool-lb-mode ratio\n"
    "    pools {\n"
    "        /Common/Local_pool {\n"
    "            order 0\n"
    "            ratio 3\n"
    "        }\n"
    "    }\n"
    "}\n";

static void
a_saved_file_loads_but_for_what_it_names(void **state)
{
	static const char region[] =
	    "gtm region /Common/inside {\n"
	    "    region-members {\n"
	    "        not subnet 10.9.0.0/16 { }\n"
	    "        subnet 10.0.0.0/8 { }\n"
	    "    }\n"
	    "}\n";
	static const char limits[] =
	    "            limit-max-connections 500\n"
	    "            explicit-link-name /Common/l\n";
	char text[4096], *found;
	struct conf c;

	(void)state;
	(void)snprintf(text, sizeof(text), saved, "", "");
	conf_open_clean(&c, text);
	conf_close(&c);
	(void)snprintf(text, sizeof(text), saved, limits, region);
	conf_open(&c, text);
	found = conf_findings(&c);
	assert_string_equal(found,
	    "25:13: error: server /Common/Local-BIG-IP: virtual server vmhttp:"
	    " not supported yet: explicit-link-name: links are not watched "
	    "yet\n");
	free(found);
	conf_close(&c);
}

/* --lenient: the same file loads, what is left out is listed. */
static void
a_lenient_load_lists_what_it_skips(void **state)
{
	static const char text[] =
	    "gtm server /Common/big {\n"
	    "    datacenter /Common/dc\n"
	    "    monitor /Common/bigip \n"
	    "    virtual-server-discovery enabled\n"
	    "}\n"
	    "gtm rule /Common/r {\n"
	    "    when DNS_REQUEST { discard }\n"
	    "}\n"
	    "gtm link /Common/up { }\n"
	    "ltm pool /Common/lp { }\n";
	const struct diag_pos pos = { .file = "t.conf", .line = 1,
	    .column = 1 };
	struct conf c;
	struct tmos_bind b = { .schema = &gtm_schema, .out = &c.diag,
	    .lenient = true };
	char *found;

	(void)state;
	conf_open(&c, "");
	(void)tmos_bind_text(&b, c.d, text, strlen(text), &pos);
	(void)draft_check(c.d, &c.diag);
	found = conf_findings(&c);
	assert_string_equal(found,
	    "3:5: warning: server /Common/big: not supported yet: monitor: "
	    "/Common/bigip: there is no probe of this type yet; skipped\n"
	    "6:1: warning: gtm rule /Common/r: not supported yet: rules are "
	    "not run yet; skipped\n"
	    "9:1: warning: gtm link /Common/up: not supported yet: links are "
	    "not watched yet; skipped\n"
	    "10:1: warning: ltm pool: unknown type of object, skipped\n"
	    "1:1: warning: server /Common/big: virtual-server-discovery: "
	    "virtual servers are not discovered: what is not given here is "
	    "not there\n");
	free(found);
	conf_close(&c);
}

/* Names as odd as they come, in the form and order that the writer gives. */
static const char canonical[] =
    "gtm datacenter \"/Common/Hong Kong\" {\n"
    "    description \"a \\\"quoted\\\" word\"\n"
    "    disabled\n"
    "}\n"
    "gtm server /Common/x {\n"
    "    datacenter \"/Common/Hong Kong\"\n"
    "    devices {\n"
    "        lb1 {\n"
    "            addresses {\n"
    "                2001:db8::1 { }\n"
    "            }\n"
    "        }\n"
    "    }\n"
    "    monitor /Common/http and /Common/tcp\n"
    "    product generic-host\n"
    "    virtual-servers {\n"
    "        \"v s\" {\n"
    "            depends-on {\n"
    "                /Common/s:/Common/vs81 { }\n"
    "            }\n"
    "            destination 2001:db8::7.53\n"
    "        }\n"
    "    }\n"
    "}\n"
    "gtm listener /Common/l {\n"
    "    address ::\n"
    "    ip-protocol tcp\n"
    "}\n"
    "gtm zone /Common/x.com {\n"
    "    file x.com.zone\n"
    "}\n"
    "gtm pool aaaa /Common/p {\n"
    "    alternate-mode none\n"
    "    fallback-ip 2001:db8::9\n"
    "    fallback-mode fallback-ip\n"
    "    max-answers-returned 2\n"
    "    members {\n"
    "        /Common/s:six {\n"
    "            member-order 0\n"
    "            priority-group 10\n"
    "        }\n"
    "        \"/Common/x:v s\" {\n"
    "            disabled\n"
    "            member-order 1\n"
    "            monitor /Common/tcp\n"
    "        }\n"
    "    }\n"
    "    min-active-members 1\n"
    "    monitor min 1 of { /Common/http /Common/tcp }\n"
    "    ttl 15\n"
    "}\n"
    "gtm pool cname /Common/c {\n"
    "    members {\n"
    "        www.example.net {\n"
    "            member-order 0\n"
    "            static-target yes\n"
    "        }\n"
    "    }\n"
    "}\n"
    "gtm wideip aaaa /tenant/app/w.x.com {\n"
    "    aliases {\n"
    "        *.app.x.com\n"
    "        \\?.x.com\n"
    "    }\n"
    "    failure-rcode nxdomain\n"
    "    last-resort-pool cname /Common/c\n"
    "    pools {\n"
    "        /Common/p {\n"
    "            order 0\n"
    "            ratio 3\n"
    "        }\n"
    "    }\n"
    "}\n"
    "gtm global-settings dns {\n"
    "    cpu-affinity {\n"
    "        0\n"
    "        2\n"
    "    }\n"
    "    threads 2\n"
    "}\n";

static void
put_written(struct strbuf *b, const struct conf *c)
{
	for (size_t i = 0; gtm_schema.types[i] != NULL; i++) {
		const struct object *o;
		size_t at = 0;

		while ((o = draft_next(c->d, gtm_schema.types[i], &at)) != NULL)
			if (o->pos.file != NULL &&
			    strcmp(o->pos.file, "t.conf") == 0)
				tmos_write_object(b, o, false);
	}
}

static void
what_is_written_reads_back_the_same(void **state)
{
	struct strbuf b = { 0 };
	struct conf c;
	char *found;

	(void)state;
	conf_open(&c, canonical);
	found = conf_findings(&c);
	assert_string_equal(found, "");
	free(found);
	put_written(&b, &c);
	assert_string_equal(b.text, canonical);
	conf_close(&c);
	strbuf_fini(&b);
}

static void
the_examples_have_no_findings(void **state)
{
	static const char *const files[] = {
		"docs/examples/gtm.conf", "docs/examples/guide.conf",
		"docs/examples/migration.conf",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text = read_file(files[i]), *found;
		struct conf c;

		conf_open(&c, text);
		found = conf_findings(&c);
		assert_string_equal(found, "");
		free(found);
		conf_close(&c);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_is_sound),
		cmocka_unit_test(every_refused_type_says_why),
		cmocka_unit_test(no_component_of_f5_is_unknown),
		cmocka_unit_test(other_stanzas_read_well),
		cmocka_unit_test(ten_mistakes_are_ten_findings),
		cmocka_unit_test(a_saved_file_loads_but_for_what_it_names),
		cmocka_unit_test(a_lenient_load_lists_what_it_skips),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(the_examples_have_no_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
