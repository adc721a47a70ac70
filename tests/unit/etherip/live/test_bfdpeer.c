/* tests/unit/etherip/live/test_bfdpeer.c - sessions over real sockets in a network of our own,
 * in virtual time. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/bfdpeer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "tests/unit/etherip/live/ownnet.h"

#define MS	CLOCK_MS

static const struct bfdsession_times fast = { 50000, 50000, 3 };

struct end {
	struct bfdpeer_table *table;
	struct bfdpeer	*peer;
	unsigned	 changes;
	enum bfdpacket_state state;
	bool		 free_me;
};

static struct clock hand;
static struct loop *loop;
static struct end ends[2];

static void
on_changed(void *arg, struct bfdpeer *p)
{
	struct end *end = arg;

	end->changes++;
	end->state = bfdpeer_session(p)->state;
	if (end->free_me)
		bfdpeer_free(&end->peer);
}

static struct bfdpeer_config
between(const char *local, const char *remote, struct end *end)
{
	struct bfdpeer_config c = { .times = fast, .changed = on_changed,
	    .arg = end };

	assert_int_equal(addr_parse(local, &c.ends.local), 0);
	assert_int_equal(addr_parse(remote, &c.ends.remote), 0);
	return c;
}

static void
start(struct end *end, const struct bfdpeer_config *c)
{
	struct err e;

	end->state = BFDPACKET_DOWN;
	end->peer = bfdpeer_new(end->table, c, &e);
	if (end->peer == NULL)
		fail_msg("%s", e.text);
}

/* Both ends of one session in here. */
static void
start_both(const char *a, const char *b, bool far)
{
	struct bfdpeer_config c = between(a, b, &ends[0]);

	c.ends.far = far;
	start(&ends[0], &c);
	c = between(b, a, &ends[1]);
	c.ends.far = far;
	start(&ends[1], &c);
}

static void
pass(dur_ns span)
{
	loop_advance(loop, &hand, span);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	clock_fake_init(&hand, CLOCK_S, 1);
	loop = loop_new(&hand, &e);
	assert_non_null(loop);
	memset(ends, 0, sizeof(ends));
	for (int i = 0; i < 2; i++)
		ends[i].table = bfdpeer_table_new(loop);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		bfdpeer_free(&ends[i].peer);
		bfdpeer_table_free(&ends[i].table);
	}
	loop_free(&loop);
	return 0;
}

/* ---- a stranger that sends what a test likes ---- */

static int
stranger(const char *from, int ttl)
{
	struct sockaddr_storage ss;
	struct addr a;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(addr_parse(from, &a), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss,
	    addr_to_sockaddr(&a, 0, &ss)), 0);
	assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)),
	    0);
	return fd;
}

static void
say_octets(int fd, const char *to, const void *octets, size_t len, bool far)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t n;

	assert_int_equal(addr_parse(to, &a), 0);
	n = addr_to_sockaddr(&a, far ? BFDPACKET_PORT_FAR : BFDPACKET_PORT,
	    &ss);
	assert_int_equal(sendto(fd, octets, len, 0, (struct sockaddr *)&ss, n),
	    len);
	loop_poll(loop);
}

static void
say(int fd, const char *to, uint32_t yours, bool far)
{
	struct bfdpacket p = { .state = yours == 0 ? BFDPACKET_DOWN :
	    BFDPACKET_INIT, .multiplier = 3, .mine = 99, .yours = yours,
	    .min_tx_us = 50000, .min_rx_us = 50000 };
	uint8_t octets[BFDPACKET_OCTETS];

	bfdpacket_write(&p, octets);
	say_octets(fd, to, octets, sizeof(octets), far);
}

/* ---- tests ---- */

static void
two_ends_find_each_other(void **state)
{
	(void)state;
	ownnet_need();
	start_both("127.0.0.1", "127.0.0.2", false);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	assert_int_equal(ends[1].state, BFDPACKET_UP);
	/* At the rate that was agreed on, with the jitter of section 6.8.7. */
	uint64_t was = bfdpeer_counts(ends[0].peer)->sent;
	pass(CLOCK_S);
	assert_in_range(bfdpeer_counts(ends[0].peer)->sent - was, 20, 27);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->unsent, 0);
	assert_int_equal(bfdpeer_strays(ends[0].table)->unknown, 0);
}

static void
over_ipv6_and_many_hops_too(void **state)
{
	(void)state;
	ownnet_need();
	ownnet_address("fd00::1");
	ownnet_address("fd00::2");
	start_both("fd00::1", "fd00::2", false);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	tear_down(NULL);
	set_up(NULL);
	start_both("fd00::1", "fd00::2", true);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	assert_int_equal(ends[1].state, BFDPACKET_UP);
}

static void
silence_is_noticed_in_time(void **state)
{
	const struct bfdsession *s;

	(void)state;
	ownnet_need();
	start_both("127.0.0.1", "127.0.0.2", false);
	pass(3 * CLOCK_S);
	bfdpeer_free(&ends[1].peer);
	pass(99 * MS);		/* two may be missing, and the last was 50 ms ago */
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	pass(51 * MS);
	assert_int_equal(ends[0].state, BFDPACKET_DOWN);
	s = bfdpeer_session(ends[0].peer);
	assert_int_equal(s->diag, BFDPACKET_DIAG_SILENCE);
	/* And one that starts anew is found. */
	struct bfdpeer_config c = between("127.0.0.2", "127.0.0.1", &ends[1]);
	start(&ends[1], &c);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
}

static void
a_command_is_told_to_the_other_end(void **state)
{
	(void)state;
	ownnet_need();
	start_both("127.0.0.1", "127.0.0.2", false);
	pass(3 * CLOCK_S);
	bfdpeer_admin(ends[0].peer, true);
	pass(MS);
	assert_int_equal(ends[1].state, BFDPACKET_DOWN);
	assert_int_equal(bfdpeer_session(ends[1].peer)->diag,
	    BFDPACKET_DIAG_NEIGHBOR);
	assert_int_equal(bfdpeer_session(ends[1].peer)->theirs,
	    BFDPACKET_ADMINDOWN);
	bfdpeer_admin(ends[0].peer, false);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[1].state, BFDPACKET_UP);
}

static void
only_neighbours_have_ttl_255(void **state)
{
	struct bfdpeer_config c;
	int near, far;

	(void)state;
	ownnet_need();
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	start(&ends[0], &c);
	near = stranger("127.0.0.2", 255);
	far = stranger("127.0.0.2", 254);
	say(far, "127.0.0.1", 0, false);
	assert_int_equal(ends[0].state, BFDPACKET_DOWN);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->wrong_ttl, 1);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->received, 0);
	say(near, "127.0.0.1", 0, false);
	assert_int_equal(ends[0].state, BFDPACKET_INIT);
	(void)close(near);
	(void)close(far);
}

static void
many_hops_have_a_limit_of_their_own(void **state)
{
	struct bfdpeer_config c;
	int in, out;

	(void)state;
	ownnet_need();
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	c.ends.far = true;
	c.min_ttl = 250;
	start(&ends[0], &c);
	in = stranger("127.0.0.2", 250);
	out = stranger("127.0.0.2", 249);
	say(out, "127.0.0.1", 0, true);
	assert_int_equal(ends[0].state, BFDPACKET_DOWN);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->wrong_ttl, 1);
	say(in, "127.0.0.1", 0, true);
	assert_int_equal(ends[0].state, BFDPACKET_INIT);
	(void)close(in);
	(void)close(out);
}

static void
strangers_are_counted_and_not_heard(void **state)
{
	static const uint8_t nonsense[70] = { 0x20 };
	const struct bfdpeer_strays *strays = bfdpeer_strays(ends[0].table);
	struct bfdpeer_config c;
	int other, right;

	(void)state;
	ownnet_need();
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	start(&ends[0], &c);
	other = stranger("127.0.0.3", 255);
	right = stranger("127.0.0.2", 255);
	say(other, "127.0.0.1", 0, false);
	/* Who knows our number is none of ours either. */
	say(other, "127.0.0.1", bfdpeer_session(ends[0].peer)->mine, false);
	say(right, "127.0.0.1", bfdpeer_session(ends[0].peer)->mine + 1, false);
	assert_int_equal(strays->unknown, 3);
	say_octets(right, "127.0.0.1", nonsense, 5, false);
	say_octets(right, "127.0.0.1", nonsense, sizeof(nonsense), false);
	assert_int_equal(strays->malformed, 2);
	assert_int_equal(ends[0].changes, 0);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->received, 0);
	(void)close(other);
	(void)close(right);
}

/* Octets of the next datagram that comes there, all of them read; 0: none does. */
static size_t
next_length(int fd)
{
	static uint8_t octets[70000];
	ssize_t n = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);

	for (ssize_t i = BFDPACKET_OCTETS; i < n; i++)
		assert_int_equal(octets[i], 0);
	return n > 0 ? (size_t)n : 0;
}

/* The length of the latest of all that have come. */
static size_t
last_length(int fd)
{
	size_t n, last = 0;

	while ((n = next_length(fd)) > 0)
		last = n;
	return last;
}

static int
listener(const char *at)
{
	struct sockaddr_storage ss;
	struct addr a;
	int fd;

	assert_int_equal(addr_parse(at, &a), 0);
	fd = socket(a.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ss,
	    addr_to_sockaddr(&a, BFDPACKET_PORT, &ss)), 0);
	return fd;
}

/* RFC 9764: as long as the way takes, or as is asked for; what does not go is told. */
static void
packets_are_padded_to_what_the_way_takes(void **state)
{
	struct bfdpeer_config c;
	uint64_t unsent;
	int fd;

	(void)state;
	ownnet_need();
	ownnet_ip("ip link set lo mtu 1500");
	fd = listener("127.0.0.2");
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	c.ends.padded = true;
	start(&ends[0], &c);
	pass(CLOCK_S);
	assert_int_equal(last_length(fd), 1500 - 28);
	bfdpeer_pad(ends[0].peer, true, 1400);
	pass(2 * CLOCK_S);
	assert_int_equal(last_length(fd), 1400 - 28);
	bfdpeer_pad(ends[0].peer, true, 1501);
	unsent = bfdpeer_counts(ends[0].peer)->unsent;
	pass(2 * CLOCK_S);
	assert_int_equal(last_length(fd), 0);
	assert_true(bfdpeer_counts(ends[0].peer)->unsent > unsent);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->sys_errno, EMSGSIZE);
	bfdpeer_pad(ends[0].peer, false, 0);
	pass(2 * CLOCK_S);
	assert_int_equal(last_length(fd), BFDPACKET_OCTETS);
	(void)close(fd);
	ownnet_ip("ip link set lo mtu 65536");
	bfdpeer_pad(ends[0].peer, true, 0);
	pass(2 * CLOCK_S);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->sys_errno, 0);
}

static void
padded_sessions_come_up_over_either_ip(void **state)
{
	struct bfdpeer_config c;
	int fd;

	(void)state;
	ownnet_need();
	ownnet_address("fd00::1");
	ownnet_address("fd00::2");
	fd = listener("fd00::2");
	c = between("fd00::1", "fd00::2", &ends[0]);
	c.ends.padded = true;
	c.ends.datagram = 1400;
	start(&ends[0], &c);
	pass(CLOCK_S);
	assert_int_equal(last_length(fd), 1400 - 48);
	(void)close(fd);
	c = between("fd00::2", "fd00::1", &ends[1]);
	c.ends.padded = true;
	start(&ends[1], &c);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	assert_int_equal(ends[1].state, BFDPACKET_UP);
}

/* RFC 9764: what a packet says of its length counts, not what stands behind it. */
static void
one_that_is_padded_is_one(void **state)
{
	const struct bfdpacket p = { .state = BFDPACKET_DOWN, .multiplier = 3,
	    .mine = 99, .min_tx_us = 50000, .min_rx_us = 50000 };
	static uint8_t octets[9000];
	struct bfdpeer_config c;
	int fd;

	(void)state;
	ownnet_need();
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	start(&ends[0], &c);
	fd = stranger("127.0.0.2", 255);
	bfdpacket_write(&p, octets);
	say_octets(fd, "127.0.0.1", octets, sizeof(octets), false);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->received, 1);
	assert_int_equal(ends[0].state, BFDPACKET_INIT);
	(void)close(fd);
}

static void
other_devices_do_not_count(void **state)
{
	struct bfdpeer_config c;
	int fd;

	(void)state;
	ownnet_need();
	ownnet_ip("ip link add v0 type veth peer name v1");
	c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	memcpy(c.ends.device, "v0", 3);
	start(&ends[0], &c);
	fd = stranger("127.0.0.2", 255);
	say(fd, "127.0.0.1", 0, false);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->wrong_device, 1);
	assert_int_equal(ends[0].state, BFDPACKET_DOWN);
	(void)close(fd);
}

/* Of a pair's standby, and of a host that starts. */
static void
an_address_may_come_later(void **state)
{
	(void)state;
	ownnet_need();
	start_both("10.77.0.1", "127.0.0.2", false);
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_DOWN);
	assert_true(bfdpeer_counts(ends[0].peer)->unsent >= 2);
	assert_int_not_equal(bfdpeer_counts(ends[0].peer)->sys_errno, 0);
	ownnet_ip("ip addr add 10.77.0.1/32 dev lo");
	pass(4 * CLOCK_S);
	assert_int_equal(ends[0].state, BFDPACKET_UP);
	assert_int_equal(bfdpeer_counts(ends[0].peer)->sys_errno, 0);
	ownnet_ip("ip addr del 10.77.0.1/32 dev lo");
}

static void
new_times_come_without_a_flap(void **state)
{
	static const struct bfdsession_times slow = { 300000, 300000, 3 };
	unsigned changes;
	uint64_t was;

	(void)state;
	ownnet_need();
	start_both("127.0.0.1", "127.0.0.2", false);
	pass(3 * CLOCK_S);
	changes = ends[0].changes + ends[1].changes;
	bfdpeer_retime(ends[0].peer, &slow);
	pass(3 * CLOCK_S);
	was = bfdpeer_counts(ends[0].peer)->received;
	pass(3 * CLOCK_S);
	assert_int_equal(ends[0].changes + ends[1].changes, changes);
	assert_in_range(bfdpeer_counts(ends[0].peer)->received - was, 10, 14);
}

static void
a_pair_of_addresses_has_one_session(void **state)
{
	struct bfdpeer_config c = between("127.0.0.1", "127.0.0.2", &ends[0]);
	struct err e;

	(void)state;
	ownnet_need();
	start(&ends[0], &c);
	assert_null(bfdpeer_new(ends[0].table, &c, &e));
	assert_int_equal(e.code, ERR_EXISTS);
	/* Somebody else at the same port: a sentence that says which. */
	assert_null(bfdpeer_new(ends[1].table, &c, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, "127.0.0.1, UDP port 3784"));
}

static void
who_is_told_may_end_it(void **state)
{
	(void)state;
	ownnet_need();
	start_both("127.0.0.1", "127.0.0.2", false);
	ends[1].free_me = true;
	pass(3 * CLOCK_S);
	assert_int_equal(ends[1].changes, 1);
	assert_null(ends[1].peer);
	assert_int_not_equal(ends[0].state, BFDPACKET_UP);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(two_ends_find_each_other),
		ROW(over_ipv6_and_many_hops_too),
		ROW(silence_is_noticed_in_time),
		ROW(a_command_is_told_to_the_other_end),
		ROW(only_neighbours_have_ttl_255),
		ROW(many_hops_have_a_limit_of_their_own),
		ROW(strangers_are_counted_and_not_heard),
		ROW(packets_are_padded_to_what_the_way_takes),
		ROW(padded_sessions_come_up_over_either_ip),
		ROW(one_that_is_padded_is_one),
		ROW(other_devices_do_not_count),
		ROW(an_address_may_come_later),
		ROW(new_times_come_without_a_flap),
		ROW(a_pair_of_addresses_has_one_session),
		ROW(who_is_told_may_end_it),
	};

	return cmocka_run_group_tests_name("bfdpeer", tests, ownnet_make, NULL);
}
