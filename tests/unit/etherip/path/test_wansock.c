/* tests/unit/etherip/path/test_wansock.c - sockets of tunnels, TAPs and interfaces of VLANs:
 * whom they hear, and what they say when they cannot be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/wansock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/path/lanport.h"
#include "etherip/path/tapdev.h"
#include "tests/unit/etherip/path/pathbed.h"

static bool possible;
static uint8_t octets[PATHBED_ROOM], got[PATHBED_ROOM];

static int
open_network(void **state)
{
	(void)state;
	possible = pathbed_open();
	return 0;
}

#define NEED_NETWORK()	do { if (!possible) skip(); } while (0)

static struct wansock_config
between(const char *local, const char *remote)
{
	struct wansock_config c = { .use_pmtu = false };

	assert_int_equal(addr_parse(local, &c.local), 0);
	assert_int_equal(addr_parse(remote, &c.remote), 0);
	return c;
}

static int
opened(const struct wansock_config *c)
{
	struct err e = { 0 };
	int fd = wansock_open(c, &e);

	if (fd < 0)
		fail_msg("%s", e.text);
	return fd;
}

/* RFC 3378 section 6: nobody but the other end is heard. */
static void
strangers_are_not_heard(void **state)
{
	const struct wansock_config c = between("192.0.2.1", "192.0.2.2");
	int fd, peer, stranger;

	(void)state;
	NEED_NETWORK();
	fd = opened(&c);
	stranger = pathbed_peer("192.0.2.3", "192.0.2.1");
	peer = pathbed_peer("192.0.2.2", "192.0.2.1");
	assert_int_equal(send(stranger, "stranger", 8, 0), 8);
	assert_int_equal(send(peer, "peer", 4, 0), 4);
	assert_int_equal(pathbed_receive(fd, got, sizeof(got), 2000), 4);
	assert_memory_equal(got, "peer", 4);
	assert_int_equal(pathbed_receive(fd, got, sizeof(got), 0), 0);
	(void)close(fd);
	(void)close(peer);
	(void)close(stranger);
}

/* What is too long leaves in fragments or not at all, as planned. */
static void
long_ones_are_cut_or_refused(void **state)
{
	(void)state;
	NEED_NETWORK();
	assert_true(pathbed_ip("ip link set lo mtu 1400"));
	for (int i = 0; i < 6; i++) {
		struct wansock_config c = i % 2 == 0 ?
		    between("192.0.2.1", "192.0.2.2") :
		    between("2001:db8::1", "2001:db8::2");
		int peer = i % 2 == 0 ? pathbed_peer("192.0.2.2", "192.0.2.1") :
		    pathbed_peer("2001:db8::2", "2001:db8::1"), fd;
		bool whole = i < 4;

		c.use_pmtu = i >= 2;
		c.fragment = whole;
		fd = opened(&c);
		assert_int_equal(wansock_mtu(fd, c.local.family), 1400 -
		    (i % 2 == 0 ? 36 : 56));
		assert_int_equal(send(fd, octets, 1500, 0), whole ? 1500 : -1);
		assert_int_equal(pathbed_receive(peer, got, sizeof(got),
		    whole ? 2000 : 0), whole ? 1500 : 0);
		(void)close(fd);
		(void)close(peer);
	}
	assert_true(pathbed_ip("ip link set lo mtu 65536"));
}

/* A socket that is silent keeps a way that is gone, by a device of 68 octets. */
static void
the_way_is_looked_for_anew(void **state)
{
	struct wansock_config c = between("203.0.113.1", "203.0.113.2");
	struct err e = { 0 };
	int fd;

	(void)state;
	NEED_NETWORK();
	assert_true(pathbed_ip("ip link add w0 mtu 1400 type veth peer name w1"));
	assert_true(pathbed_ip("ip address add 203.0.113.1/24 dev w0"));
	assert_true(pathbed_ip("ip link set w0 up"));
	assert_true(pathbed_ip("ip link set w1 up"));
	fd = opened(&c);
	assert_int_equal(wansock_mtu(fd, AF_INET), 1364);
	assert_int_equal(wansock_way(&c, &e), 1364);
	assert_true(pathbed_ip("ip link set w0 mtu 1300"));
	assert_int_equal(wansock_way(&c, &e), 1264);
	assert_string_equal(e.text, "");
	assert_true(pathbed_ip("ip link del w0"));
	assert_int_equal(wansock_way(&c, &e), 0);
	assert_non_null(strstr(e.text, "local-address 203.0.113.1"));
	c = between("192.0.2.1", "203.0.113.2");
	assert_int_equal(wansock_way(&c, &e), 0);
	assert_non_null(strstr(e.text, "remote-address 203.0.113.2"));
	(void)close(fd);
}

static void
what_cannot_be_is_told(void **state)
{
	struct wansock_config c = between("198.51.100.1", "192.0.2.2");
	struct err e = { 0 };

	(void)state;
	NEED_NETWORK();
	assert_int_equal(wansock_open(&c, &e), ERR_IO);
	assert_non_null(strstr(e.text, "local-address 198.51.100.1: "));
	c = between("192.0.2.1", "198.51.100.1");
	assert_int_equal(wansock_open(&c, &e), ERR_IO);
	assert_non_null(strstr(e.text, "remote-address 198.51.100.1: "));
}

/* A TAP stays where that is wanted, and is nobody else's interface. */
static void
taps_are_ours(void **state)
{
	struct tapdev t;
	struct err e = { 0 };
	unsigned index;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(tapdev_open(&t, "eip", -1, &e), 0);
	index = t.index;
	assert_int_equal(index, if_nametoindex("eip"));
	tapdev_close(&t, true);
	assert_int_equal(if_nametoindex("eip"), index);
	assert_int_equal(tapdev_open(&t, "eip", -1, &e), 0);
	assert_int_equal(t.index, index);
	tapdev_close(&t, false);
	tapdev_close(&t, false);
	assert_int_equal(if_nametoindex("eip"), 0);
	assert_int_equal(tapdev_open(&t, "la0", -1, &e), ERR_CONFLICT);
	assert_string_equal(e.text, "interface la0 is there already and is "
	    "somebody else's");
	assert_int_equal(t.fd, -1);
}

/* What somebody kept open is used as it is; what is not that interface is not. */
static void
a_kept_tap_is_used_as_it_is(void **state)
{
	struct tapdev t, u;
	struct err e = { 0 };
	int kept, other;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(tapdev_open(&t, "eip", -1, &e), 0);
	kept = fcntl(t.fd, F_DUPFD_CLOEXEC, 3);
	tapdev_close(&t, true);
	assert_int_equal(tapdev_open(&t, "eip", -1, &e), ERR_CONFLICT);
	assert_int_equal(tapdev_open(&t, "eip", kept, &e), 0);
	assert_int_equal(t.fd, kept);
	assert_int_equal(t.index, if_nametoindex("eip"));
	other = fcntl(kept, F_DUPFD_CLOEXEC, 3);
	assert_int_equal(tapdev_open(&u, "eip2", other, &e), 0);
	assert_int_equal(u.index, if_nametoindex("eip2"));
	/* It goes, whoever has it open. */
	kept = fcntl(u.fd, F_DUPFD_CLOEXEC, 3);
	tapdev_close(&u, false);
	assert_int_equal(if_nametoindex("eip2"), 0);
	assert_int_equal(tapdev_open(&u, "eip2", kept, &e), 0);
	assert_int_not_equal(if_nametoindex("eip2"), 0);
	tapdev_close(&u, false);
	tapdev_discard(fcntl(t.fd, F_DUPFD_CLOEXEC, 3));
	assert_int_equal(if_nametoindex("eip"), 0);
	tapdev_close(&t, true);
}

static size_t heard;
static uint16_t heard_vlan;

static void
on_frame(void *arg, const uint8_t *p, size_t len)
{
	struct ethframe f;

	(void)arg;
	assert_true(ethframe_read(&f, p, len));
	heard = len;
	heard_vlan = f.vlan;
}

/* ARP alone, with its tag; and out goes what is given. */
static void
vlans_are_listened_to(void **state)
{
	const struct arpframe a = { ARPFRAME_REQUEST, 2, 0, 1, 2 };
	struct loop *l = loop_new(&clock_system, NULL);
	struct lanport p = { .device = "la0", .fd = -1, .fn = on_frame };
	mono_ns end = clock_mono(&clock_system) + 2 * CLOCK_S;
	int station;
	size_t len = 0;

	(void)state;
	if (!possible) {
		loop_free(&l);
		skip();
	}
	assert_true(pathbed_ip("ip link set la0 up"));
	p.index = if_nametoindex("la0");
	assert_int_equal(lanport_open(&p, l, NULL), 0);
	station = pathbed_station("la1", false);
	/* Again and again: who is up a moment ago may not be sending yet. */
	while (heard == 0 && clock_mono(&clock_system) < end) {
		len = pathbed_frame(octets, MACADDR_BROADCAST, 2,
		    ETHFRAME_IPV4, 60);
		assert_int_equal(send(station, octets, len, 0), (ssize_t)len);
		len = arpframe_ask(octets, &a, UINT64_C(0x020000000009), 7);
		assert_int_equal(send(station, octets, len, 0), (ssize_t)len);
		loop_poll(l);
	}
	assert_int_equal(heard, len);
	assert_int_equal(heard_vlan, 7);
	len = pathbed_frame(octets, MACADDR_BROADCAST, 4, ETHFRAME_IPV4, 60);
	assert_true(lanport_send(&p, octets, len));
	assert_int_equal(pathbed_hear(station, MACADDR_BROADCAST, 4, got, 2000),
	    len);
	lanport_close(&p);
	lanport_close(&p);
	(void)close(station);
	loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_are_not_heard),
		cmocka_unit_test(long_ones_are_cut_or_refused),
		cmocka_unit_test(the_way_is_looked_for_anew),
		cmocka_unit_test(what_cannot_be_is_told),
		cmocka_unit_test(taps_are_ours),
		cmocka_unit_test(a_kept_tap_is_used_as_it_is),
		cmocka_unit_test(vlans_are_listened_to),
	};

	return cmocka_run_group_tests(tests, open_network, NULL);
}
