/* tests/unit/core/base/test_addr.c - what is written is read back; what is
 * doubtful is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/rand.h"

/* in NULL ends; want NULL = refused. */
struct row {
	const char *in, *want;
};

static const struct row addresses[] = {
	{ "10.133.39.51", "10.133.39.51" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "1::", "1::" },
	{ "2001:DB8::0001", "2001:db8::1" },
	/* RFC 5952 4.2.2: one zero group is not shortened */
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	/* 4.2.3: the longest run, the first of equal ones */
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "0:0:1:2:3:4:5:6", "::1:2:3:4:5:6" },
	{ "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },
	{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
	/* section 5; the older IPv4-compatible form is not told apart */
	{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
	{ "::10.0.0.1", "::a00:1" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "", NULL }, { "*", NULL }, { "any", NULL }, { "localhost", NULL },
	{ "10.0.0", NULL }, { "10.0.0.1.2", NULL }, { "10.0.0.256", NULL },
	{ "010.0.0.1", NULL }, { "0x0a.0.0.1", NULL }, { "167772161", NULL },
	{ " 10.0.0.1", NULL }, { "10.0.0.1 ", NULL }, { "10.0.0.1/8", NULL },
	{ ":::", NULL }, { "1::2::3", NULL }, { "12345::", NULL },
	{ "1:2:3:4:5:6:7", NULL }, { "1:2:3:4:5:6:7:8:9", NULL },
	{ "fe80::1%eth0", NULL }, { "[::1]", NULL }, { "g::", NULL },
	{ NULL, NULL }
};

static const struct row pairs[] = {
	{ "10.0.0.1:80", "10.0.0.1:80" },
	{ "10.0.0.1:65535", "10.0.0.1:65535" },
	{ "10.0.0.1:*", "10.0.0.1:*" },
	{ "10.0.0.1:0", "10.0.0.1:*" },
	{ "*:*", "*:*" },
	{ "*:80", "*:80" },
	{ "*.80", "*:80" },
	{ "*.*", "*:*" },
	{ "2001:db8::1.80", "2001:db8::1.80" },
	{ "2001:db8::1.*", "2001:db8::1.*" },
	{ "[2001:db8::1]:80", "2001:db8::1.80" },
	{ "[2001:db8::1]:*", "2001:db8::1.*" },
	{ "::.53", "::.53" },
	{ "::ffff:10.0.0.1.80", "::ffff:10.0.0.1.80" },
	{ "", NULL }, { ":", NULL }, { ":80", NULL }, { ".", NULL },
	{ "*", NULL }, { "**:80", NULL }, { "[*]:80", NULL },
	{ "10.0.0.1", NULL }, { "10.0.0.1:", NULL }, { "10.0.0.1.80", NULL },
	{ "10.0.0.1:65536", NULL }, { "10.0.0.1:99999999999", NULL },
	{ "10.0.0.1:080", NULL }, { "10.0.0.1:00", NULL },
	{ "10.0.0.1:+80", NULL }, { "10.0.0.1:-1", NULL },
	{ "10.0.0.1: 80", NULL }, { "10.0.0.1:80 ", NULL },
	{ "10.0.0.1:http", NULL }, { "10.0.0.1:8*", NULL },
	{ "2001:db8::1", NULL }, { "2001:db8::1:80", NULL },
	{ "2001:db8::1.", NULL }, { "[2001:db8::1].80", NULL },
	{ "[10.0.0.1]:80", NULL }, { "[2001:db8::1]", NULL },
	{ "2001:db8::1]:80", NULL }, { "[:80", NULL }, { "[]:80", NULL },
	{ NULL, NULL }
};

static const struct row prefixes[] = {
	{ "10.0.0.0/8", "10.0.0.0/8" },
	{ "0.0.0.0/0", "0.0.0.0/0" },
	{ "::/0", "::/0" },
	{ "10.0.0.1/32", "10.0.0.1/32" },
	{ "10.0.0.1", "10.0.0.1/32" },
	{ "2001:db8::1", "2001:db8::1/128" },
	{ "2001:DB8::/32", "2001:db8::/32" },
	{ "2001:db8::1/128", "2001:db8::1/128" },
	{ "128.0.0.0/1", "128.0.0.0/1" },
	{ "10.128.0.0/9", "10.128.0.0/9" },
	{ "", NULL }, { "/", NULL }, { "/8", NULL }, { "10.0.0.0/", NULL },
	{ "10.0.0.0/33", NULL }, { "::/129", NULL }, { "10.0.0.0/-1", NULL },
	{ "10.0.0.0/08", NULL }, { "10.0.0.0/8/8", NULL }, { "*/0", NULL },
	{ "10.0.0.0/255.0.0.0", NULL }, { "10/8", NULL },
	{ NULL, NULL }
};

static int
redo_addr(const char *in, char out[ADDR_TEXT_MAX])
{
	struct addr a;
	int rc = addr_parse(in, &a);

	if (rc == 0)
		(void)addr_format(&a, out);
	return rc;
}

static int
redo_pair(const char *in, char out[ADDR_TEXT_MAX])
{
	struct addrport ap;
	int rc = addr_parse_port(in, &ap);

	if (rc == 0)
		(void)addr_format_port(&ap, out);
	return rc;
}

static int
redo_prefix(const char *in, char out[ADDR_TEXT_MAX])
{
	struct addr_prefix p;
	int rc = addr_parse_prefix(in, &p);

	if (rc == 0)
		(void)addr_format_prefix(&p, out);
	return rc;
}

static void
check_rows(const struct row *row, int (*redo)(const char *, char *))
{
	for (; row->in != NULL; row++) {
		char out[ADDR_TEXT_MAX] = "", again[ADDR_TEXT_MAX] = "";
		int rc = redo(row->in, out);

		if (row->want == NULL) {
			if (rc != ERR_PARSE)
				fail_msg("\"%s\" gave %d \"%s\"", row->in, rc,
				    out);
			continue;
		}
		if (rc != 0 || strcmp(out, row->want) != 0)
			fail_msg("\"%s\" gave %d \"%s\"", row->in, rc, out);
		if (redo(out, again) != 0 || strcmp(again, out) != 0)
			fail_msg("\"%s\" came back as \"%s\"", out, again);
	}
}

static void
addresses_have_one_form(void **state)
{
	(void)state;
	check_rows(addresses, redo_addr);
}

static void
pairs_have_one_form(void **state)
{
	(void)state;
	check_rows(pairs, redo_pair);
}

static void
prefixes_have_one_form(void **state)
{
	(void)state;
	check_rows(prefixes, redo_prefix);
}

static void
bits_past_the_prefix_are_refused(void **state)
{
	static const char *const text[] = {
		"10.0.0.1/8", "0.0.0.1/0", "192.0.0.0/1", "10.0.0.1/31",
		"2001:db8::1/127", "2001:db8::/28", "::1/0",
	};
	struct addr_prefix p;

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (addr_parse_prefix(text[i], &p) != ERR_RANGE)
			fail_msg("%s was taken", text[i]);
}

static void
refusal_writes_nothing(void **state)
{
	struct addr_prefix p, p0;
	struct addrport ap, ap0;
	struct addr a, a0;

	(void)state;
	memset(&a, 0x5a, sizeof(a));
	memset(&ap, 0x5a, sizeof(ap));
	memset(&p, 0x5a, sizeof(p));
	memcpy(&a0, &a, sizeof(a));
	memcpy(&ap0, &ap, sizeof(ap));
	memcpy(&p0, &p, sizeof(p));
	assert_int_not_equal(addr_parse("1:2", &a), 0);
	assert_int_not_equal(addr_parse_port("10.0.0.1:x", &ap), 0);
	assert_int_not_equal(addr_parse_prefix("10.0.0.1/33", &p), 0);
	assert_int_not_equal(addr_parse_prefix("10.0.0.1/8", &p), 0);
	assert_memory_equal(&a, &a0, sizeof(a));
	assert_memory_equal(&ap, &ap0, sizeof(ap));
	assert_memory_equal(&p, &p0, sizeof(p));
}

/* Values may be compared and hashed as octets, so none may carry rubbish. */
static void
unused_octets_are_zero(void **state)
{
	static const uint8_t zero[12];
	struct addr a;

	(void)state;
	memset(&a, 0xff, sizeof(a));
	assert_int_equal(addr_parse("1.2.3.4", &a), 0);
	assert_memory_equal(a.octets + 4, zero, 12);
}

/* Random addresses with many zero groups, checked by the system's reader. */
static void
random_ipv6_round_trips(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 6);
	for (int i = 0; i < 20000; i++) {
		struct addr a = { .family = AF_INET6 }, b;
		char text[ADDR_TEXT_MAX];
		uint8_t seen[16];

		for (int g = 0; g < 8; g++)
			if (rand_below(&r, 2) == 0)
				a.octets[2 * g + 1] = (uint8_t)rand_u64(&r);
		(void)addr_format(&a, text);
		assert_int_equal(inet_pton(AF_INET6, text, seen), 1);
		assert_memory_equal(seen, a.octets, 16);
		assert_int_equal(addr_parse(text, &b), 0);
		assert_true(addr_equal(&a, &b));
	}
}

static void
longest_texts_fit(void **state)
{
	struct addrport ap = { .addr = { .family = AF_INET6 }, .port = 65535 };
	struct addr_prefix p = { .len = 128 };
	char buf[ADDR_TEXT_MAX];

	(void)state;
	memset(ap.addr.octets, 0xff, 16);
	p.addr = ap.addr;
	assert_string_equal(addr_format_port(&ap, buf),
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff.65535");
	assert_string_equal(addr_format_prefix(&p, buf),
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
}

static struct addr
address(const char *text)
{
	struct addr a = { .family = 0 };

	if (text != NULL)
		assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static void
unset_is_a_star(void **state)
{
	struct addr_prefix p = { .len = 0 };
	struct addr a = address(NULL);
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(addr_format(&a, buf), "*");
	assert_string_equal(addr_format_prefix(&p, buf), "*");
	assert_int_equal(addr_len(&a), 0);
	assert_false(addr_is_any(&a));
	assert_false(addr_in_prefix(&a, &p));
}

static void
order_is_total(void **state)
{
	static const char *const sorted[] = {
		NULL, "0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.1",
		"::", "::1", "2001:db8::",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sorted) / sizeof(sorted[0]); i++)
		for (size_t k = 0; k < sizeof(sorted) / sizeof(sorted[0]); k++) {
			struct addr a = address(sorted[i]);
			struct addr b = address(sorted[k]);
			int rc = addr_compare(&a, &b);

			assert_int_equal((rc > 0) - (rc < 0), (i > k) - (i < k));
			assert_int_equal(addr_equal(&a, &b), i == k);
		}
}

static void
any_is_all_zero(void **state)
{
	static const struct { const char *text; bool want; } row[] = {
		{ "0.0.0.0", true }, { "::", true }, { "0.0.0.1", false },
		{ "::1", false }, { "::ffff:0.0.0.0", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct addr a = address(row[i].text);

		assert_int_equal(addr_is_any(&a), row[i].want);
	}
}

static void
prefix_holds_its_own(void **state)
{
	static const struct { const char *prefix, *addr; bool want; } row[] = {
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.128.0.0/9", "10.128.0.0", true },
		{ "10.128.0.0/9", "10.127.255.255", false },
		{ "10.0.0.4/31", "10.0.0.5", true },
		{ "10.0.0.4/31", "10.0.0.6", false },
		{ "10.0.0.4/32", "10.0.0.4", true },
		{ "10.0.0.4/32", "10.0.0.5", false },
		{ "0.0.0.0/0", "255.1.2.3", true },
		{ "0.0.0.0/0", "::1", false },
		{ "::/0", "ffff::", true },
		{ "::/0", "1.2.3.4", false },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "2001:db8::1/128", "2001:db8::1", true },
		{ "2001:db8::1/128", "2001:db8::2", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct addr a = address(row[i].addr);
		struct addr_prefix p;

		assert_int_equal(addr_parse_prefix(row[i].prefix, &p), 0);
		if (addr_in_prefix(&a, &p) != row[i].want)
			fail_msg("%s in %s", row[i].addr, row[i].prefix);
	}
}

static void
socket_address_and_back(void **state)
{
	static const struct { const char *text; socklen_t len; } row[] = {
		{ "127.0.0.1", sizeof(struct sockaddr_in) },
		{ "2001:db8::1", sizeof(struct sockaddr_in6) },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct addr a = address(row[i].text), b;
		struct sockaddr_storage ss;
		uint16_t port;

		memset(&ss, 0xff, sizeof(ss));
		assert_int_equal(addr_to_sockaddr(&a, 5353, &ss), row[i].len);
		addr_from_sockaddr((struct sockaddr *)&ss, &b, &port);
		assert_memory_equal(&a, &b, sizeof(a));
		assert_int_equal(port, 5353);
	}
}

static void
port_is_in_network_order(void **state)
{
	struct addr a = address("10.0.0.1");
	struct sockaddr_storage ss;
	struct sockaddr_in sin;

	(void)state;
	(void)addr_to_sockaddr(&a, 0x1234, &ss);
	memcpy(&sin, &ss, sizeof(sin));
	assert_int_equal(ntohs(sin.sin_port), 0x1234);
	assert_int_equal(ntohl(sin.sin_addr.s_addr), 0x0a000001);
}

static void
unset_has_no_socket_address(void **state)
{
	struct addr a = address(NULL), b = address("::1");
	struct sockaddr_storage ss;
	uint16_t port = 1;

	(void)state;
	assert_int_equal(addr_to_sockaddr(&a, 53, &ss), 0);
	assert_int_equal(ss.ss_family, AF_UNSPEC);
	addr_from_sockaddr((struct sockaddr *)&ss, &b, &port);
	assert_int_equal(b.family, 0);
	assert_int_equal(port, 0);
}

/* A client behind a dual-stack socket is the IPv4 client that it is. */
static void
mapped_becomes_ipv4(void **state)
{
	struct addr a = address("::ffff:192.0.2.7"), b;
	struct sockaddr_storage ss;
	char buf[ADDR_TEXT_MAX];
	uint16_t port;

	(void)state;
	(void)addr_to_sockaddr(&a, 53, &ss);
	addr_from_sockaddr((struct sockaddr *)&ss, &b, &port);
	assert_string_equal(addr_format(&b, buf), "192.0.2.7");
	assert_int_equal(port, 53);
	assert_int_equal(addr_len(&b), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_one_form),
		cmocka_unit_test(pairs_have_one_form),
		cmocka_unit_test(prefixes_have_one_form),
		cmocka_unit_test(bits_past_the_prefix_are_refused),
		cmocka_unit_test(refusal_writes_nothing),
		cmocka_unit_test(unused_octets_are_zero),
		cmocka_unit_test(random_ipv6_round_trips),
		cmocka_unit_test(longest_texts_fit),
		cmocka_unit_test(unset_is_a_star),
		cmocka_unit_test(order_is_total),
		cmocka_unit_test(any_is_all_zero),
		cmocka_unit_test(prefix_holds_its_own),
		cmocka_unit_test(socket_address_and_back),
		cmocka_unit_test(port_is_in_network_order),
		cmocka_unit_test(unset_has_no_socket_address),
		cmocka_unit_test(mapped_becomes_ipv4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
