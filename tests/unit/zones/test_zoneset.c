/* tests/unit/zones/test_zoneset.c - the index over all zones, and references.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"
#include "zones/tree.h"

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"

static void
same_apex_twice_is_refused(void **state)
{
	struct zone *z[2] = { asking_zone("a.example", HEAD),
		asking_zone("A.Example", HEAD) };
	struct zoneset *zs;
	struct err e;

	(void)state;
	assert_int_equal(zoneset_build(&zs, z, 2, &e), ERR_EXISTS);
	assert_null(zs);
	assert_string_equal(e.text, "zone a.example is there twice");
	assert_int_equal(atomic_load(&z[0]->refs), 1);
	zone_free(&z[0]);
	zone_free(&z[1]);
}

/* A zone outlives the sets that held it, and the caller's own reference. */
static void
zones_are_shared_between_sets(void **state)
{
	struct zone *z = asking_zone("example", HEAD "www A 192.0.2.1\n");
	struct zoneset *a, *b;

	(void)state;
	assert_int_equal(zoneset_build(&a, &z, 1, NULL), 0);
	assert_int_equal(zoneset_build(&b, &z, 1, NULL), 0);
	assert_int_equal(atomic_load(&z->refs), 3);
	zone_free(&z);
	assert_null(z);
	zone_free(&z);
	zoneset_free(&a);
	assert_int_equal(atomic_load(&b->zones[0]->refs), 1);
	zoneset_free(&b);
	zoneset_free(&b);
}

static const struct zone *
zone_of(const struct zoneset *zs, const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	return zoneset_find_zone(zs, name, len);
}

static void
closest_zone_encloses(void **state)
{
	static const struct asking_zone rows[] = { { "example", HEAD
		"w.x A 192.0.2.1\n" }, { "b.a.example", HEAD }, { "org",
		"$TTL 600\n@ SOA ns host 77 2 3 4 50\n@ NS ns.elsewhere.\n" } };
	struct zoneset *zs = asking_zones(rows, OBJ_COUNT(rows));
	const struct zone *z;

	(void)state;
	assert_string_equal(zone_of(zs, "example")->name, "\7example");
	assert_string_equal(zone_of(zs, "a.example")->name, "\7example");
	assert_string_equal(zone_of(zs, "q.w.x.example")->name, "\7example");
	assert_string_equal(zone_of(zs, "b.a.example")->name, "\1b\1a\7example");
	assert_string_equal(zone_of(zs, "x.y.z.b.a.example")->name,
	    "\1b\1a\7example");
	assert_null(zone_of(zs, "net"));
	assert_null(zone_of(zs, "."));
	z = zone_of(zs, "www.org");
	assert_int_equal(z->serial, 77);
	assert_int_equal(z->negative_ttl_s, 50);	/* RFC 2308 3: MINIMUM */
	assert_int_equal(rrset_ttl_s(&z->soa), 600);
	assert_int_equal(rrset_ttl_s(&z->soa_negative), 50);
	assert_int_equal(z->ns.count, 1);
	zoneset_free(&zs);
}

/* Enough names that probing goes over the end of the index and back. */
static void
every_name_is_found(void **state)
{
	uint8_t name[DNSNAME_MAX];
	struct strbuf text;
	struct asking_zone row = { "example", NULL };
	struct zoneset *zs;
	char owner[32];
	size_t len;
	int i, found = 0;

	(void)state;
	strbuf_init(&text);
	strbuf_add(&text, HEAD);
	for (i = 0; i < 20000; i++)
		strbuf_printf(&text, "n%d A 192.0.2.1\n", i);
	row.text = text.text;
	zs = asking_zones(&row, 1);
	assert_int_equal(zs->zones[0]->name_count, 20001);
	assert_int_equal(zs->zones[0]->record_count, 20002);
	for (i = 0; i < 40000; i++) {
		(void)snprintf(owner, sizeof(owner), "n%d.example", i);
		len = dnsname_parse(owner, name);
		zoneset_prefetch(zs, dnsname_hash(name, len));
		zoneset_prefetch_node(zs, dnsname_hash(name, len));
		found += zoneset_find(zs, name, len,
		    dnsname_hash(name, len)) != NULL;
	}
	assert_int_equal(found, 20000);
	zoneset_free(&zs);
	strbuf_fini(&text);
}

/* Long names must not cost a probe per label: nobody else can be there. */
static void
long_names_end_early(void **state)
{
	static const struct asking_zone row = { "example", HEAD };
	struct zoneset *zs = asking_zones(&row, 1);
	uint8_t name[DNSNAME_MAX];
	char text[260];
	size_t i, len;

	(void)state;
	for (i = 0; i < 240; i += 2)
		memcpy(text + i, "a.", 2);
	memcpy(text + 240, "example", 8);
	len = dnsname_parse(text, name);
	assert_int_equal(len, 249);
	assert_ptr_equal(zoneset_closest(zs, name, len), zs->zones[0]->apex);
	assert_int_equal(zs->labels_max, 1);
	memcpy(text + 240, "exampla", 8);
	len = dnsname_parse(text, name);
	assert_null(zoneset_closest(zs, name, len));
	zoneset_free(&zs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_apex_twice_is_refused),
		cmocka_unit_test(zones_are_shared_between_sets),
		cmocka_unit_test(closest_zone_encloses),
		cmocka_unit_test(every_name_is_found),
		cmocka_unit_test(long_names_end_early),
	};

	return cmocka_run_group_tests_name("zones/zoneset", tests, NULL, NULL);
}
