/* tests/unit/wom/lan/test_portmap.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "wom/lan/portmap.h"

#define CLAIMS	12

static uint32_t
oracle(const struct portrange *v, size_t count, uint16_t port)
{
	size_t best = count;

	for (size_t i = 0; i < count; i++) {
		int wide = v[i].last - v[i].first;

		if (!portrange_has(&v[i], port))
			continue;
		if (best == count || wide < v[best].last - v[best].first ||
		    (wide == v[best].last - v[best].first &&
		    v[i].first < v[best].first))
			best = i;
	}
	return best < count ? (uint32_t)best : PORTMAP_NONE;
}

struct told {
	uint8_t	 in[UINT16_MAX + 1];
	int	 last;
};

static void
tell(void *arg, const struct portrange *r)
{
	struct told *t = arg;

	assert_true(r->first > t->last + 1);
	t->last = r->last;
	for (unsigned p = r->first; p <= r->last; p++)
		t->in[p] = 1;
}

static void
the_narrowest_range_has_the_port(void **state)
{
	static struct told told;
	struct rand rnd;

	(void)state;
	rand_seed_from(&rnd, 5);
	for (unsigned round = 0; round < 20; round++) {
		struct portmap *m = portmap_new();
		struct portrange v[CLAIMS];

		told = (struct told){ .last = -2 };
		for (uint32_t i = 0; i < CLAIMS; i++) {
			unsigned first = 1 + rand_below(&rnd, UINT16_MAX - 1),
			    wide = rand_below(&rnd, i % 2 ? 9 : 30000);

			v[i].first = (uint16_t)first;
			v[i].last = (uint16_t)(first + wide > UINT16_MAX ?
			    UINT16_MAX : first + wide);
			portmap_add(m, &v[i], i);
		}
		portmap_each(m, tell, &told);
		for (unsigned p = 0; p <= UINT16_MAX; p++) {
			uint32_t want = oracle(v, CLAIMS, (uint16_t)p);

			if (portmap_find(m, (uint16_t)p) != want)
				fail_msg("round %u port %u", round, p);
			assert_int_equal(told.in[p], want != PORTMAP_NONE);
		}
		portmap_free(&m);
	}
}

static void
nothing_added_is_nothing_found(void **state)
{
	static struct told told = { .last = -2 };
	struct portmap *m = portmap_new();

	(void)state;
	assert_int_equal(portmap_find(m, 80), PORTMAP_NONE);
	portmap_each(m, tell, &told);
	assert_int_equal(told.last, -2);
	portmap_free(&m);
	portmap_free(&m);
}

static void
any_takes_what_others_leave(void **state)
{
	static struct told told = { .last = -2 };
	struct portmap *m = portmap_new();

	(void)state;
	portmap_add(m, &(struct portrange){ 1, 65535 }, 0);
	portmap_add(m, &(struct portrange){ 8000, 8000 }, 1);
	assert_int_equal(portmap_find(m, 1), 0);
	assert_int_equal(portmap_find(m, 8000), 1);
	assert_int_equal(portmap_find(m, 65535), 0);
	assert_int_equal(portmap_find(m, 0), PORTMAP_NONE);
	portmap_each(m, tell, &told);
	assert_int_equal(told.last, 65535);
	portmap_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_range_has_the_port),
		cmocka_unit_test(nothing_added_is_nothing_found),
		cmocka_unit_test(any_takes_what_others_leave),
	};

	return cmocka_run_group_tests_name("portmap", tests, NULL, NULL);
}
