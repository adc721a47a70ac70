/* tests/unit/etherip/frame/test_ndframe.c - what is made is read back, goes to whom it should,
 * and what a station must not believe is not read. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/obj.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

#define MAC	UINT64_C(0x0201d7010203)
#define OTHER	UINT64_C(0x0201d7040506)

static struct addr
ip(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static bool
is(const struct addr *a, const char *text)
{
	struct addr want = ip(text);

	return addr_equal(a, &want);
}

static struct ndframe
read_back(const uint8_t *octets, size_t len, struct ethframe *f)
{
	struct ndframe n;

	assert_true(len >= 60);
	assert_true(ethframe_read(f, octets, len));
	assert_true(ndframe_read(&n, f, octets, len));
	return n;
}

static void
announcements_go_to_all_nodes(void **state)
{
	struct ndframe n = { .link = MAC, .target = ip("2001:db8::5"),
	    .router = true };
	uint8_t out[NDFRAME_MAX];
	struct ethframe f;

	(void)state;
	n = read_back(out, ndframe_announce(out, &n, 7), &f);
	assert_int_equal(f.dst, UINT64_C(0x333300000001));
	assert_int_equal(f.src, MAC);
	assert_int_equal(f.vlan, 7);
	assert_int_equal(n.kind, NDFRAME_TELL);
	assert_true(is(&n.source, "2001:db8::5"));
	assert_true(is(&n.target, "2001:db8::5"));
	assert_true(is(&n.dest, "ff02::1"));
	assert_true(n.override && n.router && !n.solicited);
	assert_int_equal(n.link, MAC);
}

static void
questions_go_to_one_or_to_the_group(void **state)
{
	const struct ndframe ask = { .link = OTHER,
	    .source = ndframe_linklocal(OTHER), .target = ip("fe80::12:3456") };
	struct ndframe n;
	uint8_t out[NDFRAME_MAX];
	struct ethframe f;

	(void)state;
	n = read_back(out, ndframe_ask(out, &ask, MAC, 0), &f);
	assert_int_equal(f.dst, MAC);
	assert_true(is(&n.dest, "fe80::12:3456"));
	assert_true(is(&n.source, "fe80::1:d7ff:fe04:506"));
	assert_int_equal(n.link, OTHER);
	n = read_back(out, ndframe_ask(out, &ask, MACADDR_BROADCAST, 0), &f);
	assert_int_equal(f.dst, UINT64_C(0x3333ff123456));
	assert_true(is(&n.dest, "ff02::1:ff12:3456"));
	assert_int_equal(n.kind, NDFRAME_ASK);
}

static void
who_has_no_address_asks_the_group_and_all_hear_the_answer(void **state)
{
	const struct ndframe ask = { .link = OTHER,
	    .target = ip("2001:db8::5") };
	const struct ndframe tell = { .link = MAC, .override = true };
	struct ndframe q, n;
	uint8_t out[NDFRAME_MAX];
	struct ethframe f;

	(void)state;
	q = read_back(out, ndframe_ask(out, &ask, MAC, 0), &f);
	assert_int_equal(f.dst, UINT64_C(0x3333ff000005));
	assert_int_equal(q.link, 0);
	n = read_back(out, ndframe_answer(out, &q, &tell, 0), &f);
	assert_int_equal(f.dst, UINT64_C(0x333300000001));
	assert_false(n.solicited);
	assert_true(n.override);
}

static void
an_answer_goes_to_who_asked(void **state)
{
	const struct ndframe ask = { .link = OTHER,
	    .source = ip("2001:db8::9"), .target = ip("2001:db8::5") };
	const struct ndframe tell = { .link = MAC };
	struct ndframe q, n;
	uint8_t out[NDFRAME_MAX];
	struct ethframe f;

	(void)state;
	q = read_back(out, ndframe_ask(out, &ask, MACADDR_BROADCAST, 9), &f);
	n = read_back(out, ndframe_answer(out, &q, &tell, 9), &f);
	assert_int_equal(f.dst, OTHER);
	assert_int_equal(f.vlan, 9);
	assert_true(n.solicited && !n.override && !n.router);
	assert_true(is(&n.dest, "2001:db8::9"));
	assert_true(is(&n.target, "2001:db8::5"));
	assert_int_equal(n.link, MAC);
}

/* A frame that was good until one octet of it was changed, checksum made right again. */
static size_t
spoilt(uint8_t out[NDFRAME_MAX], size_t at, uint8_t bits)
{
	const struct ndframe n = { .link = MAC, .target = ip("2001:db8::5") };
	size_t len = ndframe_announce(out, &n, 0), from = 14 + 8;
	uint32_t sum;

	out[at] ^= bits;
	out[56] = out[57] = 0;
	sum = (uint32_t)(len - 54) + 58;
	for (; from < len; from++)
		sum += (uint32_t)out[from] << (from % 2 == 0 ? 8 : 0);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	out[56] = (uint8_t)(~sum >> 8);
	out[57] = (uint8_t)~sum;
	return len;
}

static void
what_is_not_to_be_believed_is_not_read(void **state)
{
	static const struct {
		size_t	at;
		uint8_t	bits;
	} rows[] = {
		{ 14, 0x10 },		/* version */
		{ 20, 0x01 },		/* not ICMPv6 */
		{ 21, 0x01 },		/* came over a router */
		{ 54, 0x01 },		/* neither question nor answer */
		{ 55, 0x01 },		/* code */
		{ 58, 0x40 },		/* solicited, to a group */
		{ 62, 0xdf },		/* target is a group */
		{ 79, 0x01 },		/* option without length */
		{ 80, 0x01 },		/* link is a group */
	};
	uint8_t out[NDFRAME_MAX];
	struct ethframe f;
	struct ndframe n;
	size_t len = spoilt(out, 0, 0);

	(void)state;
	assert_true(ethframe_read(&f, out, len));
	assert_true(ndframe_read(&n, &f, out, len));
	for (size_t cut = f.payload; cut < len; cut++)
		assert_false(ndframe_read(&n, &f, out, cut));
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		len = spoilt(out, rows[i].at, rows[i].bits);
		if (ndframe_read(&n, &f, out, len))
			fail_msg("octet %zu", rows[i].at);
	}
	len = spoilt(out, 0, 0);
	out[57] ^= 1;
	assert_false(ndframe_read(&n, &f, out, len));
	out[57] ^= 1;
	f.type = ETHFRAME_ARP;
	assert_false(ndframe_read(&n, &f, out, len));
}

static void
padding_is_no_part_of_it(void **state)
{
	const struct ndframe n = { .link = MAC, .target = ip("2001:db8::5") };
	uint8_t out[NDFRAME_MAX + 6];
	struct ethframe f;
	struct ndframe back;
	size_t len = ndframe_announce(out, &n, 0);

	(void)state;
	memset(out + len, 0xff, 6);
	assert_true(ethframe_read(&f, out, len + 6));
	assert_true(ndframe_read(&back, &f, out, len + 6));
	assert_int_equal(back.link, MAC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announcements_go_to_all_nodes),
		cmocka_unit_test(questions_go_to_one_or_to_the_group),
		cmocka_unit_test(
		    who_has_no_address_asks_the_group_and_all_hear_the_answer),
		cmocka_unit_test(an_answer_goes_to_who_asked),
		cmocka_unit_test(what_is_not_to_be_believed_is_not_read),
		cmocka_unit_test(padding_is_no_part_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
