/* tests/unit/etherip/path/test_outercut.c - datagrams that are cut shorter than the way asks
 * for: the other end has them whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/outercut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "etherip/path/wansock.h"
#include "tests/unit/etherip/path/pathbed.h"

#define ETHERNET	14u	/* the loopback's frames have a head of it */

static bool possible;
static uint8_t octets[PATHBED_ROOM], got[PATHBED_ROOM];

static int
open_network(void **state)
{
	(void)state;
	possible = pathbed_open();
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 7 + i / 256);
	return 0;
}

#define NEED_NETWORK()	do { if (!possible) skip(); } while (0)

static struct wansock_config
between(const char *local, const char *remote)
{
	struct wansock_config c = { .fragment = true };

	assert_int_equal(addr_parse(local, &c.local), 0);
	assert_int_equal(addr_parse(remote, &c.remote), 0);
	return c;
}

/* How many packets have passed, and the octets of the longest. */
static size_t
passed(int fd, size_t *longest)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t count = 0;

	*longest = 0;
	while (poll(&p, 1, 20) == 1) {
		ssize_t n = recv(fd, got, sizeof(got), MSG_TRUNC);

		count++;
		if (n > (ssize_t)(*longest + ETHERNET))
			*longest = (size_t)n - ETHERNET;
	}
	return count;
}

static void
play(const char *local, const char *remote, size_t heads)
{
	static const struct {
		size_t head, body, pieces;
	} rows[] = {
		{ 2, 594, 2 },		/* 20 more than one piece takes */
		{ 2, 574, 1 },
		{ 2, 1500, 3 },
		{ 1400, 100, 3 },	/* cut within the first part */
		{ 56, 60000, 105 },
	};
	struct wansock_config c = between(local, remote);
	struct outercut o = { .local = c.local, .remote = c.remote,
	    .limit = (uint16_t)(576 + heads), .tos = 0xb8 };
	struct err e = { .text = "" };
	int fd = wansock_open_heads(&c, &e), peer, lo;
	size_t longest;

	if (fd < 0)
		fail_msg("%s", e.text);
	peer = pathbed_peer(remote, local);
	lo = pathbed_station("lo", false);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t whole = rows[i].head + rows[i].body;

		o.part[0] = (struct iovec){ octets, rows[i].head };
		o.part[1] = (struct iovec){ octets + rows[i].head,
		    rows[i].body };
		o.id = (uint32_t)i + 1;
		assert_int_equal(outercut_send(fd, &o), 0);
		assert_int_equal(passed(lo, &longest), rows[i].pieces);
		assert_true(longest <= 576 + heads);
		assert_int_equal(pathbed_receive(peer, got, sizeof(got), 2000),
		    whole);
		assert_memory_equal(got, octets, whole);
	}
	(void)close(lo);
	(void)close(peer);
	(void)close(fd);
}

static void
pieces_are_no_longer_than_asked_for(void **state)
{
	(void)state;
	NEED_NETWORK();
	play("192.0.2.1", "192.0.2.2", 20);
	play("2001:db8::1", "2001:db8::2", 48);
}

static void
a_way_that_takes_less_is_told(void **state)
{
	struct wansock_config c = between("192.0.2.1", "192.0.2.2");
	struct outercut o = { .local = c.local,
	    .remote = c.remote, .limit = 1400, .id = 1,
	    .part = { { octets, 2 }, { octets, 1500 } } };
	int fd;

	(void)state;
	NEED_NETWORK();
	assert_true(pathbed_ip("ip link set lo mtu 1300"));
	fd = wansock_open_heads(&c, NULL);
	assert_true(fd >= 0);
	assert_int_equal(outercut_send(fd, &o), EMSGSIZE);
	o.limit = 1300;
	assert_int_equal(outercut_send(fd, &o), 0);
	assert_true(pathbed_ip("ip link set lo mtu 65536"));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_no_longer_than_asked_for),
		cmocka_unit_test(a_way_that_takes_less_is_told),
	};

	return cmocka_run_group_tests(tests, open_network, NULL);
}
