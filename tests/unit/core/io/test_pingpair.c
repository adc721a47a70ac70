/* tests/unit/core/io/test_pingpair.c - echoes that this host sends to itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/pingpair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"

#define TOKEN	"of this test"

static struct loop *loop;
static struct pingpair pair;
static struct loop_timer limit;

/* The last reply that brought the token back. */
static struct {
	unsigned	 count;
	const struct pingside *side;
	struct addr	 from;
	uint8_t		 octets[128];
	size_t		 len;
} heard;

static void
on_heard(const struct pingside *s, const uint8_t *octets, size_t len,
    const struct addr *from)
{
	size_t head = s->headed ? 20 : 0;

	assert_ptr_equal(s->arg, &pair);
	/* A raw socket is given replies to whom it may be. */
	if (len != head + 8 + sizeof(TOKEN) ||
	    memcmp(octets + head + 8, TOKEN, sizeof(TOKEN)) != 0)
		return;
	heard.count++;
	heard.side = s;
	heard.from = *from;
	heard.len = len;
	memcpy(heard.octets, octets, len);
	loop_stop(loop);
}

static void
on_limit(struct loop_timer *t, void *arg)
{
	(void)t;
	(void)arg;
	fail_msg("no reply has come");
}

static int
setup(void **state)
{
	struct err e;

	(void)state;
	memset(&heard, 0, sizeof(heard));
	loop = loop_new(&clock_system, &e);
	assert_non_null(loop);
	pingpair_init(&pair, loop, on_heard, &pair);
	loop_timer_init(&limit, loop, on_limit, NULL);
	loop_timer_start(&limit, 20000, 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pingpair_fini(&pair);
	loop_timer_stop(&limit);
	loop_free(&loop);
	return 0;
}

/* RFC 792, RFC 4443 4.1; the sum is the kernel's but for a raw IPv4 socket's. */
static size_t
write_echo(uint8_t *to, uint8_t family)
{
	static const uint8_t v4[] = { 8, 0, 0, 0, 0x12, 0x34, 0, 1 };
	static const uint8_t v6[] = { 128, 0, 0, 0, 0x12, 0x34, 0, 1 };
	size_t len = 8 + sizeof(TOKEN);
	uint32_t sum = 0;

	memcpy(to, family == AF_INET ? v4 : v6, 8);
	memcpy(to + 8, TOKEN, sizeof(TOKEN));
	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)to[i] << 8 : to[i];
	sum = (sum & 0xffff) + (sum >> 16);
	to[2] = (uint8_t)(~sum >> 8);
	to[3] = (uint8_t)~sum;
	return len;
}

/* Asks, with that word to the kernel, and waits for the reply. */
static void
ask(struct pingside *s, struct pingpair_packet out, const char *text)
{
	uint8_t octets[64];
	struct addr to;
	int rc;

	assert_int_equal(addr_parse(text, &to), 0);
	out.to = &to;
	out.octets = octets;
	out.len = write_echo(octets, s->family);
	rc = pingpair_send(s, &out);
	if (rc == EADDRNOTAVAIL && s->family == AF_INET6)
		skip();			/* a host without IPv6 */
	assert_int_equal(rc, 0);
	loop_run(loop);
}

#define NEEDED(s)	do {						\
	int rc_ = pingpair_open(s);					\
									\
	if (rc_ == EACCES || rc_ == EPERM || rc_ == EAFNOSUPPORT)	\
		skip();							\
	assert_int_equal(rc_, 0);					\
} while (0)

static void
nothing_is_opened_before_it_is_needed(void **state)
{
	struct pingside *s = pingpair_side(&pair, AF_INET);
	int fd;

	(void)state;
	assert_ptr_equal(s, &pair.v4);
	assert_int_equal(s->fd, -1);
	pingpair_read(s);		/* nothing has come, then */
	NEEDED(s);
	fd = s->fd;
	assert_int_equal(pingpair_open(s), 0);
	assert_int_equal(s->fd, fd);
	assert_int_equal(pingpair_side(&pair, AF_INET6)->fd, -1);
}

static void
replies_come_by_the_loop_with_who_sent_them(void **state)
{
	static const struct {
		uint8_t		family;
		const char	*text;
	} ends[] = { { AF_INET, "127.0.0.1" }, { AF_INET6, "::1" } };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(ends); i++) {
		struct pingside *s = pingpair_side(&pair, ends[i].family);
		struct addr want;

		NEEDED(s);
		assert_int_equal(addr_parse(ends[i].text, &want), 0);
		ask(s, (struct pingpair_packet){ .word = NULL },
		    ends[i].text);
		assert_ptr_equal(heard.side, s);
		assert_true(addr_equal(&heard.from, &want));
		assert_int_equal(s->headed, s->raw &&
		    ends[i].family == AF_INET);
		assert_int_equal(heard.octets[s->headed ? 20 : 0],
		    ends[i].family == AF_INET ? 0 : 129);
	}
}

/* Where the reply goes to is where the echo came from. */
static void
the_kernel_is_told_a_word_with_the_echo(void **state)
{
	static const uint8_t own[] = { 127, 0, 0, 9 };
	struct in_pktinfo from = { .ipi_ifindex = 0 };
	struct pingside *s = pingpair_side(&pair, AF_INET);

	(void)state;
	NEEDED(s);
	if (!s->headed)
		skip();
	memcpy(&from.ipi_spec_dst, own, sizeof(own));
	ask(s, (struct pingpair_packet){ .level = IPPROTO_IP,
	    .type = IP_PKTINFO, .word = &from, .word_len = sizeof(from) },
	    "127.0.0.1");
	assert_memory_equal(heard.octets + 16, own, sizeof(own));
}

static void
what_cannot_be_sent_says_why(void **state)
{
	struct pingside *s = pingpair_side(&pair, AF_INET);
	uint8_t octets[64];
	struct addr to;
	struct pingpair_packet out = { .to = &to, .octets = octets,
	    .len = write_echo(octets, AF_INET) };

	(void)state;
	NEEDED(s);
	assert_int_equal(addr_parse("255.255.255.255", &to), 0);
	assert_int_not_equal(pingpair_send(s, &out), 0);
}

static void
what_has_come_can_be_taken_without_the_loop(void **state)
{
	mono_ns until;
	struct pingside *s = pingpair_side(&pair, AF_INET);
	uint8_t octets[64];
	struct addr to;
	struct pingpair_packet out = { .to = &to, .octets = octets,
	    .len = write_echo(octets, AF_INET) };

	(void)state;
	NEEDED(s);
	assert_int_equal(addr_parse("127.0.0.1", &to), 0);
	assert_int_equal(pingpair_send(s, &out), 0);
	until = clock_mono(&clock_system) + 20 * CLOCK_S;
	while (heard.count == 0 && clock_mono(&clock_system) < until)
		pingpair_read(s);
	assert_int_equal(heard.count, 1);
}

#define PING_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		PING_TEST(nothing_is_opened_before_it_is_needed),
		PING_TEST(replies_come_by_the_loop_with_who_sent_them),
		PING_TEST(the_kernel_is_told_a_word_with_the_echo),
		PING_TEST(what_cannot_be_sent_says_why),
		PING_TEST(what_has_come_can_be_taken_without_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
