/* tests/unit/wom/types/test_wom.c - the schema as a whole: every row of every
 * table, every refused type, and whole configurations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/wom.h"

#include "core/model/model.h"
#include "tests/unit/core/model/tablecheck.h"
#include "tests/unit/wom/types/womconf.h"
#include "wom/types/advertisedroute.h"
#include "wom/types/localendpoint.h"
#include "wom/types/optimizedapp.h"
#include "wom/types/remoteendpoint.h"

static void
every_table_is_sound(void **state)
{
	struct strbuf found = { 0 };

	(void)state;
	strbuf_init(&found);
	tablecheck_schema(&wom_schema, &found);
	assert_string_equal(found.text, "");
	strbuf_fini(&found);
}

static void
every_refused_type_says_why(void **state)
{
	(void)state;
	assert_int_equal(confkit_refused(&wom_schema), 2);
}

/* What tmsh enumerates as components of wom, and the profiles of ltm that it
 * needs: each is a type of ours or refused by name. */
static void
no_component_of_f5_is_unknown(void **state)
{
	static const char *const words[] = {
		"wom advertised-route", "wom deduplication",
		"wom endpoint-discovery", "wom local-endpoint",
		"wom profile cifs", "wom profile isession", "wom profile mapi",
		"wom remote-endpoint", "wom server-discovery",
		"ltm profile client-ssl", "ltm profile server-ssl",
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(words); i++)
		if (schema_find(&wom_schema, words[i]) == NULL)
			fail_msg("%s", words[i]);
}

static void
built_in_profiles_are_there(void **state)
{
	static const char *const paths[][2] = {
		{ "ltm profile client-ssl", "/Common/clientssl" },
		{ "ltm profile client-ssl", "/Common/wom-default-clientssl" },
		{ "ltm profile server-ssl", "/Common/serverssl" },
		{ "ltm profile server-ssl", "/Common/wom-default-serverssl" },
		{ "wom profile isession", "/Common/isession" },
		{ "wom profile isession", "/Common/isession-encrypt" },
		{ "wom profile isession", "/Common/isession-softwoc" },
	};
	struct model *m = model_new(&wom_schema);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(paths); i++) {
		const struct object *o = model_find_words(m, paths[i][0],
		    paths[i][1]);

		assert_non_null(o);
		assert_true(o->builtin);
	}
	model_free(&m);
}

/* Something of every type, in the form and order that the writer gives. */
static const char canonical[] =
    "ltm profile client-ssl /Common/in {\n"
    "    ca-file ca.pem\n"
    "    cert c.pem\n"
    "    defaults-from /Common/clientssl\n"
    "    key k.pem\n"
    "    peer-fingerprints {\n"
    "        " WOM_PRINT "\n"
    "    }\n"
    "}\n"
    "ltm profile server-ssl /Common/out {\n"
    "    authenticate-name \"a b\"\n"
    "    ca-file ca.pem\n"
    "    cert c.pem\n"
    "    defaults-from /Common/wom-default-serverssl\n"
    "    key k.pem\n"
    "}\n"
    "wom global-settings {\n"
    "    congestion-control system\n"
    "    lan-vlans {\n"
    "        eth1\n"
    "    }\n"
    "    threads 2\n"
    "}\n"
    "wom deduplication {\n"
    "    disabled\n"
    "    disk-cache-path /var/lib/wom\n"
    "    disk-cache-size 1024\n"
    "}\n"
    "wom endpoint-discovery {\n"
    "    mode enable-icmp\n"
    "}\n"
    "wom server-discovery {\n"
    "    filter-mode include\n"
    "    subnet-filter {\n"
    "        10.0.0.0/8\n"
    "    }\n"
    "}\n"
    "wom local-endpoint {\n"
    "    addresses {\n"
    "        192.0.2.9\n"
    "        2001:db8::9\n"
    "    }\n"
    "    client-ssl /Common/in\n"
    "    no-route drop\n"
    "    server-ssl /Common/out\n"
    "}\n"
    "wom remote-endpoint /Common/r {\n"
    "    address 2001:db8::1\n"
    "    allow-routing disabled\n"
    "    connections 8\n"
    "    origin persistable\n"
    "    snat remote\n"
    "}\n"
    "wom advertised-route \"/Common/not these\" {\n"
    "    dest 10.1.0.0/16\n"
    "    include disabled\n"
    "    metric 7\n"
    "    remote-endpoints {\n"
    "        /Common/r\n"
    "    }\n"
    "}\n"
    "wom profile isession /tenant/app/fast {\n"
    "    adaptive-compression disabled\n"
    "    compression-level 3\n"
    "    defaults-from /Common/isession-softwoc\n"
    "}\n"
    "wom optimized-application /Common/a {\n"
    "    disabled\n"
    "    ports {\n"
    "        49152-49215\n"
    "        902\n"
    "    }\n"
    "    profile /tenant/app/fast\n"
    "}\n"
    "wom optimized-application /Common/b {\n"
    "    destination 10.0.0.1:8000\n"
    "    listen 127.0.0.1:8000\n"
    "    mode explicit\n"
    "}\n";

static void
what_is_written_reads_back_the_same(void **state)
{
	struct confkit c;
	char *text;

	(void)state;
	confkit_open_clean(&c, &wom_schema, canonical);
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
		const char	*file, *own, *peer, *peer_name, *network;
	} sites[] = {
		{ "tests/data/guide-wom.conf", "10.133.57.141",
		  "10.133.58.141", "/Common/10.133.58.141", "10.133.39.0/24" },
		{ "tests/data/guide-wom-remote.conf", "10.133.58.141",
		  "10.133.57.141", "/Common/10.133.57.141", "10.133.56.0/24" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(sites); i++) {
		char *text = confkit_file(sites[i].file), *again;
		const struct remoteendpoint *r;
		struct confkit c;
		struct addr a;

		confkit_open_clean(&c, &wom_schema, text);
		assert_int_equal(addr_parse(sites[i].own, &a), 0);
		assert_true(localendpoint_has((const struct localendpoint *)
		    draft_find(c.d, &localendpoint_type, NULL), &a));
		r = (const struct remoteendpoint *)draft_find(c.d,
		    &remoteendpoint_type, sites[i].peer_name);
		assert_int_equal(addr_parse(sites[i].peer, &a), 0);
		assert_true(addr_equal(&r->address, &a) && r->allow_routing);
		assert_string_equal(((const struct advertisedroute *)draft_find(
		    c.d, &advertisedroute_type, "/Common/client-network"))->dest,
		    sites[i].network);
		assert_true(strlist_has(&((const struct optimizedapp *)
		    draft_find(c.d, &optimizedapp_type,
		    "/Common/vmware-vmotion"))->ports, "8000"));
		again = confkit_written(&c);
		assert_string_equal(again, text);
		free(again);
		free(text);
		confkit_close(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_table_is_sound),
		cmocka_unit_test(every_refused_type_says_why),
		cmocka_unit_test(no_component_of_f5_is_unknown),
		cmocka_unit_test(built_in_profiles_are_there),
		cmocka_unit_test(what_is_written_reads_back_the_same),
		cmocka_unit_test(the_guides_sites_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
