/* tests/unit/etherip/control/test_netmirror.c - what a unit knows goes into the mirror, and from
 * a mirror to where it was. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netmirror.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/io/loop.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/groupwork.h"
#include "etherip/control/netenact.h"
#include "etherip/move/mover.h"
#include "etherip/pair/leasewire.h"
#include "etherip/pair/mirror.h"
#include "tests/unit/etherip/control/netbed.h"

#define FAR	UINT64_C(0x020000000007)
#define NEAR	UINT64_C(0x020000000009)

static const struct addr far_ip = { AF_INET, { 10, 133, 63, 7 } };
static const struct addr near_ip = { AF_INET, { 10, 133, 63, 9 } };
static const struct fdb_key far = { FAR, 0 }, near = { NEAR, 0 };
static mono_ns now;
static unsigned remotes;

static struct vgroup *
path(void)
{
	return groupwork_path(netenact_group(netbed.enact, "/Common/vg"));
}

static struct mover *
mover(void)
{
	return groupmover_mover(groupwork_mover(netenact_group(netbed.enact,
	    "/Common/vg")));
}

static void
knows_address(uint64_t mac, const struct addr *ip, uint32_t age_s)
{
	assert_true(mover_mirrored(mover(), &(struct snoop_fact){ .mac = mac,
	    .ip = *ip, .seen_s = (uint32_t)(now / CLOCK_S) - age_s }, now));
}

static void
on_remote(void *arg, const char *group, const struct fdb_key *k)
{
	(void)arg;
	assert_string_equal(group, "/Common/vg");
	if (fdb_key_equal(k, &far))
		remotes++;
}

/* All of it, from one mirror to the other. */
static void
carry(struct mirror *from, struct mirror *to)
{
	uint8_t out[LEASEWIRE_BODY_MAX], ack[64];
	size_t len, n;

	mirror_go(from, now);
	while ((len = mirror_fill(from, out, sizeof(out), now)) > 0) {
		n = mirror_take(to, out, len, ack, sizeof(ack), now);
		(void)mirror_take(from, ack, n, out, sizeof(out), now);
	}
	assert_int_equal(mirror_counts(from)->passes_sent, 1);
}

static bool
is_at(const struct fdb_key *k, unsigned member)
{
	struct fdb_station s;

	return vgroup_find(path(), k, &s) && s.member == member;
}

static bool
is_of(const struct addr *ip, uint64_t mac)
{
	struct fdb_key k;

	return mover_resolve(mover(), ip, 0, now, &k) && k.mac == mac;
}

static void
tables_become_those_of_the_other_unit(void **state)
{
	struct mirror *from, *to;
	size_t addresses;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	now = loop_now_ns(netbed.life.loop);
	assert_true(vgroup_put(path(), &far, 1, 0));
	assert_true(vgroup_put(path(), &near, VGROUP_LAN, 0));
	knows_address(FAR, &far_ip, 20);
	knows_address(NEAR, &near_ip, 20);
	from = mirror_new();
	to = mirror_new();
	netmirror_gather(netbed.enact, from, now);
	carry(from, to);
	assert_int_equal(netmirror_count(to, &addresses), 1);
	assert_int_equal(addresses, 1);
	/* The other unit: it has seen the far one on the LAN, where the first one sent its
	 * frames, and has just heard that another station has the near one's address. */
	assert_true(vgroup_put(path(), &far, VGROUP_LAN, 0));
	assert_true(vgroup_remove(path(), &near));
	(void)snoop_forget(mover_snoop(mover()), &far);
	knows_address(NEAR + 1, &near_ip, 1);
	netmirror_put(netbed.enact, to, now, on_remote, NULL);
	assert_true(is_at(&far, 1));
	assert_true(is_at(&near, VGROUP_LAN));
	assert_int_equal(remotes, 1);
	assert_true(is_of(&far_ip, FAR));
	assert_true(is_of(&near_ip, NEAR + 1));
	mirror_free(&from);
	mirror_free(&to);
}

/* The units' configurations may differ for a while. */
static void
what_is_not_here_is_left_out(void **state)
{
	static const char *const places[] = { "/Common/vg other",
		"/Common/none eip", "/Common/vg", "" };
	struct mirror *from, *to;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP);
	now = loop_now_ns(netbed.life.loop);
	from = mirror_new();
	to = mirror_new();
	remotes = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		assert_true(mirror_add(from, places[i], &far));
		assert_true(mirror_add_address(from, places[i],
		    &(struct snoop_fact){ .mac = FAR, .ip = far_ip }));
	}
	carry(from, to);
	netmirror_put(netbed.enact, to, now, on_remote, NULL);
	assert_int_equal(remotes, 0);
	assert_false(is_at(&far, 1));
	assert_false(is_of(&far_ip, FAR));
	mirror_free(&from);
	mirror_free(&to);
}

/* One that is configured is where that says. */
static void
what_is_configured_stays(void **state)
{
	struct mirror *from, *to;

	(void)state;
	NETBED_NEEDED();
	netbed_start(NETBED_GROUP "net fdb vlan /Common/v { records { "
	    "02:00:00:00:00:07 { } } }\n");
	now = loop_now_ns(netbed.life.loop);
	from = mirror_new();
	to = mirror_new();
	assert_true(mirror_add(from, "/Common/vg eip", &far));
	carry(from, to);
	netmirror_put(netbed.enact, to, now, on_remote, NULL);
	assert_true(is_at(&far, VGROUP_LAN));
	mirror_free(&from);
	mirror_free(&to);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, netbed_setup, \
    netbed_teardown)
	static const struct CMUnitTest tests[] = {
		TEST(tables_become_those_of_the_other_unit),
		TEST(what_is_not_here_is_left_out),
		TEST(what_is_configured_stays),
	};
#undef TEST

	return cmocka_run_group_tests(tests, netbed_network, NULL);
}
