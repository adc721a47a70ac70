/* tests/unit/gtmd/plan/test_plan_find.c - the wide IPs that depend on something,
 * each once, however many ways lead there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/strbuf.h"
#include "core/model/model.h"
#include "gtmd/plan/plan_find.h"

/* Their domains, sorted, each with a blank behind it. */
static void
expect_found(const struct graph *g, const struct type *t, const char *name,
    const char *want)
{
	const struct object *o = model_find(graph_model, t, name);
	const char *names[16];
	struct plan_find f;
	struct strbuf b;

	assert_non_null(o);
	strbuf_init(&b);
	strbuf_add(&b, "");
	plan_find_init(&f, g->plan);
	plan_find_object(&f, o);
	plan_find_object(&f, o);	/* once more finds nobody else */
	assert_true(f.count <= OBJ_COUNT(names));
	for (size_t i = 0; i < f.count; i++) {
		size_t at = i;

		for (; at > 0 && strcmp(names[at - 1], f.v[i]->name) > 0; at--)
			names[at] = names[at - 1];
		names[at] = f.v[i]->name;
	}
	for (size_t i = 0; i < f.count; i++)
		strbuf_printf(&b, "%s ", strrchr(names[i], '/') + 1);
	plan_find_fini(&f);
	if (strcmp(b.text, want) != 0)
		fail_msg("%s: %s\nwanted: %s", name, b.text, want);
	strbuf_fini(&b);
}

static void
what_hangs_on_it_is_found_from_every_level(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm wideip a two.test { pools { Local_pool { } } }\n"
	    "gtm wideip a last.test { last-resort-pool a Remote_pool }\n"
	    "gtm pool a idle { members { R:v { } } }\n");
	expect_found(g, &pool_type_a, "/Common/Local_pool",
	    "two.test vmhttp.siterequest.com ");
	expect_found(g, &server_type, "/Common/L",
	    "two.test vmhttp.siterequest.com ");
	expect_found(g, &datacenter_type, "/Common/Remote",
	    "last.test vmhttp.siterequest.com ");
	expect_found(g, &wideip_type_a, "/Common/two.test", "two.test ");
	expect_found(g, &pool_type_a, "/Common/idle", "");
}

static void
dependencies_of_virtual_servers_are_followed_to_their_end(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm datacenter Third { }\n"
	    "gtm server T { datacenter Third\n product generic-host\n"
	    " virtual-servers { v { destination 10.7.7.7:80 } } }\n"
	    "gtm server M { datacenter Remote\n product generic-host\n"
	    " virtual-servers { v { destination 10.8.8.8:80\n"
	    " depends-on { T:v { } } } } }\n"
	    "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80\n"
	    " depends-on { M:v { } } } } }\n");
	expect_found(g, &datacenter_type, "/Common/Third",
	    "vmhttp.siterequest.com ");
	expect_found(g, &server_type, "/Common/M", "vmhttp.siterequest.com ");
}

static void
aliases_of_what_is_found_are_found(void **state)
{
	struct graph *g = *state;

	graph_put(g, "gtm pool cname c1 { members { vmhttp.siterequest.com { }"
	    " } }\n"
	    "gtm wideip cname one.test { pools { c1 { } } }\n"
	    "gtm pool cname c2 { members { one.test { } } }\n"
	    "gtm wideip cname two.test { pools { c2 { } } }\n"
	    "gtm pool cname c3 { members { elsewhere.test {\n"
	    " static-target yes } } }\n"
	    "gtm wideip cname other.test { pools { c3 { } } }\n");
	expect_found(g, &server_type, "/Common/R",
	    "one.test two.test vmhttp.siterequest.com ");
	expect_found(g, &wideip_type_cname, "/Common/one.test",
	    "one.test two.test ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_hangs_on_it_is_found_from_every_level),
		TEST(dependencies_of_virtual_servers_are_followed_to_their_end),
		TEST(aliases_of_what_is_found_are_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
