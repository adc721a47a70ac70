/* tests/unit/zones/test_tree.c - the layout that two cache misses depend on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"
#include "zones/tree.h"

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"

static const struct tree_node *
node_of(const struct zone *z, const char *text)
{
	const struct tree_node *node = NULL;
	uint8_t name[DNSNAME_MAX];

	assert_true(dnsname_parse(text, name) > 0);
	while ((node = tree_next(z, node)) != NULL)
		if (dnsname_equal(tree_name(node), name))
			return node;
	fail_msg("%s is not in the zone", text);
	return NULL;
}

static void
one_address_fits_in_a_line_and_does_not_cross_it(void **state)
{
	const struct tree_node *node = NULL;
	struct strbuf b;
	struct zone *z;
	size_t size, crossed = 0, count = 0;
	struct rrset rs;
	int i;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, HEAD);
	for (i = 0; i < 3000; i++)
		strbuf_printf(&b, "host%d A 192.0.2.1\n", i);
	z = asking_zone("example.com", b.text);
	while ((node = tree_next(z, node)) != NULL) {
		count++;
		assert_ptr_equal(tree_zone(node), z);
		if (node == z->apex || !tree_find(node, 1, &rs))
			continue;
		size = (size_t)(rs.wire + rs.len - (const uint8_t *)node);
		assert_in_range(size, 40, 64);
		crossed += ((uintptr_t)node & 63) + size > 64;
	}
	assert_int_equal(crossed, 0);
	assert_int_equal(count, z->name_count);
	assert_true(z->size < 3002 * 64 + 1024);
	zone_free(&z);
	strbuf_fini(&b);
}

static void
rdata_names_lean_on_the_apex(void **state)
{
	struct zone *z = asking_zone("example", HEAD "m MX 1 Mail.EXAMPLE.\n"
	    "m MX 2 x.\ns SRV 1 2 3 srv\n");
	const struct tree_node *node = node_of(z, "m.example");
	struct rrset rs = { .count = 0 };

	(void)state;
	assert_true(tree_find(node, 15, &rs));
	assert_int_equal(rs.count, 2);
	assert_int_equal(rs.fix_count, 1);
	assert_int_equal(rs.len, 12 + 2 + 5 + 2 + 12 + 2 + 3);
	/* case is kept; the place is that of the pointer. Order is that of the
	 * octets: preference 1 before 2 */
	assert_memory_equal(rs.wire + 14, "\4Mail\xc0\0", 7);
	assert_int_equal(rs.fix[0], 19);
	assert_true(tree_find(node_of(z, "s.example"), 33, &rs));
	assert_int_equal(rs.fix_count, 0);
	assert_memory_equal(rs.wire + 18, "\3srv\7example", 13);
	assert_false(tree_find(node, 1, &rs));
	zone_free(&z);
}

static void
flags_and_links(void **state)
{
	struct zone *z = asking_zone("example", HEAD "*.w A 192.0.2.2\n"
	    "c NS ns.c\nns.c A 192.0.2.3\nd DNAME x.\na CNAME ns\n"
	    "e.f A 192.0.2.4\n");

	(void)state;
	assert_int_equal(z->apex->flags, TREE_APEX);
	assert_int_equal(node_of(z, "w.example")->flags, TREE_WILD);
	assert_ptr_equal(tree_link(node_of(z, "w.example")),
	    node_of(z, "*.w.example"));
	assert_int_equal(node_of(z, "c.example")->flags, TREE_CUT);
	assert_int_equal(node_of(z, "ns.c.example")->flags, TREE_BELOW);
	assert_ptr_equal(tree_link(node_of(z, "ns.c.example")),
	    node_of(z, "c.example"));
	assert_int_equal(node_of(z, "d.example")->flags, TREE_DNAME);
	assert_int_equal(node_of(z, "a.example")->flags, TREE_CNAME);
	assert_int_equal(node_of(z, "f.example")->set_count, 0);
	zone_free(&z);
}

static void
addresses_come_first(void **state)
{
	struct zone *z = asking_zone("example", HEAD "a TXT t\na MX 1 a\n"
	    "a AAAA ::1\na A 192.0.2.1\n");
	const struct tree_node *node = node_of(z, "a.example");
	static const uint16_t want[] = { 1, 28, 15, 16 };
	size_t i;

	(void)state;
	assert_int_equal(node->set_count, OBJ_COUNT(want));
	for (i = 0; i < OBJ_COUNT(want); i++)
		assert_int_equal(node->sets[i].type, want[i]);
	zone_free(&z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_address_fits_in_a_line_and_does_not_cross_it),
		cmocka_unit_test(rdata_names_lean_on_the_apex),
		cmocka_unit_test(flags_and_links),
		cmocka_unit_test(addresses_come_first),
	};

	return cmocka_run_group_tests_name("zones/tree", tests, NULL, NULL);
}
