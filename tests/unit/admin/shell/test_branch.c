/* tests/unit/admin/shell/test_branch.c - which daemon a path belongs to, and
 * what is learnt of it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/branch.h"
#include "admin/shell/catalog.h"
#include "core/base/err.h"
#include "tests/unit/admin/shell/shelldaemon.h"

static void
a_path_belongs_to_its_branch(void **state)
{
	static const struct { const char *path; int which; } step[] = {
		{ "/mgmt/tm/gtm/pool/a", 0 }, { "/mgmt/tm/net/vlan", 1 },
		{ "/mgmt/tm/net/", 1 }, { "/mgmt/tm/net?x", 1 },
		{ "/mgmt/tm/net", 1 }, { "/mgmt/tm/wom/deduplication", 2 },
		{ "/mgmt/tm/network/x", 0 }, { "/mgmt/tm/sys/config", 0 },
		{ "/mgmt/tm/", 0 }, { "/x", 0 },
	};
	struct branch_set b;

	(void)state;
	branch_set_init(&b, "/nowhere/gtm.sock");
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++)
		if (branch_client(&b, step[i].path) !=
		    b.v[step[i].which].client)
			fail_msg("%s", step[i].path);
	assert_int_equal(branch_find("net"), 1);
	assert_int_equal(branch_find("ne"), -1);
	branch_set_fini(&b);
}

static void
what_is_learnt_joins_the_catalogue_once(void **state)
{
	static const struct shelldaemon_answer net[] = {
		{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shelldaemon *gtm = shelldaemon_new(NULL);
	struct shelldaemon *etherip = shelldaemon_new(net);
	struct catalog *c = NULL;
	struct branch_set b;
	struct err e;
	size_t count;

	(void)state;
	assert_int_equal(setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etherip),
	    1), 0);
	branch_set_init(&b, shelldaemon_socket(gtm));
	assert_int_equal(branch_learn(&b, 1, &c, &e), 0);
	assert_int_equal(c->count, 2);
	assert_int_equal(branch_learn(&b, BRANCH_GTM, &c, &e), 0);
	count = c->count;
	assert_true(count > 10);
	assert_int_equal(branch_learn(&b, 1, &c, &e), 0);
	assert_int_equal(c->count, count);
	assert_non_null(catalog_find(c, "net vlan-group"));
	assert_non_null(catalog_find(c, "gtm pool a"));
	catalog_free(&c);
	branch_set_fini(&b);
	shelldaemon_free(&etherip);
	shelldaemon_free(&gtm);
}

static void
a_document_of_another_form_changes_nothing(void **state)
{
	static const struct shelldaemon_answer odd[] = {
		{ "GET /mgmt/tm/net/describe", 200, "{\"types\":[{\"words\":"
		  "\"net vlan\",\"path\":\"/p\",\"naming\":\"named\"},"
		  "{\"words\":\"net x\"}]}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shelldaemon *gtm = shelldaemon_new(NULL);
	struct shelldaemon *etherip = shelldaemon_new(odd);
	struct catalog *c = NULL;
	struct branch_set b;
	struct err e;
	size_t count;

	(void)state;
	assert_int_equal(setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etherip),
	    1), 0);
	assert_int_equal(setenv("GTMSH_WOM_SOCKET", "/nowhere/w", 1), 0);
	branch_set_init(&b, shelldaemon_socket(gtm));
	assert_int_equal(branch_learn(&b, 1, &c, &e), ERR_PARSE);
	assert_null(c);
	assert_int_equal(branch_learn(&b, BRANCH_GTM, &c, &e), 0);
	count = c->count;
	assert_int_equal(branch_learn(&b, 1, &c, &e), ERR_PARSE);
	assert_string_equal(e.text, "net: etheripd cannot be asked: what the "
	    "daemon says of its objects is not of the form that this shell "
	    "knows");
	assert_int_equal(c->count, count);
	assert_null(catalog_find(c, "net vlan"));
	assert_int_equal(branch_learn(&b, 2, &c, &e), ERR_IO);
	assert_string_equal(e.text, "wom: womd cannot be asked: /nowhere/w: "
	    "No such file or directory");
	catalog_free(&c);
	branch_set_fini(&b);
	shelldaemon_free(&etherip);
	shelldaemon_free(&gtm);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_belongs_to_its_branch),
		cmocka_unit_test(what_is_learnt_joins_the_catalogue_once),
		cmocka_unit_test(a_document_of_another_form_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
