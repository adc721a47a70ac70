/* tests/unit/gtmd/control/test_control_share.c - which wide IPs a write concerns, and
 * how many are told of. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/control/trust.h"

#include "core/base/strbuf.h"
#include "core/model/model.h"
#include "gtmd/control/control_share.h"
#include "gtmd/plan/plan_find.h"

static int
start(void **state)
{
	static struct trust t;

	trust_start(&t);
	graph_put(&t.graph, GUIDE(""));
	*state = &t;
	return 0;
}

static int
stop(void **state)
{
	trust_stop(*state);
	return 0;
}

static size_t
concerned(const struct trust *t, const struct type *type, const char *name)
{
	const struct object *o = model_find(graph_model, type, name);
	struct plan_find f;
	size_t n;

	assert_non_null(o);
	plan_find_init(&f, t->graph.plan);
	plan_find_object(&f, o);
	n = f.count;
	plan_find_fini(&f);
	return n;
}

static void
whatever_a_wide_ip_hangs_on_concerns_it(void **state)
{
	struct trust *t = *state;

	graph_put(&t->graph, "gtm server D { datacenter Remote\n"
	    " product generic-host\n virtual-servers {\n"
	    " d { destination 10.9.9.9:80 } } }\n"
	    "gtm server L { datacenter Local\n product generic-host\n"
	    " virtual-servers { v { destination 10.133.39.51:80\n"
	    " depends-on { L:w { } } }\n"
	    " w { destination 10.133.39.52:80\n depends-on { D:d { } } } } }\n"
	    "gtm pool cname lead { members { vmhttp.siterequest.com { } } }\n"
	    "gtm wideip cname go.test { pools { lead { } } }\n"
	    "gtm pool a idle { }\n");
	assert_int_equal(concerned(t, &wideip_type_cname, "/Common/go.test"),
	    1);
	assert_int_equal(concerned(t, &wideip_type_a, WIDE), 2);
	assert_int_equal(concerned(t, &pool_type_a, "/Common/Local_pool"), 2);
	assert_int_equal(concerned(t, &server_type, "/Common/R"), 2);
	assert_int_equal(concerned(t, &server_type, "/Common/D"), 2);
	assert_int_equal(concerned(t, &datacenter_type, "/Common/Local"), 2);
	assert_int_equal(concerned(t, &pool_type_a, "/Common/idle"), 0);
	assert_null(control_share_of(t->graph.plan, model_find(graph_model,
	    &pool_type_a, "/Common/idle")));
}

static void
so_many_are_told_and_the_rest_is_counted(void **state)
{
	struct trust *t = *state;
	struct strbuf b;
	struct json *j;

	strbuf_init(&b);
	for (int i = 0; i < CONTROL_SHARE_WIDES_MAX + 4; i++)
		strbuf_printf(&b, "gtm wideip a w%d.test { pools { Local_pool "
		    "{ } Remote_pool { order 1 } } }\n", i);
	graph_put(&t->graph, b.text);
	strbuf_fini(&b);
	j = control_share_of(t->graph.plan, model_find(graph_model,
	    &datacenter_type, "/Common/Local"));
	assert_int_equal(json_count(j), CONTROL_SHARE_WIDES_MAX + 1);
	assert_int_equal(json_get_int(json_find(json_item(j,
	    CONTROL_SHARE_WIDES_MAX), "more")), 5);
	json_free(&j);
}

static void
what_comes_in_the_place_of_members_is_named(void **state)
{
	static const struct { const char *change, *want; } rows[] = {
		{ "gtm pool a Local_pool { load-balancing-mode fallback-ip\n"
		  " fallback-ip 192.0.2.9 }",
		  "/Common/Local_pool fallback-ip 1 1/1" },
		{ "gtm pool a Local_pool { load-balancing-mode drop-packet }",
		  "/Common/Local_pool drop-packet 1 1/1" },
		{ "gtm pool a Local_pool { fallback-mode none }\n"
		  "gtm pool a Remote_pool { fallback-mode none }",
		  "failure-policy 1 1/1" },
		{ "gtm wideip a vmhttp.siterequest.com { disabled }",
		  "zones 1 1/1" },
	};
	struct trust *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct asker nobody = { .scope = 0 };
		char text[2048];
		struct json *j;

		graph_put(&t->graph, rows[i].change);
		j = control_share_wide(graph_wide(&t->graph, WIDE_A, WIDE),
		    &nobody);
		assert_string_equal(trust_shares(j, text), rows[i].want);
		json_free(&j);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(whatever_a_wide_ip_hangs_on_concerns_it),
		CASE(so_many_are_told_and_the_rest_is_counted),
		CASE(what_comes_in_the_place_of_members_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
