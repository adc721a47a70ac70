/* tests/unit/zones/test_zone.c - references, and memory that goes back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"

#include <unistd.h>

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"

static void
last_reference_frees(void **state)
{
	struct zone *z = asking_zone("example", HEAD), *same = zone_hold(z);

	(void)state;
	assert_ptr_equal(z, same);
	assert_int_equal(atomic_load(&z->refs), 2);
	zone_free(&z);
	assert_null(z);
	assert_int_equal(same->magic, ZONE_MAGIC);
	assert_int_equal(atomic_load(&same->refs), 1);
	zone_free(&same);
	zone_free(&same);
}

/* Pages of this process that are in memory. */
static long
resident_pages(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long size, pages = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld %ld", &size, &pages), 2);
	assert_int_equal(fclose(f), 0);
	return pages;
}

/* Three reloads of a large zone end where the first began. */
static void
large_zone_gives_its_memory_back(void **state)
{
	struct zone *z = NULL, *next;
	struct strbuf text;
	long before = 0, after;
	size_t mapped = 0;
	int i;

	(void)state;
	strbuf_init(&text);
	strbuf_add(&text, HEAD);
	for (i = 0; i < 60000; i++)
		strbuf_printf(&text, "n%d A 192.0.2.1\n", i);
	for (i = 0; i < 4; i++) {
		next = asking_zone("example", text.text);
		zone_free(&z);
		z = next;
		mapped = z->mapped;
		if (i == 0)
			before = resident_pages();
	}
	after = resident_pages();
	assert_in_range(mapped, 3000000, 4 << 20);
	/* a leak would be three zones and their tables, over 20 MiB */
	assert_true((after - before) * sysconf(_SC_PAGESIZE) < 8 << 20);
	zone_free(&z);
	strbuf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_reference_frees),
		cmocka_unit_test(large_zone_gives_its_memory_back),
	};

	return cmocka_run_group_tests_name("zones/zone", tests, NULL, NULL);
}
