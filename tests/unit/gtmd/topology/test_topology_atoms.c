/* tests/unit/gtmd/topology/test_topology_atoms.c - conditions and regions: what
 * holds by default, and what follows when some do not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_atoms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "gtmd/topology/geo.h"

static struct topology_atoms atoms;

static int
set_up(void **state)
{
	(void)state;
	topology_atoms_init(&atoms);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	topology_atoms_fini(&atoms);
	assert_int_equal(atoms.count, 0);
	return 0;
}

static struct topoterm
term(const char *text)
{
	struct topoterm t;

	assert_int_equal(topoterm_parse(&t, text, strlen(text), NULL), 0);
	return t;
}

static uint32_t
put(const char *text)
{
	struct topoterm t = term(text);
	uint32_t id = topology_atoms_put(&atoms, &t);

	topoterm_fini(&t);
	return id;
}

static void
join(uint32_t region, const char *text)
{
	struct topoterm t = term(text);

	topology_atoms_join(&atoms, region, &t);
	topoterm_fini(&t);
}

/* What is flipped when these are, -1 at the end; sorted. */
static void
expect_flips(const int *base, const int *want)
{
	struct topology_list from = { .v = NULL }, got = { .v = NULL };

	for (; *base != -1; base++)
		topology_list_add(&from, (uint32_t)*base);
	topology_atoms_flip(&atoms, &from, &got);
	for (size_t i = 0; i < got.count || want[i] != -1; i++)
		if (i >= got.count || want[i] != (int)got.v[i])
			fail_msg("flip %zu: %d, want %d", i,
			    i < got.count ? (int)got.v[i] : -1, want[i]);
	free(from.v);
	free(got.v);
}

#define FLIPS(base, want)	\
	expect_flips((const int[]){ base, -1 }, (const int[]){ want, -1 })
#define BOTH(a, b)	a, b
#define ALL(a, b, c)	a, b, c

static void
a_condition_has_one_number_with_and_without_not(void **state)
{
	uint32_t de = put("country DE"), bavaria = put("state DE/Bavaria");

	(void)state;
	assert_int_equal(put("not country DE"), de);
	assert_int_not_equal(put("country FR"), de);
	assert_int_not_equal(put("continent EU"), de);
	assert_int_equal(topology_atoms_find(&atoms, TOPOTERM_COUNTRY, "DE"),
	    de);
	assert_int_equal(topology_atoms_find(&atoms, TOPOTERM_COUNTRY, "IT"),
	    TOPOLOGY_ATOM_NONE);
	/* Everything, in either family; and letters of what databases write. */
	assert_int_equal(put("subnet 0.0.0.0/0"), put("subnet ::/0"));
	assert_int_equal(topology_atoms_find(&atoms, TOPOTERM_STATE,
	    "de/BAVARIA"), bavaria);
}

static void
what_holds_of_nobody_in_particular_holds_by_default(void **state)
{
	static const struct {
		const char *text;
		bool by_default, on_pool;
	} row[] = {
		{ "subnet 0.0.0.0/0", true, true },
		{ "continent --", true, false },
		{ "country N/A", true, false },
		{ "country DE", false, false },
		{ "subnet 10.0.0.0/8", false, false },
		{ "pool /Common/p", false, true },
		{ "datacenter /Common/d", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		uint32_t id = put(row[i].text);

		assert_int_equal(atoms.v[id].by_default, row[i].by_default);
		assert_int_equal(atoms.v[id].on_pool, row[i].on_pool);
	}
}

static void
a_dropped_number_is_given_again_and_regions_stay(void **state)
{
	uint32_t de = put("country DE"), r = put("region /Common/r"), fr;

	(void)state;
	join(r, "country FR");
	fr = put("country FR");
	topology_atoms_drop(&atoms, de);
	assert_int_equal(topology_atoms_find(&atoms, TOPOTERM_COUNTRY, "DE"),
	    TOPOLOGY_ATOM_NONE);
	topology_atoms_drop(&atoms, r);
	topology_atoms_drop(&atoms, fr);
	assert_int_equal(put("region /Common/r"), r);
	assert_int_equal(put("country FR"), fr);
	assert_int_equal(put("country IT"), de);
}

/* An exclusion beats any inclusion; nothing but exclusions is all the rest. */
static void
regions_follow_from_what_they_hold(void **state)
{
	const int in = (int)put("region /Common/in"),
	    rest = (int)put("region /Common/rest"),
	    none = (int)put("region /Common/none");
	int de, bavaria;

	(void)state;
	join((uint32_t)in, "country DE");
	join((uint32_t)in, "not subnet 10.0.0.0/8");
	join((uint32_t)rest, "not country DE");
	de = (int)put("country DE");
	bavaria = (int)put("subnet 10.0.0.0/8");
	topology_atoms_settle(&atoms);
	assert_false(atoms.v[in].by_default);
	assert_true(atoms.v[rest].by_default);
	assert_false(atoms.v[none].by_default);		/* empty */
	FLIPS(de, ALL(in, rest, de));
	FLIPS(BOTH(de, bavaria), ALL(rest, de, bavaria));
	FLIPS(bavaria, bavaria);
	FLIPS(-1, -1);
	FLIPS(de, ALL(in, rest, de));		/* nothing is left over */
}

static void
regions_in_regions_wait_for_the_lower_ones(void **state)
{
	/* Numbered from the top, so that the order is not theirs. */
	const int top = (int)put("region /Common/top"),
	    mid = (int)put("region /Common/mid"),
	    low = (int)put("region /Common/low");
	int de, fr;

	(void)state;
	join((uint32_t)top, "region /Common/mid");
	join((uint32_t)top, "not region /Common/low");
	join((uint32_t)mid, "region /Common/low");
	join((uint32_t)mid, "country FR");
	join((uint32_t)low, "country DE");
	de = (int)put("country DE");
	fr = (int)put("country FR");
	topology_atoms_settle(&atoms);
	assert_int_equal(atoms.v[low].level, 1);
	assert_int_equal(atoms.v[mid].level, 2);
	assert_int_equal(atoms.v[top].level, 3);
	FLIPS(de, ALL(mid, low, de));		/* low keeps top out */
	FLIPS(fr, ALL(top, mid, fr));
	expect_flips((const int[]){ de, fr, -1 },
	    (const int[]){ mid, low, fr < de ? fr : de, fr < de ? de : fr,
	    -1 });
}

static void
who_asks_for_a_region_asks_for_what_it_holds(void **state)
{
	const uint32_t top = put("region /Common/top"),
	    low = put("region /Common/low"), other = put("country FR");
	uint32_t de;

	(void)state;
	join(top, "region /Common/low");
	join(low, "country DE");
	join(low, "pool /Common/p");
	de = put("country DE");
	atoms.v[top].asked = true;
	topology_atoms_settle(&atoms);
	assert_true(atoms.v[low].asked);
	assert_true(atoms.v[de].asked);
	assert_false(atoms.v[other].asked);
	/* And it may hold of a pool, as far up as that goes. */
	assert_true(atoms.v[top].on_pool);
	assert_false(atoms.v[other].on_pool);
}

static void
found_is(const char *address, const struct geo_facts *f, const int *want)
{
	struct topology_list got = { .v = NULL };
	struct addr a;

	if (f != NULL) {
		topology_atoms_of_facts(&atoms, f, &got);
	} else {
		assert_int_equal(addr_parse(address, &a), 0);
		topology_atoms_of_addr(&atoms, &a, &got);
	}
	topology_list_sort(&got);
	for (size_t i = 0; i < got.count || want[i] != -1; i++)
		if (i >= got.count || want[i] != (int)got.v[i])
			fail_msg("%s: atom %zu is %d, want %d", address, i,
			    i < got.count ? (int)got.v[i] : -1, want[i]);
	free(got.v);
}

#define FOUND(address, f, ...)	\
	found_is(address, f, (const int[]){ __VA_ARGS__, -1 })

static void
an_address_is_in_all_networks_that_hold_it(void **state)
{
	const int wide = (int)put("subnet 10.0.0.0/8"),
	    narrow = (int)put("subnet 10.1.2.128/25"),
	    host = (int)put("subnet 10.1.2.200/32"),
	    six = (int)put("subnet 2001:db8::/33");

	(void)state;
	FOUND("10.1.2.200", NULL, wide, narrow, host);
	FOUND("10.1.2.201", NULL, wide, narrow);
	FOUND("10.1.2.127", NULL, wide);
	FOUND("11.1.2.200", NULL, -1);
	FOUND("2001:db8:7fff::1", NULL, six);
	FOUND("2001:db8:8000::1", NULL, -1);
}

static void
what_a_database_knows_is_not_unknown(void **state)
{
	const int eu = (int)put("continent EU"), none = (int)put("continent --"),
	    de = (int)put("country DE"), by = (int)put("state DE/BY"),
	    isp = (int)put("isp /Common/Example"),
	    exact = (int)put("geoip-isp Example Net");
	struct geo_facts f = { .continent = "EU", .country = "DE",
	    .state = "Bavaria", .state_code = "BY", .isp = "Example Net" };

	(void)state;
	FOUND("all", &f, eu, none, de, by, isp, exact);
	/* The word is the provider's, not the beginning of another one. */
	memcpy(f.isp, "Examples", sizeof("Examples"));
	FOUND("another", &f, eu, none, de, by);
	f = (struct geo_facts){ .country = "FR" };
	FOUND("elsewhere", &f, -1);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_condition_has_one_number_with_and_without_not),
		T(what_holds_of_nobody_in_particular_holds_by_default),
		T(a_dropped_number_is_given_again_and_regions_stay),
		T(regions_follow_from_what_they_hold),
		T(regions_in_regions_wait_for_the_lower_ones),
		T(who_asks_for_a_region_asks_for_what_it_holds),
		T(an_address_is_in_all_networks_that_hold_it),
		T(what_a_database_knows_is_not_unknown),
	};

	return cmocka_run_group_tests_name("topology_atoms", tests, NULL,
	    NULL);
}
