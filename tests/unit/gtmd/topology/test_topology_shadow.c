/* tests/unit/gtmd/topology/test_topology_shadow.c - which records decide nothing, against
 * a walk over the sorted records for every kind of client there is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_shadow.h"

#include "tests/unit/gtmd/topology/places.h"

#define WHO_MAX	80

/* One client of each network, and of what is around it, that places.h has. */
static size_t
all_clients(struct addr who[WHO_MAX])
{
	static const unsigned hosts[] = { 7, 1, 200 };
	size_t count = 0;
	char text[80];

	for (unsigned a = 0; a < 4; a++)
		for (unsigned b = 0; b < 4; b++) {
			for (unsigned i = 0; i < 3; i++) {
				(void)snprintf(text, sizeof(text),
				    "10.%u.%u.%u", a, b, hosts[i]);
				assert_int_equal(addr_parse(text,
				    &who[count++]), 0);
			}
			(void)snprintf(text, sizeof(text), "2001:db8:%u:%u::1",
			    a, b);
			assert_int_equal(addr_parse(text, &who[count++]), 0);
		}
	assert_int_equal(addr_parse("192.0.2.1", &who[count++]), 0);
	assert_int_equal(addr_parse("2001:db9::1", &who[count++]), 0);
	assert_true(count <= WHO_MAX);
	return count;
}

/* What a walk says of each record. */
struct walked {
	bool		 met[RECORDS_MAX], first[RECORDS_MAX];
	/* Pairs that the row matches; of those, that the column matches, and
	 * that it is the first for. */
	unsigned	 pairs[RECORDS_MAX];
	unsigned	 both[RECORDS_MAX][RECORDS_MAX];
	unsigned	 by[RECORDS_MAX][RECORDS_MAX];
};

static void
add_pair(struct walked *out, const bool *met, uint32_t first, size_t count)
{
	out->first[first] = true;
	for (size_t r = 0; r < count; r++) {
		if (!met[r])
			continue;
		out->met[r] = true;
		out->pairs[r]++;
		out->by[r][first]++;
		for (size_t k = 0; k < count; k++)
			out->both[r][k] += met[k];
	}
}

static void
walk_all(const struct world *w, struct walked *out)
{
	struct addr who[WHO_MAX];
	size_t count = all_clients(who);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < CANDIDATES; k++) {
			bool met[RECORDS_MAX] = { false };
			uint32_t first = walk(w, &who[i], &w->subjects[k], met);

			if (first != TOPOLOGY_NO_RECORD)
				add_pair(out, met, first, w->record_count);
		}
}

struct told {
	const struct walked *w;
	bool		 shadowed[RECORDS_MAX];
	uint32_t	 last;
	unsigned	 alone, together;
};

static void
on_shadow(void *arg, const struct topology_shadow *s)
{
	struct told *t = arg;

	assert_false(t->shadowed[s->line]);
	assert_true(t->last == TOPOLOGY_NO_RECORD || t->last < s->line);
	t->last = s->line;
	t->shadowed[s->line] = true;
	/* It really decides, and before. */
	assert_true(s->by < s->line);
	assert_true(t->w->by[s->line][s->by] > 0);
	assert_int_equal(s->alone, t->w->both[s->line][s->by] ==
	    t->w->pairs[s->line]);
	t->alone += s->alone;
	t->together += !s->alone;
}

/* The records that were not judged. */
static size_t
judge(const struct world *w, struct told *told, size_t work_max)
{
	struct topology_table *t = make_table(w);
	uint32_t servers[CANDIDATES];
	const struct topology_shadow_order o = { t, servers, CANDIDATES,
	    work_max };
	size_t not_judged;

	told->last = TOPOLOGY_NO_RECORD;
	for (int i = 0; i < CANDIDATES; i++)
		servers[i] = topology_table_server(t, &w->subjects[i]);
	not_judged = topology_shadow_each(&o, on_shadow, told);
	topology_table_drop(&t);
	return not_judged;
}

static void
told_are_those_that_are_met_and_never_first(void **state)
{
	unsigned shadowed = 0, deciding = 0, unmet = 0, alone = 0, together = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		struct walked walked;
		struct told told = { .w = &walked };
		struct world w;

		world_init(&w, seed);
		walk_all(&w, &walked);
		assert_int_equal(judge(&w, &told, SIZE_MAX), 0);
		for (size_t i = 0; i < w.record_count; i++) {
			if (told.shadowed[i] !=
			    (walked.met[i] && !walked.first[i]))
				fail_msg("seed %u: record %zu", (unsigned)seed,
				    i);
			shadowed += told.shadowed[i];
			deciding += walked.first[i];
			unmet += !walked.met[i];
		}
		alone += told.alone;
		together += told.together;
		world_fini(&w);
	}
	/* All there is to be told apart was there. */
	assert_true(shadowed > 200 && deciding > 200 && unmet > 200);
	assert_true(alone > 50 && together > 50);
}

/* What is told with less work is true all the same, and nothing is lost. */
static void
work_has_an_end(void **state)
{
	unsigned not_judged = 0, shadowed = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct walked walked;
		struct told all = { .w = &walked }, some = { .w = &walked };
		struct world w;
		size_t left;

		world_init(&w, seed);
		walk_all(&w, &walked);
		assert_int_equal(judge(&w, &all, SIZE_MAX), 0);
		left = judge(&w, &some, 60);
		for (size_t i = 0; i < w.record_count; i++)
			assert_true(all.shadowed[i] || !some.shadowed[i]);
		assert_true(some.alone + some.together + left >=
		    all.alone + all.together);
		not_judged += (unsigned)left;
		shadowed += some.alone + some.together;
		world_fini(&w);
	}
	assert_true(not_judged > 20 && shadowed > 20);
}

static void
nobody_to_choose_from_is_no_shadow(void **state)
{
	struct topology_shadow_order o = { .work_max = SIZE_MAX };
	struct told told = { .last = TOPOLOGY_NO_RECORD };
	struct topology_table *t;
	struct world w;

	(void)state;
	world_init(&w, 4);
	assert_true(w.record_count > 0);
	t = make_table(&w);
	o.table = t;
	assert_int_equal(topology_shadow_each(&o, on_shadow, &told), 0);
	assert_int_equal(told.last, TOPOLOGY_NO_RECORD);
	topology_table_drop(&t);
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_are_those_that_are_met_and_never_first),
		cmocka_unit_test(work_has_an_end),
		cmocka_unit_test(nobody_to_choose_from_is_no_shadow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
