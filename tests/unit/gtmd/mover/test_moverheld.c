/* tests/unit/gtmd/mover/test_moverheld.c - what a run steers is changed by nobody else,
 * while it steers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/moverheld.h"
#include "gtmd/mover/moverset.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define POOL(name, rows) \
	"gtm pool a " name " { ttl 30 members { s:v { } } " rows " }\n"
#define WIDE(from, to)							\
	"gtm wideip a www.example.com { pool-lb-mode ratio pools { "	\
	"p { ratio " from " order 0 } q { ratio " to " order 1 } "	\
	"z { order 2 } } }\n"
#define TEXT								\
	"gtm datacenter a { }\n"					\
	"gtm server s { datacenter a virtual-servers { "		\
	"v { destination 10.0.0.1:80 } } }\n"				\
	POOL("p", "") POOL("q", "disabled") POOL("z", "") WIDE("1", "1")

static struct model *model;
static struct migstate *run;

static int
set_up(void **state)
{
	struct draft *d;
	struct migspec *s = migspec_new();
	struct migevent ev;

	(void)state;
	model = model_new(&gtm_schema);
	d = modeltext_draft(model, TEXT);
	modeltext_apply(model, &d);
	s->name = mem_strdup("/Common/m");
	s->wideip = mem_strdup("a /Common/www.example.com");
	s->from_pool = mem_strdup("/Common/p");
	s->to_pool = mem_strdup("/Common/q");
	migspec_add_host(s)->name = mem_strdup("vm1");
	run = migstate_new();
	migevent_init(&ev, MIGEVENT_BEGUN);
	ev.spec = s;
	s->before.to_enabled = false;
	assert_int_equal(migstate_fold(run, &ev, NULL), 0);
	run->phase = MIGSTATE_MOVING;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	migstate_free(&run);
	model_free(&model);
	return 0;
}

/* What is said of a change over that model: "" when nothing. */
static void
says(const char *change, const char *want)
{
	struct draft *d = modeltext_draft(model, change);
	struct diag out;
	int rc;

	diag_init(&out);
	rc = moverheld_check(model, d, run, &out);
	assert_int_equal(rc, *want == '\0' ? 0 : ERR_CONFLICT);
	if (rc != 0 && strstr(out.entries[0].text, want) == NULL)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
	draft_free(&d);
}

static void
what_it_steers_is_not_changed_by_hand(void **state)
{
	(void)state;
	says(POOL("p", "disabled"), "pool /Common/p: disabled: migration /Common/m "
	    "steers it: \"advance gtm migration /Common/m share PERCENT\" gives the "
	    "new site more, \"pause gtm migration /Common/m\" leaves a free hand");
	says(POOL("q", "enabled"), "pool /Common/q: enabled: migration /Common/m");
	says("gtm pool a p { ttl 29 members { s:v { } } }\n", "p: ttl: migration");
	says(WIDE("2", "1"), "/Common/www.example.com: pool /Common/p: ratio: "
	    "migration /Common/m steers it");
	says(WIDE("1", "0"), "/Common/q: ratio: ");
}

static void
all_else_of_them_may_change(void **state)
{
	(void)state;
	says("", "");
	says(POOL("z", "disabled"), "");
	says(POOL("p", "description x"), "");
	says("gtm pool a p { ttl 30 members { s:v { disabled } } }\n", "");
}

/* So it is with the run's own commit, and with who puts right by hand. */
static void
what_it_has_decided_may_be_set(void **state)
{
	(void)state;
	run->decided.share = 100;
	says(POOL("p", "disabled"), "");
	says(POOL("q", "enabled"), "");
	run->decided.share = 25;
	says(WIDE("75", "25"), "");
	says(WIDE("74", "26"), "ratio: migration");
}

static void
who_has_paused_it_has_a_free_hand(void **state)
{
	(void)state;
	run->paused = true;
	says(POOL("p", "disabled"), "");
	says(WIDE("2", "1"), "");
}

static void
what_would_help_is_what_the_phase_lets_in(void **state)
{
	(void)state;
	run->phase = MIGSTATE_DRAINING;
	says(POOL("p", "disabled"), "steers it: \"pause gtm migration /Common/m\" leaves");
	run->phase = MIGSTATE_DONE;
	says(POOL("p", "disabled"), "steers it: \"close gtm migration /Common/m\" ends it");
	run->aborting = true;
	says(POOL("p", "disabled"), "steers it: it ends soon");
	run->aborting = false;
	run->phase = MIGSTATE_CLOSED;
	says(POOL("p", "disabled"), "");
}

/* It is put right afterwards: somebody's whole configuration is not refused for it. */
static void
a_configuration_may_be_loaded(void **state)
{
	struct draft *d = modeltext_draft(model, POOL("p", "disabled"));
	struct diag out;

	(void)state;
	diag_init(&out);
	draft_mark_load(d);
	assert_int_equal(moverheld_check(model, d, run, &out), 0);
	diag_fini(&out);
	draft_free(&d);
}

static void
what_others_have_set_is_told_in_words(void **state)
{
	char text[MIGEVENT_TEXT_MAX];
	struct draft *d;

	(void)state;
	assert_false(moverset_strays(model, run, text));
	assert_string_equal(text, "");
	d = modeltext_draft(model, "gtm pool a p { ttl 5 disabled members { s:v { } } }\n"
	    WIDE("1", "4"));
	modeltext_apply(model, &d);
	assert_true(moverset_strays(model, run, text));
	assert_string_equal(text, "pool /Common/p is disabled, not enabled; ttl of pool "
	    "/Common/p is 5, not 30; ratio of pool /Common/q is 4, not 1");
	/* What is still to be set has not strayed. */
	run->decisions = 1;
	assert_false(moverset_strays(model, run, text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_it_steers_is_not_changed_by_hand,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(all_else_of_them_may_change, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_it_has_decided_may_be_set, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(who_has_paused_it_has_a_free_hand, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_would_help_is_what_the_phase_lets_in,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_configuration_may_be_loaded, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_others_have_set_is_told_in_words,
		    set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
