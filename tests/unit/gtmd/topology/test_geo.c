/* tests/unit/gtmd/topology/test_geo.c - what a database says of addresses and networks;
 * files that are none. tests/data/geo.mmdb is written by tests/func/lib/mmdb.py.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "gtmd/topology/geo.h"

#define DATABASE	"tests/data/geo.mmdb"

static int
open_database(void **state)
{
	struct err e = { .code = 0 };

	*state = geo_open(DATABASE, &e);
	if (*state == NULL)
		fail_msg("%s", e.text);
	return 0;
}

static int
close_database(void **state)
{
	struct geo *g = *state;

	geo_close(&g);
	assert_null(g);
	geo_close(&g);
	return 0;
}

static void
an_address_is_where_the_narrowest_network_is(void **state)
{
	static const struct { const char *addr, *says; } step[] = {
		{ "192.0.2.1", "EU DE Bavaria BY " },
		{ "192.0.2.200", "EU FR   " },
		{ "198.51.100.7", "    Example Net" },
		{ "2001:db8:1::1", "AS JP   " },
		{ "203.0.113.1", NULL }, { "2001:db9::", NULL },
	};

	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		char says[5 * GEO_TEXT_MAX];
		struct geo_facts f;
		struct addr a;
		bool known;

		assert_int_equal(addr_parse(step[i].addr, &a), 0);
		known = geo_find(*state, &a, &f);
		assert_int_equal(known, step[i].says != NULL);
		(void)snprintf(says, sizeof(says), "%s %s %s %s %s",
		    f.continent, f.country, f.state, f.state_code, f.isp);
		if (known)
			assert_string_equal(says, step[i].says);
	}
}

/* Germany 1, a provider 2, all else of no interest. */
static uint32_t
label(void *arg, const struct geo_facts *f)
{
	(void)arg;
	return strcmp(f->country, "DE") == 0 ? 1 : f->isp[0] != '\0' ? 2 : 0;
}

static void
on_network(void *arg, const struct addr_prefix *p, uint32_t number)
{
	char text[ADDR_TEXT_MAX];

	strbuf_printf(arg, "%s=%u ", addr_format_prefix(p, text), number);
}

/* Two networks of one label side by side are one. */
static void
networks_are_told_as_wide_as_can_be(void **state)
{
	struct strbuf b;
	const struct geo_walk w = { label, on_network, &b };

	strbuf_init(&b);
	geo_walk(*state, AF_INET, &w);
	assert_string_equal(b.text, "192.0.2.0/25=1 198.51.100.0/23=2 ");
	strbuf_clear(&b);
	geo_walk(*state, AF_INET6, &w);
	assert_string_equal(b.text, "");
	strbuf_fini(&b);
}

/* The first octets of a file, as one of its own. */
static void
write_part(const char *path, const uint8_t *octets, size_t len)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(octets, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void
what_is_no_database_is_told(void **state)
{
	char path[] = "/tmp/gtm-geo-XXXXXX";
	static uint8_t octets[8192];
	FILE *f = fopen(DATABASE, "re");
	size_t len = fread(octets, 1, sizeof(octets), f);
	struct err e;

	(void)state;
	assert_int_equal(fclose(f), 0);
	(void)close(mkstemp(path));
	assert_null(geo_open("/nowhere/geo.mmdb", &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, "/nowhere/geo.mmdb: "));
	write_part(path, octets, 0);
	assert_null(geo_open(path, &e));
	write_part(path, octets, len / 2);
	assert_null(geo_open(path, &e));
	assert_int_equal(e.code, ERR_PARSE);
	/* A node that leads past the end. */
	memset(octets, 0xff, 3);
	write_part(path, octets, len);
	assert_null(geo_open(path, &e));
	assert_int_equal(e.code, ERR_PARSE);
	assert_non_null(strstr(e.text, "is damaged"));
	/* A node whose two ways both lead to itself: a walk would not end. */
	memset(octets, 0, 6);
	write_part(path, octets, len);
	assert_null(geo_open(path, &e));
	assert_int_equal(e.code, ERR_PARSE);
	assert_non_null(strstr(e.text, "is damaged"));
	(void)unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_where_the_narrowest_network_is),
		cmocka_unit_test(networks_are_told_as_wide_as_can_be),
		cmocka_unit_test(what_is_no_database_is_told),
	};

	return cmocka_run_group_tests(tests, open_database, close_database);
}
