/* tests/unit/zones/test_records.c - owners, parents, empty non-terminals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/wire/dnsname.h"
#include "zones/records.h"

static const uint8_t apex[] = "\7example";

static uint32_t
owner(struct records *r, const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	assert_true(len > 0);
	return records_owner(r, name, len);
}

static uint32_t
find(const struct records *r, const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	return records_find(r, name, len);
}

static void
one_owner_per_name(void **state)
{
	struct records r;
	char text[32];
	unsigned i;

	(void)state;
	records_init(&r, apex, 0);
	for (i = 0; i < 5000; i++) {	/* the index grows on the way */
		(void)snprintf(text, sizeof(text), "n%u.example", i);
		(void)owner(&r, text);
		if (i % 3 == 0)
			(void)owner(&r, "n0.example");
	}
	records_link(&r);
	assert_int_equal(r.owner_count, 5001);
	assert_int_equal(find(&r, "example"), RECORDS_APEX);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(text, sizeof(text), "n%u.example", i);
		assert_int_equal(find(&r, text), i + 2);
	}
	assert_int_equal(find(&r, "n5000.example"), 0);
	records_fini(&r);
}

static void
records_keep_the_order_of_the_file(void **state)
{
	struct record what = { .ttl_s = 5, .line = 1, .type = 1, .rdlen = 4 };
	struct records r;
	uint32_t o, n;
	unsigned i;

	(void)state;
	records_init(&r, apex, 0);
	o = owner(&r, "a.example");
	for (i = 0; i < 1000; i++) {
		what.line = i;
		assert_true(records_add(&r, o, &what, (const uint8_t *)"1234"));
	}
	assert_int_equal(records_at(&r, o)->flags, 0);
	for (n = records_at(&r, o)->first, i = 0; n != 0;
	    n = records_get(&r, n)->next, i++) {
		assert_int_equal(records_get(&r, n)->line, i);
		assert_memory_equal(records_get(&r, n)->rdata, "1234", 4);
	}
	assert_int_equal(i, 1000);
	assert_int_equal(r.record_count, 1000);
	assert_int_equal(records_first(&r, records_at(&r, o), 2), 0);
	assert_int_equal(records_set_end(&r, records_at(&r, o)->first), 0);
	records_fini(&r);
}

/* The same name at different places of the file is one owner. */
static void
owners_of_one_name_are_merged(void **state)
{
	struct record what = { .ttl_s = 5, .type = 1, .rdlen = 1 };
	static const char *const names[] = { "a.example", "b.example",
		"a.example", "c.example", "a.example", "b.example" };
	struct records r;
	uint32_t n;
	unsigned i;

	(void)state;
	records_init(&r, apex, 0);
	for (i = 0; i < OBJ_COUNT(names); i++) {
		n = owner(&r, names[i]);
		what.line = i;
		if (i != 0)		/* the first a is without records */
			assert_true(records_add(&r, n, &what,
			    (const uint8_t *)"x"));
	}
	records_link(&r);
	assert_int_equal(r.owner_count, 4);
	n = records_at(&r, find(&r, "a.example"))->first;
	assert_int_equal(records_get(&r, n)->line, 2);
	n = records_get(&r, n)->next;
	assert_int_equal(records_get(&r, n)->line, 4);
	assert_int_equal(records_get(&r, n)->next, 0);
	assert_int_equal(records_at(&r, find(&r, "a.example"))->flags, 0);
	assert_int_equal(records_at(&r, find(&r, "c.example"))->flags,
	    OWNER_PLAIN);
	assert_int_equal(records_at(&r, find(&r, "b.example"))->last,
	    records_get(&r, records_at(&r, find(&r, "b.example"))->first)->next);
	records_fini(&r);
}

/* RFC 4592 2.2.2. */
static void
linking_makes_empty_non_terminals(void **state)
{
	struct records r;
	uint32_t deep, star;

	(void)state;
	records_init(&r, apex, 0);
	(void)owner(&r, "a.b.c.example");
	(void)owner(&r, "*.x.example");
	records_link(&r);
	assert_int_equal(r.owner_count, 6);
	deep = find(&r, "a.b.c.example");
	star = find(&r, "*.x.example");
	assert_int_equal(records_at(&r, deep)->parent, find(&r, "b.c.example"));
	assert_int_equal(records_at(&r, find(&r, "b.c.example"))->parent,
	    find(&r, "c.example"));
	assert_int_equal(records_at(&r, find(&r, "c.example"))->parent,
	    RECORDS_APEX);
	assert_int_equal(r.labels_max, 4);
	assert_int_equal(records_at(&r, find(&r, "x.example"))->wild, star);
	assert_int_equal(records_at(&r, RECORDS_APEX)->wild, 0);
	records_fini(&r);
}

static void
files_are_kept_once(void **state)
{
	struct records r;

	(void)state;
	records_init(&r, apex, 0);
	assert_int_equal(records_file(&r, "a"), 0);
	assert_int_equal(records_file(&r, "b"), 1);
	assert_int_equal(records_file(&r, "a"), 0);
	records_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_owner_per_name),
		cmocka_unit_test(records_keep_the_order_of_the_file),
		cmocka_unit_test(owners_of_one_name_are_merged),
		cmocka_unit_test(linking_makes_empty_non_terminals),
		cmocka_unit_test(files_are_kept_once),
	};

	return cmocka_run_group_tests_name("zones/records", tests, NULL, NULL);
}
