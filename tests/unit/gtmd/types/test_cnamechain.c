/* tests/unit/gtmd/types/test_cnamechain.c - CNAMEs that lead back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/cnamechain.h"

#include "tests/unit/gtmd/types/conf.h"

#define POOL(name, target)						\
	"gtm pool cname " name " { members { " target " { } } }\n"
#define WIDE(name, pool)						\
	"gtm wideip cname " name " { pools { " pool " { } } }\n"
#define LAST(type, name, pool)						\
	"gtm pool " type " empty { }\ngtm wideip " type " " name " {\n"	\
	"last-resort-pool cname " pool "\npools { empty { } }\n}\n"

static void
a_name_is_not_its_own_target(void **state)
{
	static const struct conf_case cases[] = {
		{ WIDE("a.x", "p") POOL("p", "a.x"), "1:1: error: wide IP "
		  "/Common/a.x: pools: a member is its own name: the CNAME "
		  "leads nowhere" },
		{ WIDE("a.x", "p") POOL("p", "A.X."), "is its own name" },
		{ WIDE("\"*.x\"", "p") POOL("p", "a.x"), "is its own name" },
		{ LAST("a", "a.x", "p") POOL("p", "a.x"), "is its own name" },
		/* The exact name answers in front of the pattern. */
		{ "gtm pool a e { }\ngtm wideip a b.x { pools { e { } } }\n"
		  WIDE("\"*.x\"", "p") POOL("p", "b.x"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_longer_way_round_is_warned_of(void **state)
{
	static const char ring[] = WIDE("a.x", "p") POOL("p", "b.x")
	    WIDE("b.x", "q") POOL("q", "c.x") WIDE("c.x", "r")
	    POOL("r", "a.x") WIDE("d.x", "p");
	static const char standby[] = LAST("a", "a.x", "p") POOL("p", "b.x")
	    "gtm wideip a b.x {\nlast-resort-pool cname q\n"
	    "pools { empty { } }\n}\n" POOL("q", "a.x");
	struct conf c;
	char *found;

	(void)state;
	conf_open(&c, ring);
	found = conf_findings(&c);
	assert_string_equal(found,
	    "1:1: warning: wide IP /Common/a.x: pools: the CNAME may lead back "
	    "to it through wide IP /Common/c.x\n"
	    "3:1: warning: wide IP /Common/b.x: pools: the CNAME may lead back "
	    "to it through wide IP /Common/a.x\n"
	    "5:1: warning: wide IP /Common/c.x: pools: the CNAME may lead back "
	    "to it through wide IP /Common/b.x\n");
	free(found);
	conf_close(&c);
	conf_open(&c, standby);
	assert_int_equal(c.diag.errors, 0);
	assert_int_equal(c.diag.warnings, 2);
	conf_close(&c);
}

static void
chains_that_end_are_left_alone(void **state)
{
	static const struct conf_case cases[] = {
		{ WIDE("a.x", "p") POOL("p", "b.x") WIDE("b.x", "q")
		  POOL("q", "c.x") LAST("a", "c.x", "r")
		  "gtm pool cname r { }\n", NULL },
		/* Two ways to one end are no ring. */
		{ "gtm wideip cname a.x { pools { p { } q { } } }\n"
		  POOL("p", "b.x") POOL("q", "b.x") LAST("a", "b.x", "r")
		  "gtm pool cname r { }\n", NULL },
		{ WIDE("a.x", "p") "gtm pool cname p { members { a.y {\n"
		  "static-target yes\n} } }\n", NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_not_its_own_target),
		cmocka_unit_test(a_longer_way_round_is_warned_of),
		cmocka_unit_test(chains_that_end_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
