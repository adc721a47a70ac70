/* tests/unit/etherip/types/test_net.c - the schema as a whole: every row of every
 * table, every refused type, and whole configurations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/net.h"

#include "core/model/model.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/selfip.h"
#include "etherip/types/vlangroup.h"
#include "tests/unit/core/model/tablecheck.h"
#include "tests/unit/etherip/types/netconf.h"

static void
every_table_is_sound(void **state)
{
	struct strbuf found = { 0 };

	(void)state;
	strbuf_init(&found);
	tablecheck_schema(&net_schema, &found);
	assert_string_equal(found.text, "");
	strbuf_fini(&found);
}

static void
every_refused_type_says_why(void **state)
{
	(void)state;
	assert_int_equal(confkit_refused(&net_schema), 11);
}

static void
what_is_built_in_is_there(void **state)
{
	static const char *const paths[][2] = {
		{ "cm traffic-group", "/Common/traffic-group-local-only" },
		{ "net tunnels etherip", "/Common/etherip" },
	};
	struct model *m = model_new(&net_schema);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(paths); i++) {
		const struct object *o = model_find_words(m, paths[i][0],
		    paths[i][1]);

		assert_non_null(o);
		assert_true(o->builtin);
	}
	model_free(&m);
}

/* The guide's words of 10.2, and those of today. */
static void
a_tunnel_goes_by_its_old_words(void **state)
{
	struct confkit c;
	char *text;

	(void)state;
	confkit_open_clean(&c, &net_schema, "net tunnel /Common/eip {\n"
	    "local-address 192.0.2.1\nremote-address 192.0.2.2\n}\n");
	text = confkit_written(&c);
	assert_string_equal(text, "net tunnels tunnel /Common/eip {\n"
	    "    local-address 192.0.2.1\n    profile /Common/etherip\n"
	    "    remote-address 192.0.2.2\n}\n");
	free(text);
	confkit_close(&c);
}

/* Something of every type, in the form and order that the writer gives. */
static const char canonical[] =
    "cm traffic-group /Common/traffic-group-1 {\n"
    "    mac 02:01:d7:92:c0:c4\n"
    "}\n"
    "net global-settings {\n"
    "    restart-grace 30\n"
    "}\n"
    "net failover {\n"
    "    enabled\n"
    "    key-file /etc/gtm/pair.key\n"
    "    local-address 192.0.2.1\n"
    "    peer-address 192.0.2.2\n"
    "    preferred-role active\n"
    "}\n"
    "net vlan /Common/v1 {\n"
    "    interfaces {\n"
    "        eth1 { }\n"
    "        eth2 {\n"
    "            tagged\n"
    "        }\n"
    "    }\n"
    "    mtu 9000\n"
    "    tag 7\n"
    "}\n"
    "net tunnels etherip /Common/mine {\n"
    "    defaults-from /Common/etherip\n"
    "}\n"
    "net tunnels tunnel /Common/eip {\n"
    "    disabled\n"
    "    liveness bfd\n"
    "    local-address 10.133.64.245\n"
    "    mode inbound\n"
    "    profile /Common/mine\n"
    "    remote-address 10.133.65.245\n"
    "    tcp-mss off\n"
    "    tos 46\n"
    "}\n"
    "net vlan-group /Common/vg-eip {\n"
    "    bridge-traffic enabled\n"
    "    members {\n"
    "        /Common/eip\n"
    "        /Common/v1\n"
    "    }\n"
    "    mode transparent\n"
    "    proxy-excludes {\n"
    "        10.133.63.2\n"
    "    }\n"
    "}\n"
    "net self /Common/s {\n"
    "    address 10.133.64.245/24\n"
    "    allow-service {\n"
    "        default\n"
    "        tcp:443\n"
    "    }\n"
    "    traffic-group /Common/traffic-group-local-only\n"
    "    vlan /Common/vg-eip\n"
    "}\n"
    "net route /Common/r {\n"
    "    gw 10.133.64.1\n"
    "    network 10.133.65.0/24\n"
    "}\n"
    "net fdb tunnel /Common/eip {\n"
    "    records {\n"
    "        00:50:56:00:00:01 {\n"
    "            endpoint 10.133.65.245\n"
    "        }\n"
    "    }\n"
    "}\n"
    "net fdb vlan /Common/v1 {\n"
    "    records {\n"
    "        00:50:56:00:00:02 {\n"
    "            tag 12\n"
    "        }\n"
    "    }\n"
    "}\n";

static void
what_is_written_reads_back_the_same(void **state)
{
	struct confkit c;
	char *text;

	(void)state;
	confkit_open_clean(&c, &net_schema, canonical);
	text = confkit_written(&c);
	assert_string_equal(text, canonical);
	free(text);
	confkit_close(&c);
}

/* The deployment guide's two sites, step by step as it has them. */
static void
the_guides_sites_load(void **state)
{
	static const struct {
		const char *file, *own, *peer, *vlan;
	} sites[] = {
		{ "tests/data/guide-eip.conf", "10.133.64.245",
		  "10.133.65.245", "/Common/vlan-server1" },
		{ "tests/data/guide-eip-remote.conf", "10.133.65.245",
		  "10.133.64.245", "/Common/vlan-server2" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(sites); i++) {
		char *text = confkit_file(sites[i].file), *again;
		const struct eiptunnel *t;
		struct confkit c;
		struct addr a;

		confkit_open_clean(&c, &net_schema, text);
		t = (const struct eiptunnel *)draft_find(c.d, &eiptunnel_type,
		    "/Common/eip");
		assert_int_equal(addr_parse(sites[i].own, &a), 0);
		assert_true(addr_equal(&t->local_address, &a));
		assert_true(selfip_has(c.d, &a));
		assert_int_equal(addr_parse(sites[i].peer, &a), 0);
		assert_true(addr_equal(&t->remote_address, &a));
		assert_string_equal(vlangroup_of(c.d, "/Common/eip")->obj.name,
		    "/Common/vg-eip");
		assert_ptr_equal(vlangroup_of(c.d, sites[i].vlan),
		    vlangroup_of(c.d, "/Common/eip"));
		again = confkit_written(&c);
		assert_string_equal(again, text);
		free(again);
		free(text);
		confkit_close(&c);
	}
}

static void
the_example_loads(void **state)
{
	char *text = confkit_file("docs/examples/eip.conf");
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &net_schema, text);
	free(text);
	confkit_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_is_sound),
		cmocka_unit_test(every_refused_type_says_why),
		cmocka_unit_test(what_is_built_in_is_there),
		cmocka_unit_test(a_tunnel_goes_by_its_old_words),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(the_guides_sites_load),
		cmocka_unit_test(the_example_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
