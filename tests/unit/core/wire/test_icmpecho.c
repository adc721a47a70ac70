/* tests/unit/core/wire/test_icmpecho.c - echoes as the RFCs lay them out, what routers
 * quote of them, and what is none of ours. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sys/socket.h>

#include "core/wire/icmpecho.h"

static const struct icmpecho ours = { 0x1234, 0x5678,
    UINT64_C(0x0102030405060708) };

static void
a_request_is_as_the_rfcs_say(void **state)
{
	/* RFC 792: the sum of all words, with the checksum, is 0xffff. */
	static const uint8_t head[] = { 8, 0, 0x7f, 0x3f, 0x12, 0x34, 0x56,
	    0x78, 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t p[ICMPECHO_MAX];

	(void)state;
	icmpecho_write(p, 44, AF_INET, &ours);
	assert_memory_equal(p, head, sizeof(head));
	for (size_t i = sizeof(head); i < 44; i++)
		assert_int_equal(p[i], 0);
	icmpecho_write(p, ICMPECHO_MIN, AF_INET6, &ours);
	assert_int_equal(p[0], 128);
	assert_int_equal(p[2] | p[3], 0);
}

/* Behind an IPv4 header with options, as a raw socket gives it. */
static size_t
with_ip4(uint8_t *to, const uint8_t *body, size_t len)
{
	memset(to, 0, 24);
	to[0] = 0x46;
	to[9] = 1;
	memcpy(to + 24, body, len);
	return 24 + len;
}

static void
replies_are_read(void **state)
{
	struct icmpecho e;
	uint8_t p[128], raw[160];
	size_t len;

	(void)state;
	icmpecho_write(p, 20, AF_INET, &ours);
	assert_int_equal(icmpecho_read(p, 20, AF_INET, false, &e),
	    ICMPECHO_OTHER);
	p[0] = 0;
	assert_int_equal(icmpecho_read(p, 20, AF_INET, false, &e),
	    ICMPECHO_REPLY);
	assert_memory_equal(&e, &ours, sizeof(e));
	len = with_ip4(raw, p, 20);
	assert_int_equal(icmpecho_read(raw, len, AF_INET, true, &e),
	    ICMPECHO_REPLY);
	assert_int_equal(e.sequence, ours.sequence);
	raw[9] = 6;
	assert_int_equal(icmpecho_read(raw, len, AF_INET, true, &e),
	    ICMPECHO_OTHER);
	p[0] = 129;
	assert_int_equal(icmpecho_read(p, 20, AF_INET6, false, &e),
	    ICMPECHO_REPLY);
	assert_int_equal(e.token, ours.token);
	for (size_t n = 0; n < ICMPECHO_MIN; n++)
		assert_int_equal(icmpecho_read(p, n, AF_INET6, false, &e),
		    ICMPECHO_OTHER);
}

/* Eight octets behind the header are all that RFC 792 promises. */
static void
what_routers_quote_is_read(void **state)
{
	uint8_t request[ICMPECHO_MIN], p[128] = { 11 };
	struct icmpecho e;
	size_t len;

	(void)state;
	icmpecho_write(request, sizeof(request), AF_INET, &ours);
	len = 8 + with_ip4(p + 8, request, 8);
	assert_int_equal(icmpecho_read(p, len, AF_INET, false, &e),
	    ICMPECHO_LOST);
	assert_int_equal(e.ident, ours.ident);
	assert_int_equal(e.sequence, ours.sequence);
	assert_int_equal(e.token, 0);
	assert_int_equal(icmpecho_read(p, len - 1, AF_INET, false, &e),
	    ICMPECHO_OTHER);
	len = 8 + with_ip4(p + 8, request, sizeof(request));
	assert_int_equal(icmpecho_read(p, len, AF_INET, false, &e),
	    ICMPECHO_LOST);
	assert_int_equal(e.token, ours.token);
	p[8 + 9] = 17;
	assert_int_equal(icmpecho_read(p, len, AF_INET, false, &e),
	    ICMPECHO_OTHER);

	memset(p, 0, sizeof(p));
	p[0] = 3;
	p[8] = 0x60;
	p[8 + 6] = 58;
	icmpecho_write(request, sizeof(request), AF_INET6, &ours);
	memcpy(p + 48, request, 8);
	assert_int_equal(icmpecho_read(p, 56, AF_INET6, false, &e),
	    ICMPECHO_LOST);
	assert_int_equal(e.sequence, ours.sequence);
	p[48] = 129;
	assert_int_equal(icmpecho_read(p, 56, AF_INET6, false, &e),
	    ICMPECHO_OTHER);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_as_the_rfcs_say),
		cmocka_unit_test(replies_are_read),
		cmocka_unit_test(what_routers_quote_is_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
