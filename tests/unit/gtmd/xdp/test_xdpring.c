/* tests/unit/gtmd/xdp/test_xdpring.c - frames through a pair of veth interfaces of
 * a network of our own: what comes in is changed where it lies and goes out, and no
 * frame's room is ever lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/xdp/xdpring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "gtmd/xdp/xdpfilter.h"

#define LEN	(14 + 20 + 8 + 20)	/* headers and a small query */
#define BURST	32u

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x53 };
static struct xdpring *ring;
static struct xdpfilter *filter;
static int wire = -1;		/* the other end; -1 = there is no network */

static bool
ip(const char *line)
{
	char *copy = strdup(line), *argv[24] = { NULL }, *rest = copy;
	int status = -1;
	size_t n = 0;
	pid_t pid;

	while (n < 23 && (argv[n] = strsep(&rest, " ")) != NULL)
		n++;
	if (posix_spawnp(&pid, "ip", NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = -1;
	free(copy);
	return status == 0;
}

static int
make_network(void **state)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_IP) };
	struct err e;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0 ||
	    !ip("ip link add srv numrxqueues 1 numtxqueues 1 "
	    "address 02:00:00:00:00:53 type veth peer name cli") ||
	    !ip("ip link set srv up") || !ip("ip link set cli up"))
		return 0;		/* each test skips */
	filter = xdpfilter_open(&e);
	if (filter == NULL)
		return 0;
	wire = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP));
	at.sll_ifindex = (int)if_nametoindex("cli");
	assert_int_equal(bind(wire, (struct sockaddr *)&at, sizeof(at)), 0);
	return 0;
}

#define NEED_NETWORK()	do { if (wire == -1) skip(); } while (0)

/* What comes to 192.0.2.53, port 53, is the ring's. */
static int
set_up(void **state)
{
	static const struct addrport place = { { AF_INET,
	    { 192, 0, 2, 53 } }, 53 };
	const struct xdpfilter_wish wish = { .mac = mac, .packet_max = 1500,
	    .places = &place, .count = 1 };
	struct err e;

	(void)state;
	if (wire == -1)
		return 0;
	/* The kernel gives a queue back a little after it was closed. */
	for (int i = 0; i < 1000 && (ring = xdpring_open("srv", 0,
	    &e)) == NULL && errno == EBUSY; i++)
		(void)poll(NULL, 0, 10);
	if (ring == NULL)
		fail_msg("%s", e.text);
	if (xdpfilter_set(filter, &wish, &e) != 0 ||
	    xdpfilter_join(filter, 0, xdpring_fd(ring), &e) != 0 ||
	    xdpfilter_attach(filter, if_nametoindex("srv"), &e) != 0)
		fail_msg("%s", e.text);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (wire == -1)
		return 0;
	xdpfilter_detach(filter);
	xdpring_close(&ring);
	assert_null(ring);
	xdpring_close(&ring);
	return 0;
}

/* A query of a kind: number is told in it. */
static void
make(uint8_t f[LEN], uint32_t number)
{
	static const uint8_t head[] = {
		2, 0, 0, 0, 0, 0x53, 2, 0, 0, 0, 0, 7, 8, 0,
		0x45, 0, 0, LEN - 14, 0, 0, 0, 0, 64, 17, 0, 0,
		192, 0, 2, 7, 192, 0, 2, 53,
		0x30, 0x39, 0, 53, 0, LEN - 34, 0, 0,
		0x12, 0x34, 1, 0, 0, 1,
	};

	memset(f, 0, LEN);
	memcpy(f, head, sizeof(head));
	memcpy(f + LEN - sizeof(number), &number, sizeof(number));
}

static void
send_one(uint32_t number)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	uint8_t f[LEN];

	make(f, number);
	to.sll_ifindex = (int)if_nametoindex("cli");
	assert_int_equal(sendto(wire, f, LEN, 0, (struct sockaddr *)&to,
	    sizeof(to)), LEN);
}

/* All that there is once something has come. */
static unsigned
await(struct xdpring_frame *frames)
{
	struct pollfd p = { .fd = xdpring_fd(ring), .events = POLLIN };
	unsigned n = 0;

	for (int i = 0; i < 100 && n == 0; i++) {
		(void)poll(&p, 1, 100);
		n = xdpring_get(ring, frames, BURST);
	}
	return n;
}

/* What the other end receives; 0 when nothing comes for a while. */
static size_t
receive(uint8_t *octets, size_t cap, int wait_ms)
{
	struct pollfd p = { .fd = wire, .events = POLLIN };
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t n;

	while (poll(&p, 1, wait_ms) == 1) {
		n = recvfrom(wire, octets, cap, 0, (struct sockaddr *)&from,
		    &len);
		if (n > 0 && from.sll_pkttype != PACKET_OUTGOING)
			return (size_t)n;
	}
	return 0;
}

static void
a_frame_goes_out_as_it_was_changed_where_it_lay(void **state)
{
	struct xdpring_frame frames[BURST];
	uint8_t want[LEN], got[2048];

	(void)state;
	NEED_NETWORK();
	assert_int_equal(xdpring_get(ring, frames, BURST), 0);
	xdpring_put(ring, frames, 0);
	send_one(7);
	assert_int_equal(await(frames), 1);
	make(want, 7);
	assert_int_equal(frames[0].len, LEN);
	assert_memory_equal(frames[0].octets, want, LEN);
	/* As long as there is room for. */
	memcpy(frames[0].octets, want + 6, 6);
	memset(frames[0].octets + LEN, 0xa5, 1400 - LEN);
	frames[0].len = 1400;
	xdpring_put(ring, frames, 1);
	assert_int_equal(receive(got, sizeof(got), 10000), 1400);
	assert_memory_equal(got, want + 6, 6);
	assert_memory_equal(got + 14, want + 14, LEN - 14);
	assert_int_equal(got[1399], 0xa5);
}

static void
what_has_no_length_is_not_sent(void **state)
{
	struct xdpring_frame frames[BURST];
	uint8_t got[2048];
	unsigned seen = 0, out = 0;
	uint32_t number;

	(void)state;
	NEED_NETWORK();
	for (uint32_t i = 0; i < 8; i++)
		send_one(i);
	while (seen < 8) {
		unsigned n = await(frames);

		assert_true(n > 0);
		for (unsigned i = 0; i < n; i++)
			if ((seen + i) % 2 == 1)
				frames[i].len = 0;
		xdpring_put(ring, frames, n);
		seen += n;
	}
	while (receive(got, sizeof(got), out < 4 ? 10000 : 50) == LEN) {
		memcpy(&number, got + LEN - sizeof(number), sizeof(number));
		assert_int_equal(number, 2 * out++);
	}
	assert_int_equal(out, 4);
}

/* More than there are frames, sent and not: none of their places is lost, and the
 * last one is what was sent last. */
static void
no_frames_room_is_lost(void **state)
{
	struct xdpring_frame frames[BURST];
	uint8_t want[LEN], got[2048];
	uint32_t next = 0;

	(void)state;
	NEED_NETWORK();
	while (next < 3 * XDPRING_FRAMES) {
		uint32_t sent = next;

		for (unsigned i = 0; i < BURST; i++)
			send_one(sent++);
		while (next < sent) {
			unsigned n = await(frames);

			if (n == 0)
				fail_msg("nothing comes after %u", next);
			for (unsigned i = 0; i < n; i++, next++) {
				make(want, next);
				assert_memory_equal(frames[i].octets, want,
				    LEN);
				frames[i].len = next % 3 == 0 ? LEN : 0;
			}
			xdpring_put(ring, frames, n);
			while (receive(got, sizeof(got), 0) > 0)
				continue;
		}
	}
	for (int i = 0; i < 100 && xdpring_push(ring); i++)
		(void)poll(NULL, 0, 1);
	assert_false(xdpring_push(ring));
}

static void
what_cannot_be_opened_says_why(void **state)
{
	struct err e = { 0 };

	(void)state;
	NEED_NETWORK();
	assert_null(xdpring_open("nothere", 0, &e));
	assert_int_equal(errno, ENODEV);
	assert_non_null(strstr(e.text, "queue 0 of nothere"));
	assert_null(xdpring_open("srv", 7, &e));
	assert_int_equal(errno, EINVAL);
	/* The queue is ours already. */
	assert_null(xdpring_open("srv", 0, &e));
	assert_int_equal(errno, EBUSY);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_frame_goes_out_as_it_was_changed_where_it_lay),
		T(what_has_no_length_is_not_sent),
		T(no_frames_room_is_lost),
		T(what_cannot_be_opened_says_why),
	};

	return cmocka_run_group_tests_name("xdpring", tests, make_network,
	    NULL);
}
