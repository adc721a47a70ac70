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

/* Two daemons, of which the second has these answers, and what the shell makes
 * of them. */
struct pair {
	struct shelldaemon *gtm, *etherip;
	struct branch_set b;
	struct catalog	*c;
};

static void
pair_open(struct pair *p, const struct shelldaemon_answer *net)
{
	p->gtm = shelldaemon_new(NULL);
	p->etherip = shelldaemon_new(net);
	p->c = NULL;
	assert_int_equal(setenv("GTMSH_NET_SOCKET",
	    shelldaemon_socket(p->etherip), 1), 0);
	branch_set_init(&p->b, shelldaemon_socket(p->gtm));
}

static void
pair_close(struct pair *p)
{
	catalog_free(&p->c);
	branch_set_fini(&p->b);
	shelldaemon_free(&p->etherip);
	shelldaemon_free(&p->gtm);
}

static void
a_path_belongs_to_its_branch(void **state)
{
	static const struct { const char *path; int which; } step[] = {
		{ "/mgmt/tm/gtm/pool/a", 0 }, { "/mgmt/tm/net/vlan", 1 },
		{ "/mgmt/tm/net/", 1 }, { "/mgmt/tm/net?x", 1 },
		{ "/mgmt/tm/net", 1 }, { "/mgmt/tm/wom/deduplication", 2 },
		{ "/mgmt/tm/network/x", 0 }, { "/mgmt/tm/sys/config", 0 },
		{ "/mgmt/tm/", 0 }, { "/x", 0 },
		{ "/mgmt/tm/ltm/profile/client-ssl", 2 },
		{ "/mgmt/tm/ltmx", 0 }, { "/mgmt/tm/wom", 2 },
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
	assert_int_equal(branch_find("wom"), 2);
	assert_int_equal(branch_find("ltm"), 2);
	branch_set_fini(&b);
}

static void
what_is_learnt_joins_the_catalogue_once(void **state)
{
	static const struct shelldaemon_answer net[] = {
		{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct pair p;
	struct err e;
	size_t count;

	(void)state;
	pair_open(&p, net);
	assert_int_equal(branch_learn(&p.b, 1, &p.c, &e), 0);
	assert_int_equal(p.c->count, 2);
	/* What is no branch's is asked of who is there. */
	assert_ptr_equal(branch_client(&p.b, "/mgmt/tm/sys/config"),
	    p.b.v[1].client);
	assert_int_equal(branch_learn(&p.b, BRANCH_GTM, &p.c, &e), 0);
	assert_ptr_equal(branch_client(&p.b, "/mgmt/tm/sys/config"),
	    p.b.v[BRANCH_GTM].client);
	count = p.c->count;
	assert_true(count > 10);
	assert_int_equal(branch_learn(&p.b, 1, &p.c, &e), 0);
	assert_int_equal(p.c->count, count);
	assert_non_null(catalog_find(p.c, "net vlan-group"));
	assert_non_null(catalog_find(p.c, "gtm pool a"));
	pair_close(&p);
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
	struct pair p;
	struct err e;
	size_t count;

	(void)state;
	assert_int_equal(setenv("GTMSH_WOM_SOCKET", "/nowhere/w", 1), 0);
	pair_open(&p, odd);
	assert_int_equal(branch_learn(&p.b, 1, &p.c, &e), ERR_PARSE);
	assert_null(p.c);
	assert_int_equal(branch_learn(&p.b, BRANCH_GTM, &p.c, &e), 0);
	count = p.c->count;
	assert_int_equal(branch_learn(&p.b, 1, &p.c, &e), ERR_PARSE);
	assert_string_equal(e.text, "net: etheripd cannot be asked: what the "
	    "daemon says of its objects is not of the form that this shell "
	    "knows");
	assert_int_equal(p.c->count, count);
	assert_null(catalog_find(p.c, "net vlan"));
	assert_int_equal(branch_learn(&p.b, 2, &p.c, &e), ERR_IO);
	assert_string_equal(e.text, "wom: womd cannot be asked: /nowhere/w: "
	    "No such file or directory");
	pair_close(&p);
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
