/* tests/unit/wom/link/test_linkhello.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/link/linkhello.h"

/* A hello with all there may be in one. */
static struct linkhello
sample(void)
{
	struct linkhello h = { .version_min = 1, .version_max = 3,
	    .features = LINKHELLO_KNOWN_SETS, .site = "site of sixteen",
	    .self = { 0x1122334455667788, 9 }, .peer = { 7, 1 },
	    .stream_window = 1 << 22, .floor = 1 << 16,
	    .session_window = UINT64_C(1) << 33, .streams_max = 1000,
	    .store = 0xabcdef, .blocks = 123456, .domain = "customers",
	    .route_count = 4 };
	static const char *const dest[] = { "10.1.0.0/16", "0.0.0.0/0",
	    "2001:db8::/33", "192.0.2.7/32" };

	for (size_t i = 0; i < OBJ_COUNT(dest); i++) {
		assert_int_equal(addr_parse_prefix(dest[i],
		    &h.routes[i].dest), 0);
		h.routes[i].metric = (uint16_t)(i * 300);
		h.routes[i].exclude = i == 3;
	}
	return h;
}

static size_t
frame_of(const struct linkhello *h, uint8_t out[LINKFRAME_MAX],
    struct linkframe *f)
{
	struct wbuf w;

	wbuf_init(&w, out, LINKFRAME_MAX);
	linkhello_write(h, &w);
	assert_false(w.bad);
	assert_int_equal(linkframe_read(f, out, w.off), LINKFRAME_WHOLE);
	return w.off;
}

static void
all_of_it_arrives(void **state)
{
	uint8_t out[LINKFRAME_MAX];
	struct linkhello h = sample(), got;
	struct linkframe f;

	(void)state;
	(void)frame_of(&h, out, &f);
	assert_int_equal(linkhello_read(&got, &f, NULL), 0);
	assert_int_equal(got.version_min, 1);
	assert_int_equal(got.version_max, 3);
	assert_int_equal(got.features, h.features);
	assert_memory_equal(got.site, h.site, LINKHELLO_SITE);
	assert_true(linklife_equal(&got.self, &h.self));
	assert_true(linklife_equal(&got.peer, &h.peer));
	assert_int_equal(got.stream_window, h.stream_window);
	assert_int_equal(got.floor, h.floor);
	assert_int_equal(got.session_window, h.session_window);
	assert_int_equal(got.streams_max, h.streams_max);
	assert_int_equal(got.store, h.store);
	assert_int_equal(got.blocks, h.blocks);
	assert_string_equal(got.domain, h.domain);
	assert_int_equal(got.route_count, h.route_count);
	for (size_t i = 0; i < h.route_count; i++) {
		char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

		assert_string_equal(
		    addr_format_prefix(&got.routes[i].dest, a),
		    addr_format_prefix(&h.routes[i].dest, b));
		assert_int_equal(got.routes[i].metric, h.routes[i].metric);
		assert_int_equal(got.routes[i].exclude, h.routes[i].exclude);
	}
}

static void
the_longest_is_one_frame(void **state)
{
	static struct linkhello h, got;
	uint8_t out[LINKFRAME_MAX];
	struct linkframe f;

	(void)state;
	h = sample();
	h.route_count = LINKHELLO_ROUTES_MAX;
	for (size_t i = 0; i < LINKHELLO_ROUTES_MAX; i++)
		assert_int_equal(addr_parse_prefix("2001:db8::1/128",
		    &h.routes[i].dest), 0);
	memset(h.domain, 'd', LINKHELLO_DOMAIN_MAX);
	(void)frame_of(&h, out, &f);
	assert_int_equal(linkhello_read(&got, &f, NULL), 0);
	assert_int_equal(got.route_count, LINKHELLO_ROUTES_MAX);
}

/* Cut anywhere, or with an octet too many, it is none. */
static void
it_is_as_long_as_it_says(void **state)
{
	uint8_t out[LINKFRAME_MAX + 1] = { 0 };
	struct linkhello h = sample(), got;
	struct linkframe f;
	size_t whole;

	(void)state;
	(void)frame_of(&h, out, &f);
	whole = f.len;
	for (f.len = 0; f.len <= whole + 1; f.len++)
		assert_int_equal(linkhello_read(&got, &f, NULL),
		    f.len == whole ? 0 : ERR_PARSE);
}

static void
versions_have_to_meet(void **state)
{
	static const struct {
		uint8_t min, max;
		int	want;
	} row[] = {
		{ 1, 1, 0 }, { 0, 1, 0 }, { 1, 255, 0 },
		{ 2, 9, ERR_UNSUPPORTED }, { 0, 0, ERR_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		uint8_t out[LINKFRAME_MAX];
		struct linkhello h = sample(), got;
		struct err e = { .code = 0 };
		struct linkframe f;

		h.version_min = row[i].min;
		h.version_max = row[i].max;
		(void)frame_of(&h, out, &f);
		assert_int_equal(linkhello_read(&got, &f, &e), row[i].want);
		assert_int_equal(e.text[0] != '\0', row[i].want != 0);
	}
}

static void
what_makes_no_sense_is_refused(void **state)
{
	static const struct {
		size_t	at;	/* in the body */
		uint8_t octet;
	} bad[] = {
		{ 82, 65 },		/* a domain's name too long */
		{ 83, ' ' },		/* no name */
		{ 92, 3 },		/* routes without end */
		{ 94, 2 },		/* a route's flags */
		{ 95, 5 },		/* IPv5 */
		{ 96, 33 },		/* a prefix that is too long */
		{ 96, 15 },		/* bits behind its length */
	};
	uint8_t out[LINKFRAME_MAX];
	struct linkhello h = sample(), got;
	struct linkframe f;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		(void)frame_of(&h, out, &f);
		if (out[LINKFRAME_HEAD + bad[i].at] == bad[i].octet)
			fail_msg("row %zu changes nothing", i);
		out[LINKFRAME_HEAD + bad[i].at] = bad[i].octet;
		if (linkhello_read(&got, &f, NULL) != ERR_PARSE)
			fail_msg("row %zu is not refused", i);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_arrives),
		cmocka_unit_test(the_longest_is_one_frame),
		cmocka_unit_test(it_is_as_long_as_it_says),
		cmocka_unit_test(versions_have_to_meet),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("linkhello", tests, NULL, NULL);
}
