/* tests/unit/gtmd/serve/test_proxyheader.c - which octets are a PROXY header, and
 * whom they name. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "gtmd/serve/proxyheader.h"

#define SIG	"0d0a0d0a000d0a515549540a"
#define V4	"c0000201 cb007109 1f90 0035"
#define V6	"20010db8000000000000000000000001 " \
		"20010db8000000000000000000000002 1f90 0035"

static size_t
octets_of(const char *hex, uint8_t *out)
{
	size_t n = 0;
	unsigned v;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		assert_int_equal(sscanf(hex, "%2x", &v), 1);
		out[n++] = (uint8_t)v;
		hex++;
	}
	return n;
}

static const struct example {
	const char	*octets;
	enum proxyheader_kind kind;
	size_t		 len;		/* of the header */
	const char	*client;
} examples[] = {
	{ SIG "21 11 000c" V4, PROXYHEADER_CLIENT, 28, "192.0.2.1:8080" },
	{ SIG "21 12 000c" V4, PROXYHEADER_CLIENT, 28, "192.0.2.1:8080" },
	{ SIG "21 21 0024" V6, PROXYHEADER_CLIENT, 52, "2001:db8::1.8080" },
	{ SIG "21 22 0024" V6 "beef", PROXYHEADER_CLIENT, 52,
	  "2001:db8::1.8080" },
	/* additional fields: NOOP of no octets, a name of three */
	{ SIG "21 11 0015" V4 "04 0000 02 0003 616263", PROXYHEADER_CLIENT, 37,
	  "192.0.2.1:8080" },
	{ SIG "20 00 0000", PROXYHEADER_LOCAL, 16, NULL },
	/* LOCAL means nothing by what it carries */
	{ SIG "20 11 000c" V4, PROXYHEADER_LOCAL, 28, NULL },
	{ SIG "20 7f 0003 ffffff", PROXYHEADER_LOCAL, 19, NULL },
	{ SIG "21 00 0000", PROXYHEADER_LOCAL, 16, NULL },
	{ SIG "21 10 000c" V4, PROXYHEADER_LOCAL, 28, NULL },
	/* cut anywhere */
	{ "", PROXYHEADER_MORE, 0, NULL },
	{ "0d0a", PROXYHEADER_MORE, 0, NULL },
	{ SIG, PROXYHEADER_MORE, 0, NULL },
	{ SIG "21", PROXYHEADER_MORE, 0, NULL },
	{ SIG "21 11 000c", PROXYHEADER_MORE, 0, NULL },
	{ SIG "21 11 000c c0000201cb0071091f9000", PROXYHEADER_MORE, 0, NULL },
	/* 520 more are the most */
	{ SIG "20 00 0208", PROXYHEADER_MORE, 0, NULL },
	{ SIG "20 00 0209", PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 11 ffff", PROXYHEADER_BAD, 0, NULL },
	/* no header, or another version of it */
	{ "00", PROXYHEADER_BAD, 0, NULL },
	{ "0d0b", PROXYHEADER_BAD, 0, NULL },
	{ "50524f5859205443503420", PROXYHEADER_BAD, 0, NULL },
	{ SIG "11 11 000c" V4, PROXYHEADER_BAD, 0, NULL },
	{ SIG "31", PROXYHEADER_BAD, 0, NULL },
	{ SIG "22 11 000c" V4, PROXYHEADER_BAD, 0, NULL },
	/* no room for the addresses; UNIX sockets; no such transport */
	{ SIG "21 11 000b c0000201cb0071091f9000", PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 21 000c" V4, PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 11 0000", PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 31 0000", PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 13 000c" V4, PROXYHEADER_BAD, 0, NULL },
	/* a field that overruns, and half a field */
	{ SIG "21 11 000f" V4 "04 0001", PROXYHEADER_BAD, 0, NULL },
	{ SIG "21 11 000e" V4 "04 00", PROXYHEADER_BAD, 0, NULL },
};

/* Each in memory of its own size, so that a read past it is found. */
static void
examples_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(examples); i++) {
		const struct example *x = &examples[i];
		uint8_t room[600], *p;
		size_t n = octets_of(x->octets, room);
		struct proxyheader h = { 0 };
		enum proxyheader_kind kind;
		char text[ADDR_TEXT_MAX];

		p = malloc(n + 1);
		memcpy(p + 1, room, n);
		kind = proxyheader_read(p + 1, n, &h);
		if (kind != x->kind)
			fail_msg("%s: kind %d, want %d", x->octets, kind,
			    x->kind);
		if (kind == PROXYHEADER_LOCAL || kind == PROXYHEADER_CLIENT)
			assert_int_equal(h.len, x->len);
		if (kind == PROXYHEADER_CLIENT)
			assert_string_equal(addr_format_port(&h.client, text),
			    x->client);
		free(p);
	}
}

/* However it is cut: MORE to the last octet but one. */
static void
every_prefix_asks_for_more(void **state)
{
	uint8_t p[600];
	struct proxyheader h;
	size_t n = octets_of(SIG "21 21 0027" V6 "04 0000", p);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(proxyheader_read(p, i, &h), PROXYHEADER_MORE);
	assert_int_equal(proxyheader_read(p, n, &h), PROXYHEADER_CLIENT);
}

/* A DNS message by TCP that starts like one would be 3338 octets long. */
static void
the_signature_is_known(void **state)
{
	uint8_t p[20];
	size_t n = octets_of(SIG "21", p);

	(void)state;
	for (size_t i = 0; i <= n; i++)
		assert_true(proxyheader_begins(p, i));
	p[11] = 0;
	assert_true(proxyheader_begins(p, 11));
	assert_false(proxyheader_begins(p, 12));
}

static bool
may_send(const struct proxysources *s, const char *text)
{
	struct sockaddr_storage ss;
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	(void)addr_to_sockaddr(&a, 53, &ss);
	return proxyheader_source(s, (const struct sockaddr *)&ss);
}

static void
sources_are_prefixes_of_both_families(void **state)
{
	struct proxysources s = { .count = 2 };

	(void)state;
	assert_int_equal(addr_parse_prefix("192.0.2.0/24", &s.v[0]), 0);
	assert_int_equal(addr_parse_prefix("2001:db8::7", &s.v[1]), 0);
	assert_true(may_send(&s, "192.0.2.255"));
	assert_true(may_send(&s, "2001:db8::7"));
	assert_true(may_send(&s, "::ffff:192.0.2.9"));
	assert_false(may_send(&s, "192.0.3.0"));
	assert_false(may_send(&s, "2001:db8::8"));
	s.count = 0;
	assert_false(may_send(&s, "192.0.2.255"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_are_read),
		cmocka_unit_test(every_prefix_asks_for_more),
		cmocka_unit_test(the_signature_is_known),
		cmocka_unit_test(sources_are_prefixes_of_both_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
