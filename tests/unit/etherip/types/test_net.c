/* tests/unit/etherip/types/test_net.c - the schema as a whole: every row of every
 * table, every refused type, and whole configurations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/net.h"

#include "core/base/err.h"
#include "core/model/model.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/selfip.h"
#include "etherip/types/vlangroup.h"
#include "tests/unit/core/model/tablecheck.h"
#include "tests/unit/etherip/types/netconf.h"

typedef void table_fn(const struct type *t);

/* Each type with its items' types, as deep as they nest. */
static void
each_table(const struct type *t, table_fn *fn)
{
	fn(t);
	for (const struct prop *p = t->props; p->name != NULL; p++)
		if (p->kind == PROP_ITEMS && p->item != NULL)
			each_table(p->item, fn);
}

static void
each_type(table_fn *fn)
{
	for (size_t i = 0; net_schema.types[i] != NULL; i++)
		each_table(net_schema.types[i], fn);
}

/* Bounds swept, words read back, storage apart: of all rows. */
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
help_is_a_line(const struct type *t)
{
	for (const struct prop *p = t->props; p->name != NULL; p++)
		if (strlen(p->help) > 100 || p->help[strlen(p->help) - 1] == '.')
			fail_msg("%s %s: help", t->words, p->name);
}

static void
every_help_is_a_line(void **state)
{
	(void)state;
	each_type(help_is_a_line);
}

/* Some value that is not the row's default. */
static const char *
other_value(const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM:
		return strcmp(p->dflt, p->names[0]) == 0 ? p->names[1] :
		    p->names[0];
	case PROP_U32: case PROP_U64:
		return strcmp(p->dflt, "1") == 0 ? "2" : "1";
	case PROP_STRING: case PROP_STRINGS: case PROP_REF: case PROP_REFS:
		return "x";
	case PROP_ITEMS:
		return "";
	case PROP_BITS: case PROP_ADDR: case PROP_ADDRPORT:
	case PROP_TYPEDREF: case PROP_PAIRS: case PROP_RULE:
		break;
	}
	return NULL;
}

static void
refused_rows_take_their_default_alone(const struct type *t)
{
	for (const struct prop *p = t->props; p->name != NULL; p++) {
		struct object *o;
		const char *other;
		char want[300];
		struct err e;

		if (p->refused == NULL)
			continue;
		o = object_new(t, "x");
		if (prop_set(p, o, p->dflt != NULL ? p->dflt : "none", &e) != 0)
			fail_msg("%s %s: %s", t->words, p->name, e.text);
		other = other_value(p);
		assert_non_null(other);
		if (prop_set(p, o, other, &e) != ERR_UNSUPPORTED)
			fail_msg("%s %s takes %s", t->words, p->name, other);
		(void)snprintf(want, sizeof(want), "not supported yet: %s: %s",
		    p->name, p->refused);
		assert_string_equal(e.text, want);
		object_unref(&o);
	}
}

static void
every_refused_row_says_why(void **state)
{
	(void)state;
	each_type(refused_rows_take_their_default_alone);
}

static void
every_refused_type_says_why(void **state)
{
	char text[256], want[512];
	const struct confkit_case k = { .text = text, .want = want };
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; net_schema.types[i] != NULL; i++) {
		const struct type *t = net_schema.types[i];

		if (t->refused == NULL)
			continue;
		refused++;
		(void)snprintf(text, sizeof(text), "%s /Common/x { }\n",
		    t->words);
		(void)snprintf(want, sizeof(want), "1:1: error: %s /Common/x: "
		    "not supported yet: %s", t->words, t->refused);
		confkit_expect(&net_schema, &k);
	}
	assert_int_equal(refused, 11);
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
		cmocka_unit_test(every_help_is_a_line),
		cmocka_unit_test(every_refused_row_says_why),
		cmocka_unit_test(every_refused_type_says_why),
		cmocka_unit_test(what_is_built_in_is_there),
		cmocka_unit_test(a_tunnel_goes_by_its_old_words),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(the_guides_sites_load),
		cmocka_unit_test(the_example_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
