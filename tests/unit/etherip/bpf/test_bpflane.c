/* tests/unit/etherip/bpf/test_bpflane.c - frames that leap from the WAN's device to the LAN's,
 * in two sites of namespaces; and devices that take them no longer, or only say that they do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpflane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpftier.h"
#include "etherip/frame/macaddr.h"
#include "tests/unit/etherip/bpf/bpflab.h"

#define MEMBER	7u
#define PORT	6001
#define FRAME	60u	/* octets of a datagram's payload */
#define STEP_MS	20

struct site {
	enum bpflab_place place;
	struct loop	*loop;
	struct bpfhome	*home;
	struct bpftier	*tier;
	struct bpftier_tunnel tunnel;
	struct bpftier_plan plan;
	const char	*lans[1];
	unsigned	 refusals;
	int		 refused;	/* errno of the last one */
};

static struct bpflab lab = { .home = -1 };
static struct clock fake;
static struct site near, far;
static int from, into;		/* sockets of the hosts */
static uint64_t lost_before;

/* ---- sites ---- */

static void
on_event(void *arg, const struct bpftier_event *e)
{
	struct site *s = arg;

	if (e->kind != BPFKEY_EVENT_SHUT)
		return;
	assert_int_equal(e->member, MEMBER);
	s->refusals++;
	s->refused = (int)e->why;
}

static uint64_t
mac_of(const char *device)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { 0 };
	uint8_t mac[6];

	memcpy(r.ifr_name, device, strlen(device));
	assert_int_equal(ioctl(fd, SIOCGIFHWADDR, &r), 0);
	memcpy(mac, r.ifr_hwaddr.sa_data, 6);
	(void)close(fd);
	return macaddr_get(mac);
}

static void
settle(struct site *s)
{
	struct err e;

	bpflab_go(&lab, s->place);
	if (bpftier_set(s->tier, &s->plan, &e) != 0)
		fail_msg("%s", e.text);
}

/* What programs told, and the kernel. */
static void
hear(struct site *s)
{
	bpflab_go(&lab, s->place);
	loop_poll(s->loop);
	settle(s);
}

static bool
open_site(struct site *s, enum bpflab_place place)
{
	bool is_a = place == BPFLAB_A;
	struct bpftier_config c = { .name = "vg", .limit = 64,
	    .on_event = on_event, .arg = s };
	struct err e;

	*s = (struct site){ .place = place, .lans = { is_a ? "la" : "lb" },
	    .tunnel = { .member = MEMBER, .tap = is_a ? "ta" : "tb",
	    .tos = -1, .up = true, .use_pmtu = true } };
	bpflab_go(&lab, place);
	s->loop = loop_new(&fake, &e);
	s->home = c.home = bpfhome_open(s->loop, NULL, &e);
	if (s->home == NULL) {
		loop_free(&s->loop);
		return false;
	}
	s->tier = bpftier_open(&c, &e);
	assert_non_null(s->tier);
	bpfhome_stamp(s->home, 600);
	assert_int_equal(addr_parse(is_a ? "192.0.2.1" : "192.0.2.2",
	    &s->tunnel.local), 0);
	assert_int_equal(addr_parse(is_a ? "192.0.2.2" : "192.0.2.1",
	    &s->tunnel.remote), 0);
	s->plan = (struct bpftier_plan){ .kind = BPFTIER_DIRECT,
	    .lans = s->lans, .lan_count = 1, .mode = FORWARD_TRANSPARENT,
	    .bridge_traffic = true, .bridge_multicast = true,
	    .unknown_flood = true, .leaps = true,
	    .own = mac_of(is_a ? "ga" : "gb"), .ageing_s = 300,
	    .tunnels = &s->tunnel, .count = 1 };
	settle(s);
	bpfhome_settle(s->home);
	bpfhome_stamp(s->home, 600);
	return true;
}

static void
close_site(struct site *s)
{
	bpflab_go(&lab, s->place);
	bpftier_remove(&s->tier);
	bpfhome_close(&s->home);
	loop_free(&s->loop);
}

static bool
is_known(const struct site *s)
{
	return bpftier_remark(s->tier, MEMBER) == NULL;
}

static int
open_socket(enum bpflab_place place, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_port = htons(port) };
	int fd;

	bpflab_go(&lab, place);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Does one come from h1 to h2? */
static bool
crosses(int wait_ms)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
	    .sin_port = htons(PORT), .sin_addr.s_addr = htonl(0x0a000002) };
	struct pollfd p = { into, POLLIN, 0 };
	uint8_t octets[FRAME] = "!";

	while (recv(into, octets, sizeof(octets), 0) > 0)
		continue;
	assert_int_equal(sendto(from, octets, sizeof(octets), 0,
	    (struct sockaddr *)&to, sizeof(to)), FRAME);
	return poll(&p, 1, wait_ms) == 1;
}

/* The port of the far LAN takes frames from XDP when its other end merges, and was there
 * before it. */
static bool
merge(bool on)
{
	bpflab_go(&lab, BPFLAB_H2);
	return bpflab_run(on ? "ethtool -K h2 gro on" :
	    "ethtool -K h2 gro off");
}

static void
go_down_and_up(const char *also)
{
	bpflab_go(&lab, BPFLAB_H2);
	assert_true(bpflab_run("ip link set h2 down"));
	if (also != NULL)
		assert_true(bpflab_run(also));
	assert_true(bpflab_run("ip link set h2 up"));
}

static int
open_all(void **state)
{
	(void)state;
	clock_fake_init(&fake, CLOCK_S, 0);
	near.tier = far.tier = NULL;
	from = into = -1;
	if (!bpflab_make(&lab, 1600))
		return 0;
	if (!merge(true) || !open_site(&near, BPFLAB_A) ||
	    !open_site(&far, BPFLAB_B)) {
		bpflab_free(&lab);
		return 0;
	}
	for (int n = 0; n < 200 && !(is_known(&near) &&
	    is_known(&far)); n++) {
		(void)poll(NULL, 0, STEP_MS);
		settle(&near);
		settle(&far);
	}
	from = open_socket(BPFLAB_H1, 0);
	into = open_socket(BPFLAB_H2, PORT);
	/* Who is where, and what the far LAN's device takes. */
	assert_true(crosses(5000));
	assert_true(crosses(5000));
	settle(&far);
	return 0;
}

/* Of the present test. */
static uint64_t
lost(void)
{
	struct bpfkey_counts c;

	assert_true(bpftier_counts(far.tier, MEMBER, &c));
	return c.whys[1][BPFKEY_WHY_LAN] - lost_before;
}

/* As it was, whatever the one before has made of it. */
static int
set_up(void **state)
{
	(void)state;
	if (into == -1)
		return 0;
	far.plan.leaps = false;
	settle(&far);
	bpflab_go(&lab, BPFLAB_B);
	(void)bpflab_run("ip link set lb mtu 1500");
	(void)merge(true);
	hear(&far);
	far.plan.leaps = true;
	far.plan.kind = BPFTIER_DIRECT;
	settle(&far);
	far.refusals = 0;
	lost_before = 0;
	lost_before = lost();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	if (into == -1)
		return 0;
	(void)close(from);
	(void)close(into);
	close_site(&near);
	close_site(&far);
	bpflab_free(&lab);
	return 0;
}

static const char *
grounded(void)
{
	bpflab_go(&lab, far.place);
	return bpftier_grounded(far.tier, MEMBER);
}

/* Where the kernel or what there is of tools cannot do it at all. */
static bool
is_possible(void)
{
	return into != -1 && strstr(grounded(), "kernel") == NULL;
}
#define NEED_LANE()	do { if (!is_possible()) skip(); } while (0)

static uint64_t
leapt(void)
{
	struct bpfkey_counts c;

	assert_true(bpftier_counts(far.tier, MEMBER, &c));
	return c.leapt;
}

/* Until frames leap: once in 32 seconds one does not, and the first goes alone. */
static void
leaps(void)
{
	uint64_t was = leapt();

	for (int i = 0; i < 5 && leapt() < was + 2; i++)
		assert_true(crosses(5000));
	assert_true(leapt() >= was + 2);
	assert_string_equal(grounded(), "");
}

/* All of them arrive, and none leaps. */
static void
walks(const char *why)
{
	uint64_t was = leapt();

	for (int i = 0; i < 5; i++)
		assert_true(crosses(5000));
	assert_int_equal(leapt(), was);
	if (strstr(grounded(), why) == NULL)
		fail_msg("not \"%s\", but \"%s\"", why, grounded());
}

/* ---- lanes ---- */

static void
frames_leap_when_the_first_has_arrived(void **state)
{
	(void)state;
	NEED_LANE();
	leaps();
	assert_int_equal(lost(), 0);
	assert_int_equal(far.refusals, 0);
}

static void
frames_walk_where_that_is_wanted(void **state)
{
	(void)state;
	NEED_LANE();
	far.plan.leaps = false;
	settle(&far);
	walks("disabled");
	far.plan.leaps = true;
	settle(&far);
	leaps();
	far.plan.kind = BPFTIER_BRIDGE;
	settle(&far);
	walks("tier direct");
}

static void
a_device_that_says_no_gets_none(void **state)
{
	(void)state;
	NEED_LANE();
	assert_true(merge(false));
	settle(&far);
	walks("takes no frames from XDP");
	assert_int_equal(lost(), 0);
	assert_true(merge(true));
	settle(&far);
	leaps();
}

/* Before anybody has asked again. */
static void
a_device_that_refuses_shuts_the_lane_at_once(void **state)
{
	(void)state;
	NEED_LANE();
	leaps();
	assert_true(merge(false));
	assert_false(crosses(200));
	assert_true(crosses(5000));
	assert_int_equal(lost(), 1);
	hear(&far);
	assert_int_equal(far.refusals, 1);
	assert_int_equal(far.refused, EOPNOTSUPP);
	walks("takes no frames from XDP");
	assert_true(merge(true));
	settle(&far);
	leaps();
	assert_int_equal(far.refusals, 1);
}

/* A pair whose other end went, and came back without merging, still says that it takes them. */
static void
a_device_that_lies_is_found_out_by_one_frame(void **state)
{
	(void)state;
	NEED_LANE();
	leaps();
	go_down_and_up("ethtool -K h2 gro off");
	settle(&far);
	if (*grounded() == '\0')
		assert_false(crosses(200));
	assert_true(crosses(5000));
	hear(&far);
	assert_int_equal(far.refusals, 1);
	assert_int_equal(far.refused, ENXIO);
	assert_int_equal(lost(), 1);
	settle(&far);
	/* Its carrier has changed since: one more. */
	walks("has refused a frame");
	assert_true(lost() <= 2);
	/* And what has changed is worth another try. */
	go_down_and_up("ethtool -K h2 gro on");
	settle(&far);
	leaps();
}

/* Of the far site's only tunnel. */
static __u64 *
lane(void)
{
	return &bpfload_shared(bpfhome_load(far.home))->lanes[0];
}

/* As on a driver that knows the program's verdict, and not what to do about it. */
static void
a_trial_of_which_nothing_is_heard_is_the_last(void **state)
{
	(void)state;
	NEED_LANE();
	leaps();
	*lane() = BPFKEY_LANE_TRIED;
	for (int i = 0; i < 500 && strstr(grounded(), "heard") == NULL; i++) {
		settle(&far);
		(void)poll(NULL, 0, STEP_MS);
	}
	walks("nothing was heard of a frame to lb");
	go_down_and_up(NULL);
	settle(&far);
	leaps();
}

static void
set_far_mtu(const char *line)
{
	bpflab_go(&lab, BPFLAB_H2);
	assert_true(bpflab_run(line));
}

/* Its other end takes less than it says itself: that is as if it were full. */
static void
a_device_that_is_full_has_a_pause(void **state)
{
	uint64_t was;

	(void)state;
	NEED_LANE();
	leaps();
	set_far_mtu("ip link set h2 mtu 80");
	assert_true(*lane() == BPFKEY_LANE_OPEN);
	assert_false(crosses(200));
	assert_int_equal(lost(), 1);
	assert_true(*lane() > BPFKEY_LANE_TRIED && *lane() != BPFKEY_LANE_SHUT);
	set_far_mtu("ip link set h2 mtu 1500");
	was = leapt();
	/* It ends by itself, and frames are carried meanwhile. */
	for (int i = 0; i < 500 && leapt() == was; i++) {
		assert_true(crosses(5000));
		(void)poll(NULL, 0, STEP_MS);
	}
	assert_true(leapt() > was);
	assert_int_equal(lost(), 1);
	hear(&far);
	assert_int_equal(far.refusals, 0);
}

static void
frames_that_are_too_long_walk(void **state)
{
	(void)state;
	NEED_LANE();
	leaps();
	bpflab_go(&lab, BPFLAB_B);
	/* Less than that it may carry no more: it takes what is longer all the same. */
	assert_true(bpflab_run("ip link set lb mtu 80"));
	settle(&far);
	walks("");
	assert_int_equal(lost(), 0);
	bpflab_go(&lab, BPFLAB_B);
	assert_true(bpflab_run("ip link set lb mtu 1500"));
	settle(&far);
	leaps();
}

static void
shapers_are_not_passed_by(void **state)
{
	(void)state;
	NEED_LANE();
	bpflab_go(&lab, BPFLAB_B);
	if (!bpflab_run("tc qdisc add dev lb root tbf rate 100mbit burst 9kb "
	    "latency 50ms"))
		skip();			/* a kernel without */
	settle(&far);
	walks("queue of lb (tbf)");
	bpflab_go(&lab, BPFLAB_B);
	assert_true(bpflab_run("tc qdisc del dev lb root"));
}

/* A lane has no end without its tunnel. */
static void
nothing_is_left_of_a_tunnel(void **state)
{
	struct bpfkey_lane_key k = { 0 };
	struct bpfkey_lane lane;
	struct bpfload *l;

	(void)state;
	NEED_LANE();
	l = bpfhome_load(far.home);
	k.net = bpfleap_net(bpfhome_leap(far.home));
	bpflab_go(&lab, BPFLAB_B);
	k.ifindex = if_nametoindex("lb");
	assert_int_equal(bpfmap_look(bpfload_map(l, BPFLOAD_LANES), &k,
	    &lane), 0);
	far.plan.count = 0;
	far.plan.kind = BPFTIER_BRIDGE;
	settle(&far);
	assert_int_equal(bpfmap_look(bpfload_map(l, BPFLOAD_LANES), &k,
	    &lane), ENOENT);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, NULL)
	const struct CMUnitTest tests[] = {
		T(frames_leap_when_the_first_has_arrived),
		T(frames_walk_where_that_is_wanted),
		T(a_device_that_says_no_gets_none),
		T(a_device_that_refuses_shuts_the_lane_at_once),
		T(a_device_that_lies_is_found_out_by_one_frame),
		T(a_trial_of_which_nothing_is_heard_is_the_last),
		T(a_device_that_is_full_has_a_pause),
		T(frames_that_are_too_long_walk),
		T(shapers_are_not_passed_by),
		T(nothing_is_left_of_a_tunnel),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
