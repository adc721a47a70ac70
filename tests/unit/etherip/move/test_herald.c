/* tests/unit/etherip/move/test_herald.c - who is told of a station, as whom, and how it is asked
 * for. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/freezer.h"
#include "etherip/move/herald.h"

#define MAC	UINT64_C(0x0001d7010203)

/* Frames that were sent, by member. */
static struct sent {
	unsigned member;
	struct ethframe head;
} sent[64];
static size_t count;

static bool
path_send(void *arg, unsigned member, const uint8_t *octets, size_t len)
{
	(void)arg;
	assert_true(count < 64);
	assert_true(ethframe_read(&sent[count].head, octets, len));
	sent[count++].member = member;
	return true;
}

static uint64_t
path_members(void *arg)
{
	(void)arg;
	return 0x7;		/* the LAN and two tunnels */
}

static const struct movepath path = { .send = path_send,
    .members = path_members };
static struct movepath_settings settings;
static struct snoop *snoop;
static struct herald herald;
static const struct fdb_key key = { .mac = MAC };

static int
setup(void **state)
{
	const struct snoop_fact f = { .ip = { AF_INET, { 10, 0, 0, 1 } },
	    .mac = MAC, .seen_s = 1 };

	(void)state;
	count = 0;
	settings = (struct movepath_settings){ .voice = { MAC + 9, 0 } };
	snoop = snoop_new(&(struct snoop_config){ 64, 300 });
	herald = (struct herald){ .path = &path, .settings = &settings,
	    .snoop = snoop };
	assert_int_equal(snoop_learn(snoop, &f, NULL), SNOOP_NEW);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	snoop_free(&snoop);
	return 0;
}

static unsigned
sent_by(unsigned member)
{
	unsigned n = 0;

	for (size_t i = 0; i < count; i++)
		n += sent[i].member == member;
	return n;
}

static void
news_goes_where_the_station_is_not(void **state)
{
	(void)state;
	herald_tell(&herald, &key, 0, CLOCK_S);
	assert_int_equal(sent_by(0), 0);
	assert_int_equal(sent_by(1), 2);	/* ARP and RARP */
	assert_int_equal(sent_by(2), 2);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(sent[i].head.src, MAC);
	count = 0;
	herald_tell(&herald, &key, 1, CLOCK_S);
	assert_int_equal(sent_by(0), 2);
	assert_int_equal(sent_by(2), 0);	/* it has its own way there */
	count = 0;
	herald_tell_one(&herald, &key, 1, 0, CLOCK_S);
	assert_int_equal(sent_by(0), 2);
	assert_int_equal(count, 2);
	count = 0;
	settings.tunnel_to_tunnel = true;
	herald_tell(&herald, &key, 1, CLOCK_S);
	assert_int_equal(sent_by(2), 2);
}

static void
stations_are_told_as_others_know_them(void **state)
{
	(void)state;
	settings.turned = MACADDR_LOCAL;
	herald_tell(&herald, &key, 1, CLOCK_S);
	assert_int_equal(count, 2);
	assert_int_equal(sent[0].head.src, MAC | MACADDR_LOCAL);
	assert_int_equal(sent[1].head.src, MAC | MACADDR_LOCAL);
	count = 0;
	settings.turned = 0;
	settings.stand_in = UINT64_C(0x020000000040);
	herald_tell(&herald, &key, 1, CLOCK_S);
	assert_int_equal(count, 1);
	assert_int_equal(sent[0].head.src, UINT64_C(0x020000000041));
	assert_int_equal(sent[0].head.type, ETHFRAME_ARP);
}

static void
one_that_is_looked_for_is_asked_for_everywhere(void **state)
{
	struct freezer_station s = { .key = key, .ip_count = 1,
	    .ips = { { AF_INET, { 10, 0, 0, 9 } } } };

	(void)state;
	herald_seek(&herald, &s, CLOCK_S);
	assert_int_equal(count, 6);		/* two addresses, three members */
	assert_int_equal(sent[0].head.dst, MAC);
	assert_int_equal(sent[0].head.src, MAC + 9);
	count = 0;
	s.rounds = 1;
	herald_seek(&herald, &s, CLOCK_S);
	assert_int_equal(sent[0].head.dst, MACADDR_BROADCAST);
	/* An address that was given and is known is one. */
	s.ips[0].octets[3] = 1;
	assert_int_equal(herald_addresses(&herald, &s, CLOCK_S), 1);
	count = 0;
	herald_ask(&herald, &key, 2, false, CLOCK_S);
	assert_int_equal(count, 1);
	assert_int_equal(sent_by(2), 1);
	count = 0;
	settings.silent = true;
	herald_ask(&herald, &key, 2, true, CLOCK_S);
	assert_int_equal(count, 0);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(news_goes_where_the_station_is_not),
		RULE(stations_are_told_as_others_know_them),
		RULE(one_that_is_looked_for_is_asked_for_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
