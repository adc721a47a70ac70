/* tests/unit/gtmd/decide/test_decision.c - what a query gets: rotations, records,
 * counters, and what does not fit. (test_decision_settle has the rules.)
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"
#include "tests/unit/gtmd/decide/asked.h"

/* A wide IP and all it refers to. */
struct setup {
	struct decision_spec spec;
	struct decision_spec_pool pools[2];
	struct decision_spec_member members[2][2];
	uint64_t	 cells[512];
	uint32_t	 slots;
};

static uint32_t
slots_take(struct setup *s, uint32_t count)
{
	s->slots += count;
	assert_true(s->slots <= OBJ_COUNT(s->cells));
	return s->slots - count;
}

/* Two pools of two members that are up, round robin throughout. */
static void
plain_setup(struct setup *s)
{
	memset(s, 0, sizeof(*s));
	s->spec = (struct decision_spec){
		.mode = &choose_round_robin, .pools = s->pools,
		.pool_count = 2, .slot = slots_take(s, DECISION_WIDE_SLOTS),
	};
	for (uint8_t i = 0; i < 2; i++) {
		s->pools[i] = (struct decision_spec_pool){
			.enabled = true, .verify = true, .ratio = 1,
			.preferred = &choose_round_robin,
			.alternate = choose_find(POOL_LB_NONE),
			.fallback = choose_find(POOL_LB_NONE),
			.ttl_s = 15, .max_answers = 1, .member_count = 2,
			.members = s->members[i],
			.slot = slots_take(s, DECISION_POOL_SLOTS),
		};
		for (uint8_t j = 0; j < 2; j++)
			s->members[i][j] = (struct decision_spec_member){
				.enabled = true, .available = true, .ratio = 1,
				.addr = { AF_INET, { 10, 0, i, j } },
				.slot = slots_take(s, DECISION_MEMBER_SLOTS),
			};
	}
}

static unsigned
member_count_of(const struct setup *s, size_t pool, size_t member)
{
	return (unsigned)s->cells[s->members[pool][member].slot];
}

static void
ask_times(struct setup *s, unsigned times)
{
	struct decision *d = decision_compile(&s->spec);
	struct asked r;

	for (unsigned i = 0; i < times; i++)
		asked_of(&r, d, s->cells);
	decision_compile_free(&d);
}

/* Both levels rotate by two: with one turn for both, two of the four members
 * would never be seen. */
static void
levels_do_not_correlate(void **state)
{
	static struct setup s;

	(void)state;
	plain_setup(&s);
	ask_times(&s, 400);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(member_count_of(&s, i / 2, i % 2), 100);
}

static void
a_recompiled_decision_goes_on_where_it_stood(void **state)
{
	static struct setup s;

	(void)state;
	plain_setup(&s);
	for (int i = 0; i < 400; i++)
		ask_times(&s, 1);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(member_count_of(&s, i / 2, i % 2), 100);
}

static void
a_changed_ratio_counts_from_the_next_query(void **state)
{
	static struct setup s;

	(void)state;
	plain_setup(&s);
	s.spec.mode = &choose_ratio;
	s.pools[0].ratio = 0;
	ask_times(&s, 10);
	assert_int_equal(member_count_of(&s, 0, 0), 0);
	s.pools[0].ratio = 1;
	s.pools[1].ratio = 0;
	ask_times(&s, 10);
	assert_int_equal(member_count_of(&s, 0, 0), 5);
	assert_int_equal(member_count_of(&s, 0, 1), 5);
}

/* The guide's move: the remote site joins as soon as fewer than two local
 * members are up. */
static void
priority_activation_brings_the_remote_pool_in(void **state)
{
	static struct setup s;

	(void)state;
	plain_setup(&s);
	s.spec.min_active_members = 2;
	s.pools[0].priority_group = 10;
	s.pools[1].priority_group = 5;
	ask_times(&s, 100);
	assert_int_equal(member_count_of(&s, 1, 0), 0);
	s.members[0][1].available = false;
	ask_times(&s, 100);
	assert_int_equal(member_count_of(&s, 1, 0), 25);
	assert_int_equal(member_count_of(&s, 1, 1), 25);
}

static void
a_cname_answer_names_its_target(void **state)
{
	static const uint8_t target[] = "\3www\7example\3com";
	static struct setup s;
	struct decision *d;
	struct asked r;

	(void)state;
	plain_setup(&s);
	s.spec.pool_count = 1;
	s.pools[0].type = WIDE_CNAME;
	s.pools[0].max_answers = 4;
	s.members[0][0].target = s.members[0][1].target = target;
	d = decision_compile(&s.spec);
	wbuf_init(&r.w, r.octets, sizeof(r.octets));
	r.w.off = 40;
	decision_answer(d, &(struct decision_ask){ .owner = 0xc00c,
	    .tally = &(struct tally){ .cells = s.cells } }, &r.w, &r.out);
	assert_int_equal(r.out.count, 1);
	assert_int_equal(r.w.off, 40 + 12 + sizeof(target));
	assert_int_equal(r.out.target_off, 52);
	assert_memory_equal(r.octets + 52, target, sizeof(target));
	assert_memory_equal(r.out.target, target, sizeof(target));
	assert_memory_equal(r.octets + 40,
	    "\xc0\x0c\0\5\0\1\0\0\0\x0f\0\x11", 12);
	decision_compile_free(&d);
}

static void
an_address_record_of_ipv6_has_28_octets(void **state)
{
	static struct setup s;
	struct decision *d;
	struct asked r;

	(void)state;
	plain_setup(&s);
	s.spec.pool_count = 1;
	s.pools[0].type = WIDE_AAAA;
	for (int i = 0; i < 2; i++)
		s.members[0][i].addr = (struct addr){ AF_INET6, { 0x20, 1 } };
	d = decision_compile(&s.spec);
	asked_of(&r, d, s.cells);
	assert_int_equal(r.w.off, 28);
	assert_memory_equal(r.octets + 2, "\0\x1c\0\1\0\0\0\x0f\0\x10\x20\1", 12);
	decision_compile_free(&d);
}

static void
what_does_not_fit_is_bad_and_not_overrun(void **state)
{
	static struct setup s;
	struct decision *d;
	struct asked r;

	(void)state;
	plain_setup(&s);
	s.pools[0].max_answers = s.pools[1].max_answers = 2;
	d = decision_compile(&s.spec);
	wbuf_init(&r.w, r.octets, 31);
	memset(r.octets, 0xee, sizeof(r.octets));
	decision_answer(d, &(struct decision_ask){ .owner = 0xc00c,
	    .tally = &(struct tally){ .cells = s.cells } }, &r.w, &r.out);
	assert_true(r.w.bad);
	assert_int_equal(r.octets[31], 0xee);
	decision_compile_free(&d);
}

/* ---- a method that depends on the client may pass ---- */

static uint32_t
pass_twice_of_three(const void *table, const struct choose_query *q)
{
	(void)table;
	return q->turn < 2 ? CHOOSE_NONE : 0;
}

static choose_pick_fn *
passing_compile(void *table, const struct choose_item *items, size_t count)
{
	(void)table;
	(void)items;
	(void)count;
	return pass_twice_of_three;
}

static const struct choose_method passing = {
	.name = "passing", .kind = CHOOSE_PICK, .may_pass = true,
	.compile = passing_compile,
};

/* A pool whose preferred method passes tries its alternate, then the next
 * pool, then the fallback; a passed stage is not counted. */
static void
a_method_that_passes_leaves_it_to_the_next(void **state)
{
	static struct setup s;

	(void)state;
	plain_setup(&s);
	s.spec.mode = &choose_global_availability;
	s.pools[0].preferred = s.pools[1].preferred = &passing;
	s.pools[1].alternate = &choose_global_availability;
	ask_times(&s, 3);
	assert_int_equal(s.cells[s.pools[0].slot + DECISION_PREFERRED], 0);
	assert_int_equal(s.cells[s.pools[1].slot + DECISION_PREFERRED], 0);
	assert_int_equal(s.cells[s.pools[1].slot + DECISION_ALTERNATE], 3);
	s.pools[1].alternate = choose_find(POOL_LB_NONE);
	s.pools[0].fallback = &choose_round_robin;
	ask_times(&s, 3);
	assert_int_equal(s.cells[s.pools[0].slot + DECISION_FALLBACK], 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_do_not_correlate),
		cmocka_unit_test(a_recompiled_decision_goes_on_where_it_stood),
		cmocka_unit_test(a_changed_ratio_counts_from_the_next_query),
		cmocka_unit_test(priority_activation_brings_the_remote_pool_in),
		cmocka_unit_test(a_cname_answer_names_its_target),
		cmocka_unit_test(an_address_record_of_ipv6_has_28_octets),
		cmocka_unit_test(what_does_not_fit_is_bad_and_not_overrun),
		cmocka_unit_test(a_method_that_passes_leaves_it_to_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
