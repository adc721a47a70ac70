/* tests/unit/gtmd/query/test_chain.c - the way that a question takes, as a watcher
 * sees it: who had the word at each name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gtmd/query/chain.h"
#include "gtmd/query/wide.h"
#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = { "example.com",
	"@ 300 IN SOA ns h 1 2 3 4 5\n@ 300 IN NS ns\nns 60 IN A 192.0.2.1\n"
	"start 60 IN CNAME app\nround 60 IN CNAME about\n"
	"about 60 IN CNAME round\n", NULL };

static const struct stage_wide wides[] = {
	{ "app.example.com", WIDE_CNAME, { "end.example.com" }, .ttl_s = 15 },
	{ "end.example.com", WIDE_A, { "10.0.0.1" }, .ttl_s = 15 },
	{ "w*.example.com", WIDE_A, { "10.0.0.2" }, .ttl_s = 15 },
};

struct scene {
	struct stage	   stage;
	struct chain_watch watch;
	uint8_t		   packet[512];
};

static int
setup(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));

	stage_open(&s->stage, zones);
	for (size_t i = 0; i < sizeof(wides) / sizeof(wides[0]); i++)
		stage_add(&s->stage, &wides[i]);
	s->stage.answer.watch = &s->watch;
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	stage_close(&s->stage);
	free(s);
	return 0;
}

/* Names on the way. */
static unsigned
ask(struct scene *s, const char *name)
{
	struct stage_query q = { .name = name, .type = 1 };
	size_t len = stage_write(&q, s->packet, sizeof(s->packet));

	s->watch.count = 0;
	assert_true(stage_answer(&s->stage, s->packet, len,
	    sizeof(s->packet), ANSWER_UDP) > 0);
	return s->watch.count;
}

static void
zones_and_wide_ips_take_turns(void **state)
{
	struct scene *s = *state;
	const struct chain_step *at = s->watch.steps;

	assert_int_equal(ask(s, "start.example.com"), 3);
	assert_null(at[0].wide);
	assert_true(at[0].zoned);
	assert_int_equal(at[0].kind, LOOKUP_CNAME);
	assert_non_null(at[1].decision);
	assert_false(at[1].zoned);
	assert_true(at[2].exact);
	assert_ptr_equal(at[2].decision, decision_get(&s->stage.slots[1]));
}

/* The pattern's own text is a name like others. */
static void
a_pattern_is_exact_for_its_own_text_alone(void **state)
{
	struct scene *s = *state;
	const struct chain_step *at = s->watch.steps;

	assert_int_equal(ask(s, "www.example.com"), 1);
	assert_non_null(at[0].wide);
	assert_true(at[0].wide->pattern);
	assert_false(at[0].exact);
	assert_true(s->stage.answer.reply.made);
	assert_int_equal(ask(s, "w*.example.com"), 1);
	assert_true(at[0].exact);
	assert_int_equal(ask(s, "end.example.com"), 1);
	assert_false(at[0].wide->pattern);
	assert_true(at[0].exact);
	assert_false(s->stage.answer.reply.made);
}

/* Both aliases, and no third record. */
static void
a_circle_ends_where_it_began(void **state)
{
	struct scene *s = *state;

	assert_int_equal(ask(s, "round.example.com"), 3);
	assert_int_equal(s->stage.answer.reply.answer, 2);
}

/* What a turn leaves behind in struct answer is no part of the next query. */
static void
nothing_stays_of_the_query_before(void **state)
{
	struct scene *s = *state;

	(void)ask(s, "start.example.com");
	assert_int_equal(s->stage.answer.reply.answer, 3);
	(void)ask(s, "end.example.com");
	assert_int_equal(s->stage.answer.reply.answer, 1);
	(void)ask(s, "no.example.com");
	assert_int_equal(s->stage.answer.reply.rcode, RCODE_NXDOMAIN);
	assert_int_equal(s->stage.answer.reply.authority, 1);
	(void)ask(s, "www.elsewhere.test");
	assert_int_equal(s->stage.answer.reply.rcode, RCODE_REFUSED);
	assert_false(s->stage.answer.reply.aa);
	assert_int_equal(s->stage.answer.reply.authority, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_and_wide_ips_take_turns),
		cmocka_unit_test(a_pattern_is_exact_for_its_own_text_alone),
		cmocka_unit_test(a_circle_ends_where_it_began),
		cmocka_unit_test(nothing_stays_of_the_query_before),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
