/* tests/unit/gtmd/control/test_control_explain.c - why a name is answered as it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/control/trust.h"

#include <math.h>

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

static struct json *
explain(const struct trust *t, const char *body)
{
	char text[512] = "";
	int status;
	struct json *j = trust_explain(t, body, &status, text);

	if (j == NULL)
		fail_msg("%s: %d %s", body, status, text);
	return j;
}

static const char *
text_at(const struct json *j, const char *list, size_t i, const char *key)
{
	const char *text = json_get_text(json_find(json_item(json_find(j,
	    list), i), key));

	return text != NULL ? text : "";
}

static const char *
answer_of(const struct json *j)
{
	const struct json *r = json_find(j, "reply");
	const char *text = json_get_text(json_item(json_find(r, "answer"), 0));

	return text != NULL ? text : "";
}

static void
each_pool_and_member_has_its_reason(void **state)
{
	static const struct {
		const char *change, *pool[2], *member[2];
	} rows[] = {
		{ "", { "Chosen 1 of 1 times by global-availability",
		    "A pool before it answers" },
		  { "Chosen 1 of 1 times by preferred method round-robin",
		    "Its pool is not chosen" } },
		{ "gtm pool a Local_pool { disabled\n members { L:v { } } }",
		  { "The pool is disabled",
		    "Chosen 1 of 1 times by global-availability" },
		  { "Its pool is not chosen",
		    "Chosen 1 of 1 times by preferred method round-robin" } },
		{ "gtm pool a Local_pool { members { L:v { disabled } } }",
		  { "No enabled pool members available",
		    "Chosen 1 of 1 times by global-availability" },
		  { "The member is disabled",
		    "Chosen 1 of 1 times by preferred method round-robin" } },
		{ "gtm pool a Local_pool { members { L:v { } } }\n"
		  "gtm datacenter Local { disabled }",
		  { "No enabled pool members available",
		    "Chosen 1 of 1 times by global-availability" },
		  { "Its virtual server, server or data center is disabled",
		    "Chosen 1 of 1 times by preferred method round-robin" } },
		{ "gtm datacenter Local { }\n"
		  "gtm wideip a vmhttp.siterequest.com { pool-lb-mode ratio\n"
		  " pools { Local_pool { ratio 3 } Remote_pool { order 1\n"
		  " ratio 0 } } }",
		  { "Chosen 1 of 1 times by ratio",
		    "Its ratio in the wide IP is 0" },
		  { "Chosen 1 of 1 times by preferred method round-robin",
		    "Its pool is not chosen" } },
		{ "gtm wideip a vmhttp.siterequest.com {\n"
		  " min-active-members 1\n pool-lb-mode ratio\n"
		  " pools { Local_pool { priority-group 5 }\n"
		  " Remote_pool { order 1 } } }",
		  { "Chosen 1 of 1 times by ratio", "Priority group 0 waits: "
		    "the groups above it have 1 members up" },
		  { "Chosen 1 of 1 times by preferred method round-robin",
		    "Its pool is not chosen" } },
	};
	struct trust *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct json *j;

		graph_put(&t->graph, rows[i].change);
		j = explain(t, "{\"name\": \"vmhttp.siterequest.com\"}");
		for (size_t p = 0; p < 2; p++) {
			const struct json *pool = json_item(json_find(j,
			    "pools"), p);

			assert_string_equal(text_at(j, "pools", p, "why"),
			    rows[i].pool[p]);
			assert_string_equal(text_at(pool, "members", 0, "why"),
			    rows[i].member[p]);
		}
		json_free(&j);
	}
}

static void
a_member_that_is_down_says_what_the_monitor_said(void **state)
{
	struct trust *t = *state;
	struct json *j;

	fakes_health("web", LOCAL, HEALTH_DOWN);
	j = explain(t, "{\"name\": \"" WIDE "\"}");
	assert_string_equal(text_at(json_item(json_find(j, "pools"), 0),
	    "members", 0, "why"), " Monitor /Common/web : down");
	assert_string_equal(answer_of(j),
	    "vmhttp.siterequest.com. 15 IN A 10.133.56.51");
	json_free(&j);
}

static void
fractions_are_exact(void **state)
{
	struct trust *t = *state;
	char text[2048];
	struct json *j;

	graph_put(&t->graph, "gtm pool a Local_pool { ttl 15\n"
	    " load-balancing-mode ratio\n"
	    " members { L:v { ratio 2 } R:v { member-order 1\n ratio 1 } } }\n"
	    "gtm wideip a vmhttp.siterequest.com { pool-lb-mode ratio\n"
	    " pools { Local_pool { ratio 3 }\n"
	    " Remote_pool { order 1\n ratio 4 } } }\n");
	j = explain(t, "{\"name\": \"" WIDE "\", \"client\": \"10.0.0.0/8\"}");
	assert_string_equal(trust_shares(json_find(j, "shares"), text),
	    "/Common/Local_pool /Common/L:v 0.285714 2/7; "
	    "/Common/Local_pool /Common/R:v 0.142857 1/7; "
	    "/Common/Remote_pool /Common/R:v 0.571429 4/7");
	assert_string_equal(json_get_text(json_find(j, "client")),
	    "10.0.0.0/8");
	assert_int_equal(json_get_int(json_find(j, "scope")), 0);
	json_free(&j);
}

/* Ratios whose sum is too large for a written-out rotation. */
static void
long_lines_sum_up_to_one(void **state)
{
	struct trust *t = *state;
	double sum = 0;
	struct json *j;

	graph_put(&t->graph, "gtm pool a Local_pool {\n"
	    " load-balancing-mode ratio\n"
	    " members { L:v { ratio 65535 } R:v { member-order 1\n"
	    " ratio 4 } } }\n");
	j = explain(t, "{\"name\": \"" WIDE "\"}");
	for (size_t i = 0; i < 2; i++)
		sum += json_get_real(json_find(json_item(json_find(j,
		    "shares"), i), "share"));
	assert_true(fabs(sum - 1) < 1e-9);
	assert_true(fabs(json_get_real(json_find(json_item(json_find(j,
	    "shares"), 1), "share")) - 4.0 / 65539) < 1e-9);
	json_free(&j);
}

static void
names_without_a_wide_ip_say_why(void **state)
{
	static const struct {
		const char *name, *decides, *why, *rcode;
	} rows[] = {
		{ "www.siterequest.com", "zone", "The zone siterequest.com has "
		    "records of this type", "NOERROR" },
		{ "none.siterequest.com", "zone", "The zone siterequest.com "
		    "has no such name", "NXDOMAIN" },
		{ "siterequest.com", "zone", "The zone siterequest.com has the "
		    "name, but no record of this type", "NOERROR" },
		{ "a.cut.siterequest.com", "zone", "The zone siterequest.com "
		    "delegates the name to others", "NOERROR" },
		{ "far.siterequest.com", "zone", "The zone siterequest.com has "
		    "an alias there", "NOERROR" },
		{ "elsewhere.test", "nobody", "No wide IP has this name and it "
		    "is in no zone that is served here", "REFUSED" },
		{ "off.siterequest.com", "zone", "Wide IP "
		    "/Common/off.siterequest.com is disabled. The zone "
		    "siterequest.com has the name, but no record of this "
		    "type", "NOERROR" },
	};
	struct trust *t = *state;

	graph_put(&t->graph, "gtm wideip a off.siterequest.com { disabled\n"
	    " pools { Local_pool { } } }\n");
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		char body[200];
		struct json *j;

		(void)snprintf(body, sizeof(body), "{\"name\": \"%s\"}",
		    rows[i].name);
		j = explain(t, body);
		assert_string_equal(text_at(j, "path", 0, "decides"),
		    rows[i].decides);
		assert_string_equal(text_at(j, "path", 0, "why"),
		    rows[i].why);
		assert_string_equal(json_get_text(json_find(json_find(j,
		    "reply"), "rcode")), rows[i].rcode);
		json_free(&j);
	}
}

static void
a_chain_is_followed_through_each_of_its_branches(void **state)
{
	struct trust *t = *state;
	struct json *j;

	graph_put(&t->graph, "gtm pool cname lead {\n"
	    " load-balancing-mode ratio\n members {\n"
	    " vmhttp.siterequest.com { ratio 3 }\n"
	    " www.siterequest.com { member-order 1\n static-target yes } } }\n"
	    "gtm wideip cname go.test { pools { lead { } } }\n");
	j = explain(t, "{\"name\": \"go.test\"}");
	assert_int_equal(json_count(json_find(j, "path")), 3);
	assert_string_equal(text_at(j, "path", 1, "name"),
	    "vmhttp.siterequest.com");
	assert_string_equal(text_at(j, "path", 1, "wideip"), WIDE);
	assert_true(fabs(json_get_real(json_find(json_item(json_find(j,
	    "path"), 1), "share")) - 0.75) < 1e-9);
	assert_string_equal(text_at(j, "path", 2, "decides"), "zone");
	assert_string_equal(answer_of(j),
	    "go.test. 30 IN CNAME vmhttp.siterequest.com.");
	json_free(&j);
	j = explain(t, "{\"name\": \"alias.siterequest.com\"}");
	assert_string_equal(text_at(j, "path", 1, "wideip"), WIDE);
	json_free(&j);
}

static void
a_circle_of_names_ends(void **state)
{
	struct trust *t = *state;
	struct json *j;

	graph_put(&t->graph, "gtm pool cname one { members { b.test {\n"
	    " static-target yes } } }\n"
	    "gtm pool cname two { members { a.test { static-target yes } } }\n"
	    "gtm wideip cname a.test { pools { one { } } }\n"
	    "gtm wideip cname b.test { pools { two { } } }\n");
	j = explain(t, "{\"name\": \"a.test\"}");
	assert_int_equal(json_count(json_find(j, "path")), 3);
	assert_non_null(strstr(text_at(j, "path", 2, "why"),
	    "was passed before"));
	json_free(&j);
}

static void
a_pattern_says_so(void **state)
{
	struct trust *t = *state;
	struct json *j;

	graph_put(&t->graph, "gtm wideip a *.wild.test {\n"
	    " pools { Remote_pool { } } }\n");
	j = explain(t, "{\"name\": \"x.wild.test\"}");
	assert_string_equal(text_at(j, "path", 0, "match"), "pattern");
	assert_string_equal(text_at(j, "path", 0, "wideip"),
	    "/Common/*.wild.test");
	json_free(&j);
}

static void
what_is_no_question_is_refused(void **state)
{
	static const struct { const char *body, *want; } rows[] = {
		{ "{}", "name: must be given" },
		{ "{\"name\": \"a..b\"}",
		  "name: \"a..b\" is not a domain name" },
		{ "{\"name\": \"a.b\", \"type\": \"ns\"}",
		  "type: a, aaaa, cname, mx, srv, naptr, https, svcb or txt "
		  "is expected" },
		{ "{\"name\": \"a.b\", \"client\": \"10.0.0.1/8\"}",
		  "client: an IP address or network is expected" },
	};
	struct trust *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		char text[512] = "";
		int status;

		assert_null(trust_explain(t, rows[i].body, &status, text));
		assert_int_equal(status, 400);
		assert_string_equal(strstr(text, rows[i].want),
		    rows[i].want);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_pool_and_member_has_its_reason),
		CASE(a_member_that_is_down_says_what_the_monitor_said),
		CASE(fractions_are_exact),
		CASE(long_lines_sum_up_to_one),
		CASE(names_without_a_wide_ip_say_why),
		CASE(a_chain_is_followed_through_each_of_its_branches),
		CASE(a_circle_of_names_ends),
		CASE(a_pattern_says_so),
		CASE(what_is_no_question_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
