/* tests/unit/gtmd/mover/test_moverrelay.c - how the relay of late connections is opened
 * and shut. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model/store.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverrelay.h"
#include "gtmd/types/hypervisor.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define APP	"/mgmt/tm/wom/optimized-application/~Common~late"
#define JOB	"/mgmt/tm/wom/job"

struct stage {
	struct moverstage s;
	struct fakedaemon womd;
	struct migspec	*spec;
	struct moverrelay *relay;
};

static const struct fakedaemon_rule well[] = {
	{ "GET " JOB, 200, "{\"octets\":700,\"streams\":1,\"streamsEnded\":11,"
	  "\"clients\":[{\"network\":\"198.51.100.0/24\",\"connections\":10},"
	  "{\"network\":\"others\",\"connections\":2}]}" },
	{ "/mgmt/tm/wom/", 200, "{}" },
	{ .text = NULL }
};

static int
set_up(void **state)
{
	static struct stage t;
	const char *path;
	char text[512];

	memset(&t, 0, sizeof(t));
	moverstage_open(&t.s, MOVERSTAGE_TEXT("program x wom-control /x", "program x",
	    "relay-application late hosts { vm { } }"));
	path = moverstage_file(&t.s, "wom");
	(void)snprintf(text, sizeof(text), "gtm hypervisor l { datacenter a program "
	    "x wom-control %s }\n", path);
	moverstage_put(&t.s, text);
	fakedaemon_open(&t.womd, t.s.loop, path);
	t.womd.rules = well;
	t.spec = moverstage_spec(&t.s, 3);
	t.relay = moverrelay_new(&t.s.means, t.spec);
	assert_non_null(t.relay);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverrelay_free(&t->relay);
	moverrelay_free(&t->relay);
	migspec_free(&t->spec);
	fakedaemon_close(&t->womd);
	moverstage_close(&t->s);
	return 0;
}

static const char *
becomes(struct stage *t, bool open, enum migstep_relay state)
{
	const char *text;

	MOVERSTAGE_UNTIL(&t->s, moverrelay_want(t->relay, open, &text) == state);
	return text;
}

/* Where a text stands in what womd was asked. */
static const char *
heard(const struct stage *t, const char *text)
{
	const char *at = strstr(t->womd.heard, text);

	if (at == NULL)
		fail_msg("no \"%s\" in %s", text, t->womd.heard);
	return at;
}

static void
it_counts_before_it_carries(void **state)
{
	struct stage *t = *state;

	assert_string_equal(becomes(t, true, MIGSTEP_RELAY_DONE), "/Common/late");
	assert_true(heard(t, "POST " JOB " {\"name\":\"/Common/m/3/late\","
	    "\"application\":\"/Common/late\"}") <
	    heard(t, "PATCH " APP " {\"enabled\":true}"));
	moverstage_pass(&t->s, 60 * CLOCK_S);
	assert_int_equal(t->womd.asked, 2);
}

static void
shut_it_says_what_it_has_carried(void **state)
{
	struct stage *t = *state;

	assert_string_equal(becomes(t, false, MIGSTEP_RELAY_DONE),
	    "12 connections and 700 octets were carried: 198.51.100.0/24 10, "
	    "others 2");
	assert_true(heard(t, "PATCH " APP " {\"disabled\":true}") <
	    heard(t, "GET " JOB "?name=/Common/m/3/late"));
	(void)heard(t, "DELETE " JOB "?name=/Common/m/3/late");
}

/* The process before us may have asked. */
static void
what_is_done_already_is_well(void **state)
{
	static const struct fakedaemon_rule there[] = {
		{ "POST " JOB, 409, "{\"message\":\"there is one\"}" },
		{ "PATCH", 200, "{}" }, { .text = NULL }
	}, gone[] = {
		{ "/mgmt/tm/", 404, "{\"message\":\"was not found\"}" },
		{ .text = NULL }
	};
	struct stage *t = *state;

	t->womd.rules = there;
	(void)becomes(t, true, MIGSTEP_RELAY_DONE);
	t->womd.rules = gone;
	(void)becomes(t, false, MIGSTEP_RELAY_DONE);
}

static void
what_fails_is_told_and_asked_again(void **state)
{
	static const struct fakedaemon_rule refuses[] = {
		{ "PATCH", 400, "{\"message\":\"the address is in use\"}" },
		{ "/mgmt/tm/", 200, "{}" }, { .text = NULL }
	};
	struct stage *t = *state;
	const char *text;

	t->womd.rules = refuses;
	text = becomes(t, true, MIGSTEP_RELAY_FAILED);
	assert_non_null(strstr(text, "the address is in use"));
	t->womd.rules = well;
	(void)becomes(t, true, MIGSTEP_RELAY_DONE);
	/* Away, and back. */
	t->womd.rules = &(const struct fakedaemon_rule){ .text = NULL };
	(void)becomes(t, false, MIGSTEP_RELAY_DONE);
	assert_int_equal(fakedaemon_count(&t->womd, "PATCH"), 3);
}

static void
another_word_is_obeyed_at_once(void **state)
{
	static const struct fakedaemon_rule silent[] = {
		{ "/mgmt/tm/", 0, "" }, { .text = NULL }
	};
	struct stage *t = *state;
	const char *text;

	t->womd.rules = silent;
	assert_int_equal(moverrelay_want(t->relay, true, &text),
	    MIGSTEP_RELAY_ASKED);
	moverstage_pass(&t->s, CLOCK_S / 2);
	t->womd.rules = well;
	(void)becomes(t, false, MIGSTEP_RELAY_DONE);
	assert_int_equal(fakedaemon_count(&t->womd, "{\"enabled\":true}"), 0);
	(void)becomes(t, true, MIGSTEP_RELAY_DONE);
	(void)heard(t, "{\"enabled\":true}");
}

static void
who_has_none_has_none(void **state)
{
	struct stage *t = *state;
	struct moverrelay_place at;

	assert_true(moverrelay_find(store_model(t->s.store), t->spec, &at));
	assert_string_equal(at.application, "/Common/late");
	assert_string_equal(at.job, "/Common/m/3/late");
	assert_string_equal(at.hypervisor->obj.name, "/Common/l");
	moverrelay_place_fini(&at);
	free(t->spec->relay_application);
	t->spec->relay_application = NULL;
	assert_false(moverrelay_find(store_model(t->s.store), t->spec, &at));
	assert_null(moverrelay_new(&t->s.means, t->spec));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_counts_before_it_carries),
		TEST(shut_it_says_what_it_has_carried),
		TEST(what_is_done_already_is_well),
		TEST(what_fails_is_told_and_asked_again),
		TEST(another_word_is_obeyed_at_once),
		TEST(who_has_none_has_none),
	};

	return cmocka_run_group_tests_name("moverrelay", tests, NULL, NULL);
}
