/* tests/unit/wom/link/test_linkopen.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/link/linkopen.h"

static struct linkopen
opening(const char *dest, const char *source, const char *application)
{
	struct linkopen o = { .bulk = true };

	assert_int_equal(addr_parse_port(dest, &o.dest), 0);
	if (source != NULL)
		assert_int_equal(addr_parse_port(source, &o.source), 0);
	memcpy(o.application, application, strlen(application) + 1);
	return o;
}

static bool
same_place(const struct addrport *a, const struct addrport *b)
{
	return addr_equal(&a->addr, &b->addr) && a->port == b->port;
}

static void
all_of_it_arrives(void **state)
{
	static const struct {
		const char *dest, *source;
	} row[] = {
		{ "10.0.0.1:8000", "192.0.2.9:40000" },
		{ "[2001:db8::1]:902", "[2001:db8::2]:1" },
		{ "10.0.0.1:8000", NULL },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct linkopen o = opening(row[i].dest, row[i].source,
		    "vmotion"), got;
		uint8_t out[LINKOPEN_MAX];
		size_t len = linkopen_write(&o, out);

		assert_true(linkopen_read(&got, out, len));
		assert_true(same_place(&got.dest, &o.dest));
		assert_true(same_place(&got.source, &o.source));
		assert_string_equal(got.application, "vmotion");
		assert_true(got.bulk && !got.alone);
		o.alone = true;
		o.bulk = false;
		(void)linkopen_write(&o, out);
		assert_true(linkopen_read(&got, out, len));
		assert_true(got.alone && !got.bulk);
	}
}

static void
it_is_as_long_as_it_says(void **state)
{
	struct linkopen o = opening("10.0.0.1:8000", "10.0.0.2:1", "nfc"), got;
	uint8_t out[LINKOPEN_MAX] = { 0 };
	size_t len = linkopen_write(&o, out);

	(void)state;
	for (size_t n = 0; n <= len + 1; n++)
		assert_int_equal(linkopen_read(&got, out, n), n == len);
	memcpy(o.domain, "tenant", 7);
	assert_int_equal(linkopen_write(&o, out), len + 7);
	for (size_t n = 0; n <= len + 8; n++)
		assert_int_equal(linkopen_read(&got, out, n), n == len ||
		    n == len + 7);
}

/* One that is none is no octet at all. */
static void
a_domain_is_told_when_there_is_one(void **state)
{
	struct linkopen o = opening("10.0.0.1:8000", NULL, ""), got;
	uint8_t out[LINKOPEN_MAX];
	size_t len = linkopen_write(&o, out), all;

	(void)state;
	memset(o.domain, 'd', LINKOPEN_DOMAIN_MAX);
	all = linkopen_write(&o, out);
	assert_int_equal(all, len + 1 + LINKOPEN_DOMAIN_MAX);
	assert_true(linkopen_read(&got, out, all));
	assert_string_equal(got.domain, o.domain);
	assert_true(got.bulk && !got.alone);
	assert_true(linkopen_read(&got, out, len));
	assert_string_equal(got.domain, "");
	/* Longer than there may be; one of no octets; an end in it. */
	out[len] = LINKOPEN_DOMAIN_MAX + 1;
	assert_false(linkopen_read(&got, out, all));
	out[len] = 0;
	assert_false(linkopen_read(&got, out, len + 1));
	out[len] = 3;
	out[len + 2] = 0;
	assert_false(linkopen_read(&got, out, len + 4));
	/* The longest that there can be. */
	memset(o.application, 'a', LINKOPEN_NAME_MAX);
	assert_int_equal(addr_parse_port("[2001:db8::1]:1", &o.dest), 0);
	assert_int_equal(addr_parse_port("[2001:db8::2]:1", &o.source), 0);
	assert_int_equal(linkopen_write(&o, (uint8_t[LINKOPEN_MAX]){ 0 }),
	    LINKOPEN_MAX);
}

static void
what_makes_no_sense_is_refused(void **state)
{
	static const struct {
		size_t	at;
		uint8_t octet;
	} bad[] = {
		{ 0, 4 },		/* flags */
		{ 1, 0 }, { 1, 5 },	/* to nowhere; IPv5 */
		{ 8, 9 },		/* and as the source */
		{ 16, 0 },		/* a name with an end in it */
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct linkopen o = opening("10.0.0.1:8000", "10.0.0.2:1",
		    "nfc"), got;
		uint8_t out[LINKOPEN_MAX];
		size_t len = linkopen_write(&o, out);

		out[bad[i].at] = bad[i].octet;
		if (linkopen_read(&got, out, len))
			fail_msg("row %zu is not refused", i);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_arrives),
		cmocka_unit_test(it_is_as_long_as_it_says),
		cmocka_unit_test(a_domain_is_told_when_there_is_one),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("linkopen", tests, NULL, NULL);
}
