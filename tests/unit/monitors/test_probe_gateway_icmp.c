/* tests/unit/monitors/test_probe_gateway_icmp.c - echoes to loopback's addresses,
 * which the kernel answers. Where no ICMP socket is to be had, that is what is
 * tested. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/wire/icmpecho.h"
#include "monitors/probe_gateway_icmp.h"

static bool may_raw;

static int
set_up(void **state)
{
	static struct bed b;
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	may_raw = fd != -1;
	if (may_raw)
		(void)close(fd);
	bed_open(&b, &probe_gateway_icmp_type);
	*state = &b;
	return 0;
}

static void
go_to(struct bed *b, const char *text)
{
	b->peer.at.port = 0;
	assert_int_equal(addr_parse(text, &b->peer.at.addr), 0);
}

/* Without a socket the fault is ours; then there is nothing else to test. */
static bool
abstained(const struct bed *b)
{
	char why[128];

	if (may_raw || b->result.outcome != PROBE_ABSTAIN)
		return false;
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	probe_reason(&b->result, why, sizeof(why));
	assert_non_null(strstr(why, "cannot probe: "));
	return true;
}

static void
loopback_answers_in_both_families(void **state)
{
	static const char *const to[] = { "127.0.0.1", "127.77.1.2", "::1" };
	struct bed *b = *state;

	for (size_t i = 0; i < 3; i++) {
		go_to(b, to[i]);
		bed_probe(b, 0);
		if (abstained(b))
			return;
		/* A container may have no ::1. */
		if (i == 2 && b->result.outcome != PROBE_UP)
			bed_expect(b, PROBE_DOWN, b->result.code);
		else
			bed_expect(b, PROBE_UP, PROBE_OK);
	}
}

static void
many_at_once_are_told_apart(void **state)
{
	enum { COUNT = 300 };
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);

	for (unsigned i = 0; i < COUNT; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), "127.8.%u.%u", i / 200,
		    i % 200 + 1);
		go_to(b, text);
		job.to = b->peer.at;
		assert_non_null(b->type->start(&job));
	}
	/* What a small buffer loses is asked again. */
	for (int i = 0; i < 1000 && b->done < COUNT; i++)
		loop_advance(b->loop, &b->clk, 10 * CLOCK_MS);
	assert_int_equal(b->done, COUNT);
	if (!abstained(b))
		bed_expect(b, PROBE_UP, PROBE_OK);
	b->type->spec_free(&spec);
}

/* From here on in a network of our own whose kernel answers no echo; false
 * where that may not be. */
static bool
go_where_nobody_answers(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	bool done = false;
	int fd;

	if (unshare(CLONE_NEWNET) != 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	done = ioctl(fd, SIOCSIFFLAGS, &lo) == 0;
	(void)close(fd);
	fd = open("/proc/sys/net/ipv4/icmp_echo_ignore_all", O_WRONLY);
	done = fd != -1 && write(fd, "1", 1) == 1 && done;
	if (fd != -1)
		(void)close(fd);
	return done;
}

/* A reply that comes from elsewhere and does not know the token counts for
 * nothing, whatever place in the table it guesses. */
static void
replies_of_others_are_refused(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
	struct sockaddr_in to = { .sin_family = AF_INET };
	uint8_t octets[64];
	struct probe *p;
	int fd = -1;

	if (go_where_nobody_answers())
		fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (fd == -1) {
		b->type->spec_free(&spec);
		skip();
	}
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	go_to(b, "127.0.0.1");
	job.to = b->peer.at;
	p = b->type->start(&job);
	for (unsigned seq = 0; seq < 3; seq++) {
		struct icmpecho echo = { .sequence = (uint16_t)seq,
		    .token = UINT64_C(0x8123456789000000) };

		icmpecho_write(octets, sizeof(octets), AF_INET, &echo);
		octets[0] = 0;		/* a reply; its sum is 8 << 8 more */
		octets[2] = (uint8_t)(octets[2] + 8);
		assert_int_equal(sendto(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&to, sizeof(to)), sizeof(octets));
	}
	for (int i = 0; i < 20; i++)
		loop_advance(b->loop, &b->clk, 0);
	assert_int_equal(b->done, 0);
	loop_advance(b->loop, &b->clk, 3 * CLOCK_S);
	assert_int_equal(b->done, 1);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_non_null(p);
	(void)close(fd);
	b->type->spec_free(&spec);
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);
	struct probe *p;

	go_to(b, "127.0.0.1");
	job.to = b->peer.at;
	p = b->type->start(&job);
	b->type->stop(&p);
	assert_null(p);
	loop_advance(b->loop, &b->clk, 5 * CLOCK_S);
	assert_int_equal(b->done, 0);
	b->type->spec_free(&spec);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(loopback_answers_in_both_families),
		T(many_at_once_are_told_apart),
		T(after_stop_nothing_is_called),
		T(replies_of_others_are_refused),	/* leaves the network */
	};

	return cmocka_run_group_tests_name("probe_gateway_icmp", tests, NULL,
	    NULL);
}
