/* tests/unit/gtmd/types/test_vskey.c - how members name virtual servers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/vskey.h"

#include "core/base/err.h"
#include "core/model/model.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/server.h"
#include "tests/unit/gtmd/types/conf.h"

#define MEMBERS(lines)	"gtm pool a /Common/p {\nmembers {\n" lines "}\n}\n"

/* What a member was written as, and what it is after settling. */
static void
a_member_gets_its_full_key(void **state)
{
	static const struct {
		const char	*written, *settled;
		size_t		 server_len;
	} cases[] = {
		{ "/Common/s:a", "/Common/s:a", 9 },
		{ "s:a", "/Common/s:a", 9 },
		{ "10.0.0.1:80", "/Common/s:a", 9 },
		{ "s:vs81", "/Common/s:/Common/vs81", 9 },
		{ "10.0.0.81:80", "/Common/s:/Common/vs81", 9 },
		{ "/Common/s:/Common/a", "/Common/s:a", 9 },
		{ "\"/Common/s:with blank\"", "/Common/s:with blank", 9 },
		{ "s:t:u:v/w", "/Common/s:t:u:v/w", 11 },
		{ "10.0.1.1:80", "/Common/s:t:u:v/w", 11 },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pool *p;
		struct conf c;

		(void)snprintf(text, sizeof(text), MEMBERS("%s { }\n"),
		    cases[i].written);
		conf_open(&c, text);
		assert_int_equal(c.diag.count, 0);
		p = (const struct pool *)draft_find(c.d, &pool_type_a,
		    "/Common/p");
		assert_int_equal(p->members.count, 1);
		assert_string_equal(p->members.v[0]->name, cases[i].settled);
		assert_int_equal(((const struct pool_member *)
		    p->members.v[0])->server_len, cases[i].server_len);
		conf_close(&c);
	}
}

static void
a_key_that_means_nothing_or_much_is_told(void **state)
{
	static const struct conf_case cases[] = {
		{ MEMBERS("10.0.0.2:80 { }\n"), "3:1: error: pool /Common/p: "
		  "pool member 10.0.0.2:80: 10.0.0.2:80 is the destination "
		  "of /Common/s" },
		{ MEMBERS("10.0.0.2:80 { }\n"),
		  ":b: name the one that is meant" },
		{ MEMBERS("10.9.9.9:80 { }\n"), "3:1: error: pool /Common/p: "
		  "pool member 10.9.9.9:80: no virtual server has the "
		  "destination 10.9.9.9:80" },
		{ MEMBERS("10.0.0.1:81 { }\n"), "no virtual server has the" },
		{ MEMBERS("nonsense { }\n"), "pool member nonsense: "
		  "\"nonsense\" is not SERVER:VIRTUAL-SERVER or ADDRESS:PORT" },
		{ MEMBERS("s:a { }\n10.0.0.1:80 { }\n"),
		  "pool member /Common/s:a: /Common/s:a is there twice" },
		{ MEMBERS("none:a { }\n"), "3:1: error: pool /Common/p: pool "
		  "member /Common/none:a: there is no gtm server "
		  "/Common/none" },
		{ MEMBERS("s:t:none { }\n"), "pool member /Common/s:t:none: "
		  "gtm server /Common/s:t has no \"none\"" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
take(const struct conf *c, struct model *m, const struct type *t,
    const char *name)
{
	struct object *o = object_ref(draft_edit(c->d, t, name));

	model_put(m, &o);
}

/* The draft's objects as a model of their own. */
static struct model *
commit(const struct conf *c)
{
	struct model *m = model_new(&gtm_schema);

	take(c, m, &datacenter_type, "/Common/dc");
	take(c, m, &server_type, "/Common/s");
	take(c, m, &server_type, "/Common/s:t");
	take(c, m, &pool_type_a, "/Common/p");
	return m;
}

/* The server is remembered by its name: when it goes, the pool is asked, though
 * the key up to its first ':' reads as another server that stays. */
static void
a_server_in_use_cannot_go(void **state)
{
	struct model *m;
	struct conf c;
	struct err e;
	char *found;

	(void)state;
	conf_open_clean(&c, MEMBERS("/Common/s:t:b { }\n"));
	m = commit(&c);
	draft_free(&c.d);
	c.d = draft_new(&gtm_schema, m);
	assert_int_equal(draft_delete(c.d, &server_type, "/Common/s:t", &e),
	    0);
	assert_int_equal(draft_check(c.d, &c.diag), ERR_REF);
	found = conf_findings(&c);
	assert_non_null(strstr(found, "server /Common/s:t: cannot be deleted, "
	    "in use by pool /Common/p"));
	free(found);
	conf_close(&c);
	model_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_gets_its_full_key),
		cmocka_unit_test(a_key_that_means_nothing_or_much_is_told),
		cmocka_unit_test(a_server_in_use_cannot_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
