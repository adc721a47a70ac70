/* tests/unit/gtmd/topology/test_topology_edit.c - a table that was edited, and its views,
 * say what those made anew say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/topology/places.h"

#include "gtmd/topology/topology_edit.h"
#include "gtmd/topology/topology_view.h"

/* A table that lives through edits, with a view. */
struct stage {
	struct world	 w;
	struct topology_table *t;
	struct topology_view *v;
	unsigned	 anew;		/* times that an edit was too much */
};

static struct topology_view *
look(struct topology_table *t, const struct world *w)
{
	uint32_t servers[CANDIDATES];

	for (int i = 0; i < CANDIDATES; i++)
		servers[i] = topology_table_server(t, &w->subjects[i]);
	return topology_view_new(t, servers, CANDIDATES, w->scored);
}

static void
stage_init(struct stage *s, uint64_t seed)
{
	s->anew = 0;
	world_init(&s->w, seed);
	s->t = make_table(&s->w);
	s->v = look(s->t, &s->w);
}

static void
stage_fini(struct stage *s)
{
	topology_view_drop(&s->v);
	topology_table_drop(&s->t);
	world_fini(&s->w);
}

/* A record of the world that goes, and one that comes: either, or both. */
static void
change(struct stage *s, struct topology_record *was,
    struct topology_record *now, struct topology_edit *e)
{
	struct world *w = &s->w;
	uint32_t what = rand_below(&w->r, 3);
	uint32_t at = 0;

	*e = (struct topology_edit){ NULL, NULL };
	if (w->record_count > 0 && (what > 0 ||
	    w->record_count == RECORDS_MAX)) {
		at = rand_below(&w->r, (uint32_t)w->record_count);
		*was = w->records[at];
		e->was = was;
		w->records[at] = w->records[--w->record_count];
	}
	if (e->was == NULL || what == 2) {
		*now = make_record(w);
		e->now = now;
		w->records[w->record_count++] = *now;
	}
	topology_sort(w->records, w->record_count, w->longest);
}

/* As the plan does it. */
static void
apply(struct stage *s, const struct topology_edit *e,
    struct topology_dirty *dirty)
{
	struct topology_view *was = s->v;

	if (!topology_edit_apply(s->t, e, dirty)) {
		topology_table_drop(&s->t);
		s->t = make_table(&s->w);
		dirty->servers = true;
		s->anew++;
	}
	s->v = dirty->servers ? look(s->t, &s->w) :
	    topology_view_next(was, dirty);
	topology_view_drop(&was);
}

static void
expect_alike(struct stage *s, const struct topology_view *fresh,
    const struct addr *a, uint64_t seed)
{
	struct prefixmap_found f = topology_view_find(s->v, a);
	struct prefixmap_found g = topology_view_find(fresh, a);
	uint32_t ours = s->v->ranking_of[f.number];
	uint32_t theirs = fresh->ranking_of[g.number];

	if (f.bits != g.bits)
		fail_msg("seed %llu: %u bits, want %u",
		    (unsigned long long)seed, f.bits, g.bits);
	for (uint32_t i = 0; i < CANDIDATES; i++) {
		uint32_t score, want;
		const char *name = topology_view_why(s->v, a, i, &score);
		const char *wanted = topology_view_why(fresh, a, i, &want);

		if (score != want || (name == NULL) != (wanted == NULL) ||
		    (name != NULL && strcmp(name, wanted) != 0))
			fail_msg("seed %llu: record %s, want %s",
			    (unsigned long long)seed, name, wanted);
		assert_int_equal(topology_view_rank(s->v, ours, i),
		    topology_view_rank(fresh, theirs, i));
	}
}

/* Classes and their places, orders, atoms in use. */
static void
expect_same_size(const struct topology_table *t,
    const struct topology_table *fresh)
{
	size_t live = 0;

	for (size_t i = 0; i < t->clients.count; i++) {
		live += t->clients.v[i].live;
		if (i > 0)
			assert_int_equal(t->clients.v[i].live,
			    t->places[i] > 0);
	}
	assert_int_equal(live, fresh->clients.count);
	assert_int_equal(t->order.count, fresh->order.count);
	assert_int_equal(prefixmap_size(t->ipv4), prefixmap_size(fresh->ipv4));
	assert_int_equal(prefixmap_size(t->ipv6), prefixmap_size(fresh->ipv6));
}

static void
compare(struct stage *s, uint64_t seed)
{
	struct topology_table *t = make_table(&s->w);
	struct topology_view *v = look(t, &s->w);

	for (int i = 0; i < 40; i++) {
		struct addr a = make_addr(&s->w);

		expect_alike(s, v, &a, seed);
	}
	expect_same_size(s->t, t);
	assert_int_equal(s->v->rankings, v->rankings);
	topology_view_drop(&v);
	topology_table_drop(&t);
}

static void
an_edited_table_is_what_a_new_one_would_be(void **state)
{
	unsigned anew = 0, edits = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 16; seed++) {
		struct stage s;

		stage_init(&s, seed);
		for (int step = 0; step < 12; step++, edits++) {
			struct topology_dirty dirty = { .all = false };
			struct topology_record was, now;
			struct topology_edit e;

			change(&s, &was, &now, &e);
			apply(&s, &e, &dirty);
			compare(&s, seed);
			topology_edit_fini(&dirty);
			if (e.was != NULL)
				record_fini(&was);
		}
		anew += s.anew;
		stage_fini(&s);
	}
	/* The way round is for few. */
	assert_true(anew < edits / 8);
}

/* Answering threads may still be at it. */
static void
a_view_from_before_says_what_it_said(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct topology_view *kept;
		struct prefixmap_found was[50];
		struct addr who[50];
		struct stage s;

		stage_init(&s, seed);
		kept = s.v;
		topology_view_ref(kept);
		for (int i = 0; i < 50; i++) {
			who[i] = make_addr(&s.w);
			was[i] = topology_view_find(kept, &who[i]);
		}
		for (int step = 0; step < 20; step++) {
			struct topology_dirty dirty = { .all = false };
			struct topology_record gone, now;
			struct topology_edit e;

			change(&s, &gone, &now, &e);
			apply(&s, &e, &dirty);
			topology_edit_fini(&dirty);
			if (e.was != NULL)
				record_fini(&gone);
		}
		for (int i = 0; i < 50; i++) {
			struct prefixmap_found f = topology_view_find(kept,
			    &who[i]);

			assert_int_equal(f.number, was[i].number);
			assert_int_equal(f.bits, was[i].bits);
		}
		stage_fini(&s);
		topology_view_drop(&kept);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edited_table_is_what_a_new_one_would_be),
		cmocka_unit_test(a_view_from_before_says_what_it_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
