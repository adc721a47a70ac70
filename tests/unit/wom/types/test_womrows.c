/* tests/unit/wom/types/test_womrows.c - checks that several tables share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/womrows.h"

#include "core/base/addr.h"
#include "core/base/err.h"
#include "tests/unit/wom/types/womconf.h"

static const struct prop row = { .name = "row" };

typedef int check_fn(const struct prop *, const void *, struct err *);

static void
all_give(check_fn *fn, const char *const *words, size_t count, int want)
{
	struct err e;

	for (size_t i = 0; i < count; i++)
		if (fn(&row, &words[i], &e) != want)
			fail_msg("\"%s\" gives not %d", words[i], want);
}

#define ALL_GIVE(fn, words, want)	all_give((fn), (words),		\
	OBJ_COUNT(words), (want))

static void
a_network_has_no_bits_past_its_length(void **state)
{
	static const char *const good[] = {
		"10.0.0.0/8", "0.0.0.0/0", "10.0.0.1", "2001:db8::/32", "::/0",
	};
	static const char *const bad[] = {
		"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "lan", "/8",
		"2001:db8::1/64",
	};

	(void)state;
	ALL_GIVE(womrows_check_network, good, 0);
	ALL_GIVE(womrows_check_network, bad, ERR_PARSE);
}

static void
an_interface_may_go_by_its_alternative_name(void **state)
{
	static const char *const good[] = {
		"eth0", "eth0.7", "vlan-isession-WAN1", "bond@x",
	};
	static const char *const bad[] = {
		"/Common/vlan", "eth0:1", "a b", "a\tb", "a\"b",
	};
	char name[WOMROWS_INTERFACE_MAX + 2];
	const char *p = name;

	(void)state;
	ALL_GIVE(womrows_check_interface, good, 0);
	ALL_GIVE(womrows_check_interface, bad, ERR_PARSE);
	memset(name, 'x', sizeof(name));
	name[WOMROWS_INTERFACE_MAX + 1] = '\0';
	assert_int_equal(womrows_check_interface(&row, &p, NULL), ERR_PARSE);
	name[WOMROWS_INTERFACE_MAX] = '\0';
	assert_int_equal(womrows_check_interface(&row, &p, NULL), 0);
}

static void
a_domain_is_visible_ascii(void **state)
{
	static const char *const domains[] = { "a", "tenant-7", "!~\"" };
	static const char *const no_domains[] = { "a b", "a\t", "\xc3\xa4",
	    "\x7f" };

	(void)state;
	ALL_GIVE(womrows_check_domain, domains, 0);
	ALL_GIVE(womrows_check_domain, no_domains, ERR_PARSE);
}

static void
snat_local_alone_is_refused(void **state)
{
	static const char *const names[] = { "none", "local", "remote", NULL };
	const struct prop p = { .name = "snat", .names = names };
	struct err e;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(womrows_check_snat(&p, &i, &e),
		    i == 1 ? ERR_UNSUPPORTED : 0);
	assert_string_equal(e.text, "not supported yet: snat: local: replies to "
	    "an address of this side would not come by way of the tunnel");
}

/* The words stand where the enum says. */
static void
origins_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(womrows_origin_names[WOMROWS_CONFIGURED],
	    "configured");
	assert_string_equal(womrows_origin_names[WOMROWS_DISCOVERED],
	    "discovered");
	assert_string_equal(womrows_origin_names[WOMROWS_MANUALLY_SAVED],
	    "manually-saved");
	assert_string_equal(womrows_origin_names[WOMROWS_PERSISTABLE],
	    "persistable");
	assert_null(womrows_origin_names[WOMROWS_PERSISTABLE + 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_has_no_bits_past_its_length),
		cmocka_unit_test(an_interface_may_go_by_its_alternative_name),
		cmocka_unit_test(a_domain_is_visible_ascii),
		cmocka_unit_test(snat_local_alone_is_refused),
		cmocka_unit_test(origins_have_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
