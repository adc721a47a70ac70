/* tests/unit/gtmd/control/test_control_whatif.c - what a question says would be is what
 * then is, and asking changes nothing. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/control/trust.h"

#include <math.h>

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/control/control_overlay.h"

static int
start(void **state)
{
	static struct trust t;

	trust_start(&t);
	*state = &t;
	return 0;
}

static int
start_guide(void **state)
{
	(void)start(state);
	graph_put(&((struct trust *)*state)->graph, GUIDE(""));
	return 0;
}

static int
stop(void **state)
{
	trust_stop(*state);
	return 0;
}

/* ---- random configurations ---- */

#define SERVERS	3
#define VSS	2
#define POOLS	3
#define PLACE_MAX 32

static void
place(char text[PLACE_MAX], unsigned s, unsigned v)
{
	(void)snprintf(text, PLACE_MAX, "10.0.%u.%u:80", s, v);
}

static void
random_health(struct rand *r)
{
	char where[PLACE_MAX];

	for (unsigned s = 0; s < SERVERS; s++)
		for (unsigned v = 0; v < VSS; v++) {
			place(where, s, v);
			fakes_health("web", where, (enum health_state)
			    rand_below(r, 3));
			fakes_health("port", where, (enum health_state)
			    rand_below(r, 3));
		}
}

static const char *
yes(struct rand *r, unsigned of)
{
	return rand_below(r, of) > 0 ? "enabled" : "disabled";
}

static const char *
monitor(struct rand *r)
{
	static const char *const all[] = { "", "", " monitor web\n",
	    " monitor port\n" };

	return all[rand_below(r, OBJ_COUNT(all))];
}

static void
add_servers(struct strbuf *b, struct rand *r)
{
	char where[PLACE_MAX];

	for (unsigned s = 0; s < SERVERS; s++) {
		strbuf_printf(b, "gtm server s%u { datacenter %s\n product "
		    "generic-host\n %s\n%s virtual-servers {\n", s,
		    s == 0 ? "Local" : "Remote", yes(r, 8), monitor(r));
		for (unsigned v = 0; v < VSS; v++) {
			place(where, s, v);
			strbuf_printf(b, " v%u { destination %s\n %s\n", v,
			    where, monitor(r));
			if (s > 0 && rand_below(r, 4) == 0)
				strbuf_printf(b, " depends-on { s%u:v%u { } }"
				    "\n", s - 1, v);
			strbuf_add(b, " }\n");
		}
		strbuf_add(b, " } }\n");
	}
}

static const char *const lb[] = { "round-robin", "ratio",
    "global-availability" };

static void
add_pools(struct strbuf *b, struct rand *r)
{
	for (unsigned p = 0; p < POOLS; p++) {
		strbuf_printf(b, "gtm pool a p%u { load-balancing-mode %s\n"
		    " alternate-mode %s\n fallback-mode %s\n %s\n%s"
		    " verify-member-availability %s\n members {\n", p,
		    lb[rand_below(r, 3)], rand_below(r, 2) ? "ratio" : "none",
		    rand_below(r, 2) ? "return-to-dns" : "none", yes(r, 6),
		    monitor(r), yes(r, 3));
		for (unsigned i = 0; i < SERVERS * VSS; i++)
			if (rand_below(r, 2) > 0)
				strbuf_printf(b, " s%u:v%u { member-order %u\n"
				    " ratio %u\n %s }\n", i / VSS, i % VSS, i,
				    rand_below(r, 4), yes(r, 6));
		strbuf_add(b, " } }\n");
	}
}

static char *
random_config(struct rand *r)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "gtm monitor http web { }\n"
	    "gtm monitor tcp port { }\ngtm datacenter Local { }\n"
	    "gtm datacenter Remote { %s }\n", yes(r, 6));
	add_servers(&b, r);
	add_pools(&b, r);
	strbuf_printf(&b, "gtm wideip a app.test { %s\n pool-lb-mode %s\n",
	    yes(r, 9), lb[rand_below(r, 3)]);
	if (rand_below(r, 2))
		strbuf_add(&b, " last-resort-pool a p2\n");
	strbuf_printf(&b, " pools { p0 { ratio %u } p1 { order 1\n"
	    " ratio %u } } }\n", rand_below(r, 4), rand_below(r, 4));
	strbuf_add(&b, "gtm pool cname lead { members { app.test { }\n"
	    " www.siterequest.com { member-order 1\n static-target yes } } }\n"
	    "gtm wideip cname go.test { pools { lead { } } }\n");
	return strbuf_take(&b);
}

/* ---- random changes ---- */

static void
add_call(struct strbuf *b, struct rand *r)
{
	unsigned p = rand_below(r, POOLS), s = rand_below(r, SERVERS);
	const char *on = yes(r, 3), *at = "/mgmt/tm/gtm/";

	switch (rand_below(r, 8)) {
	case 0:
		strbuf_printf(b, "\"uri\": \"%spool/a/p%u\", \"body\": "
		    "{\"%s\": true, \"loadBalancingMode\": \"%s\"}", at, p, on,
		    lb[rand_below(r, 3)]);
		return;
	case 1:
		strbuf_printf(b, "\"uri\": \"%sserver/s%u\", \"body\": "
		    "{\"%s\": true}", at, s, on);
		return;
	case 2:
		strbuf_printf(b, "\"uri\": \"%sdatacenter/Remote\", \"body\": "
		    "{\"%s\": true}", at, on);
		return;
	case 3:
		strbuf_printf(b, "\"uri\": \"%swideip/a/app.test\", \"body\": "
		    "{\"%s\": true, \"poolLbMode\": \"%s\"}", at, yes(r, 6),
		    lb[rand_below(r, 3)]);
		return;
	case 4:
		strbuf_printf(b, "\"uri\": \"%swideip/a/app.test/pools/"
		    "~Common~p%u\", \"body\": {\"ratio\": %u}", at, p % 2,
		    rand_below(r, 5));
		return;
	case 5:
		strbuf_printf(b, "\"uri\": \"%spool/a/p%u\", \"body\": "
		    "{\"monitor\": \"%s\"}", at, p, rand_below(r, 2) ?
		    "/Common/web" : "/Common/port");
		return;
	case 6:
		strbuf_printf(b, "\"uri\": \"%spool/a/p%u\", \"body\": "
		    "{\"members\": [{\"name\": \"s%u:v0\", \"ratio\": %u}, "
		    "{\"name\": \"s%u:v1\", \"%s\": true}]}", at, p, s,
		    rand_below(r, 3), s, on);
		return;
	}
	strbuf_printf(b, "\"uri\": \"%sserver/s%u/virtual-servers/v0\", "
	    "\"body\": {\"destination\": \"10.0.%u.1:80\"}", at, s,
	    rand_below(r, SERVERS));
}

/* The members "overlay" and "name" of a question. */
static char *
random_question(struct rand *r)
{
	unsigned calls = 1 + rand_below(r, 4);
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "{\"name\": \"%s\", \"overlay\": [",
	    rand_below(r, 2) ? "app.test" : "go.test");
	for (unsigned i = 0; i < calls; i++) {
		strbuf_printf(&b, "%s{\"method\": \"PATCH\", ",
		    i > 0 ? ", " : "");
		add_call(&b, r);
		strbuf_add(&b, "}");
	}
	strbuf_add(&b, "]}");
	return strbuf_take(&b);
}

/* Makes the change that was only asked about. */
static void
make_change(struct trust *t, const char *question)
{
	struct draft *d = store_draft(NULL);
	struct json *body = trust_read(question);
	struct restreply r = { .status = 0 };

	assert_int_equal(control_overlay_apply(d, body, &r), 0);
	graph_commit(&t->graph, d);
	json_free(&body);
	draft_free(&d);
}

static char *
explain_text(const struct trust *t, const char *question)
{
	char text[512] = "", *line;
	int status;
	struct json *j = trust_explain(t, question, &status, text);

	assert_non_null(j);
	line = json_line(j);
	json_free(&j);
	return line;
}

/* True when the change made a difference. */
static bool
compare(struct trust *t, const char *question)
{
	char text[512] = "", *was = explain_text(t, question), *now, *then;
	size_t open = fakes_watches_all();
	struct json *j;
	bool changed;
	int status;

	j = trust_whatif(t, question, &status, text);
	if (j == NULL)
		fail_msg("%s: %d %s", question, status, text);
	now = explain_text(t, question);
	assert_string_equal(was, now);		/* asking changes nothing */
	assert_int_equal(fakes_watches_all(), open);
	free(now);
	make_change(t, question);
	now = explain_text(t, question);
	then = json_line(json_find(j, "explain"));
	if (strcmp(then, now) != 0)
		fail_msg("%s\nsaid %s\nis   %s", question, then, now);
	changed = strcmp(now, was) != 0;
	free(then);
	free(now);
	free(was);
	json_free(&j);
	return changed;
}

static void
what_is_said_to_be_is_what_then_is(void **state)
{
	struct trust *t = *state;
	unsigned changed = 0;
	struct rand r;

	rand_seed_from(&r, 11);
	for (unsigned round = 0; round < 200; round++) {
		char *config = random_config(&r), *question;

		graph_put(&t->graph, config);
		random_health(&r);
		question = random_question(&r);
		changed += compare(t, question);
		free(question);
		free(config);
	}
	assert_true(changed > 100);
}

/* ---- single rules ---- */

static struct json *
whatif(const struct trust *t, const char *body)
{
	char text[512] = "";
	int status;
	struct json *j = trust_whatif(t, body, &status, text);

	if (j == NULL)
		fail_msg("%s: %d %s", body, status, text);
	return j;
}

static const struct json *
shares_of(const struct json *j, const char *when, size_t i)
{
	return json_find(json_item(json_find(j, when), i), "shares");
}

static void
a_forced_state_counts_for_all_below(void **state)
{
	static const char *const force[] = {
		"{\"datacenter\": \"/Common/Local\", \"state\": \"down\"}",
		"{\"server\": \"/Common/L\", \"state\": \"down\"}",
		"{\"virtualServer\": \"/Common/L:v\", \"state\": \"down\"}",
		("{\"pool\": \"/Common/Local_pool\", \"member\": "
		    "\"/Common/L:v\", \"state\": \"down\"}"),
	};
	struct trust *t = *state;

	fakes_health("web", LOCAL, HEALTH_UP);
	for (size_t i = 0; i < OBJ_COUNT(force); i++) {
		char body[300], text[2048];
		struct json *j;

		(void)snprintf(body, sizeof(body), "{\"force\": [%s]}",
		    force[i]);
		j = whatif(t, body);
		assert_string_equal(trust_shares(shares_of(j, "before", 0),
		    text), "/Common/Local_pool /Common/L:v 1 1/1");
		assert_string_equal(trust_shares(shares_of(j, "after", 0),
		    text), "/Common/Remote_pool /Common/R:v 1 1/1");
		json_free(&j);
	}
}

static void
what_is_down_may_be_forced_up(void **state)
{
	struct trust *t = *state;
	char text[2048];
	struct json *j;

	fakes_health("web", LOCAL, HEALTH_DOWN);
	j = whatif(t, "{\"name\": \"" WIDE "\", \"force\": [{\"datacenter\": "
	    "\"/Common/Local\", \"state\": \"up\"}]}");
	assert_string_equal(trust_shares(shares_of(j, "before", 0), text),
	    "/Common/Remote_pool /Common/R:v 1 1/1");
	assert_string_equal(trust_shares(shares_of(j, "after", 0), text),
	    "/Common/Local_pool /Common/L:v 1 1/1");
	json_free(&j);
}

static void
objects_may_be_named_as_the_shell_names_them(void **state)
{
	struct trust *t = *state;
	char text[2048];
	struct json *j;

	j = whatif(t, "{\"overlay\": {\"gtm pool a /Common/Local_pool\": "
	    "{\"disabled\": true}}}");
	assert_string_equal(trust_shares(shares_of(j, "after", 0), text),
	    "/Common/Remote_pool /Common/R:v 1 1/1");
	json_free(&j);
}

static void
what_is_new_and_what_goes_is_told(void **state)
{
	struct trust *t = *state;
	char text[2048];
	struct json *j;

	j = whatif(t, "{\"overlay\": [{\"method\": \"POST\", \"uri\": "
	    "\"/mgmt/tm/gtm/wideip/a\", \"body\": {\"name\": \"new.test\", "
	    "\"pools\": [\"Remote_pool\"]}}]}");
	assert_int_equal(json_count(json_find(j, "before")), 0);
	assert_string_equal(trust_shares(shares_of(j, "after", 0), text),
	    "/Common/Remote_pool /Common/R:v 1 1/1");
	json_free(&j);
	j = whatif(t, "{\"name\": \"vmhttp.siterequest.com\", \"overlay\": "
	    "[{\"method\": \"DELETE\", \"uri\": \"/mgmt/tm/gtm/wideip/a/"
	    "vmhttp.siterequest.com\"}]}");
	assert_string_equal(trust_shares(shares_of(j, "after", 0), text),
	    "zones 1 1/1");
	assert_string_equal(json_get_text(json_find(json_find(json_find(j,
	    "explain"), "reply"), "rcode")), "NXDOMAIN");
	json_free(&j);
}

static void
an_overlay_is_refused_as_the_write_would_be(void **state)
{
	static const struct { const char *body; int status; const char *text;
	} rows[] = {
		{ "{\"overlay\": 7}", 400, "overlay: " },
		{ "{\"overlay\": [{\"uri\": \"/mgmt/tm/gtm/pool/a\"}]}", 400,
		  "overlay: calls have" },
		{ "{\"overlay\": {\"/mgmt/tm/gtm/pool/a/no\": {}}}", 404,
		  "was not found" },
		{ "{\"overlay\": {\"/else\": {}}}", 404, "no such resource" },
		{ "{\"overlay\": {\"gtm pool a /Common/Local_pool\": "
		  "{\"ttl\": -1}}}", 400, "ttl: " },
		{ "{\"overlay\": [{\"method\": \"DELETE\", \"uri\": "
		  "\"/mgmt/tm/gtm/pool/a/Local_pool\"}]}", 400,
		  "Local_pool" },
		{ "{\"force\": [{\"datacenter\": \"/Common/x\", \"state\": "
		  "\"down\"}]}", 404, "there is no datacenter" },
		{ "{\"force\": [{\"server\": \"/Common/L\"}]}", 400,
		  "force: state" },
		{ "{\"force\": [{\"state\": \"up\"}]}", 400, "force: one of" },
	};
	struct trust *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		char text[512] = "";
		int status;

		assert_null(trust_whatif(t, rows[i].body, &status, text));
		if (status != rows[i].status ||
		    strstr(text, rows[i].text) == NULL)
			fail_msg("%s: %d %s", rows[i].body, status, text);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start_guide, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_said_to_be_is_what_then_is, start, stop),
		CASE(a_forced_state_counts_for_all_below),
		CASE(what_is_down_may_be_forced_up),
		CASE(objects_may_be_named_as_the_shell_names_them),
		CASE(what_is_new_and_what_goes_is_told),
		CASE(an_overlay_is_refused_as_the_write_would_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
