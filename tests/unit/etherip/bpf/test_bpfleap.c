/* tests/unit/etherip/bpf/test_bpfleap.c - what the kernel says of devices, in a network of our
 * own. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfleap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>

#include "tests/unit/etherip/bpf/bpflab.h"

static struct bpfleap *leap;
#define NEED_LEAP()	do { if (leap == NULL) skip(); } while (0)

static int
set_up(void **state)
{
	(void)state;
	/* Its other end merges frames, and was up before it: so it takes some from XDP. */
	if (unshare(CLONE_NEWNET) != 0 ||
	    !bpflab_run("ip link add near type veth peer name far") ||
	    !bpflab_run("ethtool -K far gro on") ||
	    !bpflab_run("ip link set far up") ||
	    !bpflab_run("ip link set near up"))
		return 0;
	leap = bpfleap_open();
	return leap == NULL && errno != ENOENT ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	bpfleap_free(&leap);
	return 0;
}

static struct bpfleap_port
ask(const char *name)
{
	struct bpfleap_port p;

	assert_int_equal(bpfleap_ask(leap, if_nametoindex(name), &p), 0);
	return p;
}

static bool
hears(void)
{
	struct pollfd p = { bpfleap_watch(leap), POLLIN, 0 };

	return poll(&p, 1, 5000) == 1 && bpfleap_drain(leap);
}

static void
a_pair_takes_frames_while_its_other_end_merges(void **state)
{
	(void)state;
	NEED_LEAP();
	(void)bpfleap_drain(leap);
	assert_true(ask("near").takes);
	assert_true(bpflab_run("ethtool -K far gro off"));
	assert_true(hears());
	assert_false(ask("near").takes);
	assert_true(bpflab_run("ethtool -K far gro on"));
	assert_true(hears());
	assert_true(ask("near").takes);
	assert_false(bpfleap_drain(leap));
}

static void
most_devices_do_not(void **state)
{
	(void)state;
	NEED_LEAP();
	assert_false(ask("lo").takes);
	assert_false(ask("lo").gives);
	assert_true(ask("near").gives);
}

static void
devices_that_are_not_there_are_an_error(void **state)
{
	struct bpfleap_port p;

	(void)state;
	NEED_LEAP();
	assert_int_equal(bpfleap_ask(leap, 4711, &p), ENODEV);
	assert_false(p.takes);
}

static void
changes_of_a_device_show(void **state)
{
	struct bpfleap_port was, is;

	(void)state;
	NEED_LEAP();
	was = ask("near");
	assert_int_equal(was.mtu, 1500);
	assert_true(bpflab_run("ip link set near mtu 1400"));
	assert_int_equal(ask("near").mtu, 1400);
	assert_true(bpflab_run("ip link set far down"));
	assert_true(bpflab_run("ip link set far up"));
	is = ask("near");
	assert_true(is.carriers >= was.carriers + 2);
}

static void
shapers_are_no_usual_queues(void **state)
{
	struct bpfleap_port p = { .queue = "htb" };

	(void)state;
	assert_true(bpfleap_is_queued(&p));
	p.queue[0] = '\0';
	assert_false(bpfleap_is_queued(&p));
	NEED_LEAP();
	p = ask("near");
	assert_string_equal(p.queue, "noqueue");
	assert_false(bpfleap_is_queued(&p));
	if (!bpflab_run("tc qdisc add dev near root tbf rate 1mbit burst 9kb "
	    "latency 50ms"))
		skip();			/* a kernel without */
	p = ask("near");
	assert_string_equal(p.queue, "tbf");
	assert_true(bpfleap_is_queued(&p));
	assert_true(bpflab_run("tc qdisc del dev near root"));
}

static void
the_network_is_that_of_proc(void **state)
{
	struct stat s;

	(void)state;
	NEED_LEAP();
	assert_int_equal(stat("/proc/thread-self/ns/net", &s), 0);
	assert_int_equal(bpfleap_net(leap), (uint32_t)s.st_ino);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_takes_frames_while_its_other_end_merges),
		cmocka_unit_test(most_devices_do_not),
		cmocka_unit_test(devices_that_are_not_there_are_an_error),
		cmocka_unit_test(changes_of_a_device_show),
		cmocka_unit_test(shapers_are_no_usual_queues),
		cmocka_unit_test(the_network_is_that_of_proc),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
