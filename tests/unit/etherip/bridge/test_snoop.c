/* tests/unit/etherip/bridge/test_snoop.c - what stations say of their addresses, how long it is
 * kept, how many there are, and what readers see of it meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "core/base/rand.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

#define MAC	UINT64_C(0x0201d7010203)
#define OTHER	UINT64_C(0x0201d7040506)

static struct snoop *
table(uint32_t limit)
{
	return snoop_new(&(struct snoop_config){ limit, 300 });
}

static struct addr
ip(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static struct snoop_fact
fact(uint64_t mac, const char *text, uint32_t seen_s)
{
	return (struct snoop_fact){ .ip = ip(text), .mac = mac,
	    .seen_s = seen_s };
}

static bool
read_frame(struct snoop_fact *out, const uint8_t *octets, size_t len)
{
	struct ethframe f;

	assert_true(ethframe_read(&f, octets, len));
	return snoop_read(out, &f, octets, len);
}

static void
stations_tell_their_addresses(void **state)
{
	const struct ndframe ask = { .link = MAC, .source = ip("fe80::1"),
	    .target = ip("fe80::2") };
	const struct ndframe tell = { .link = MAC, .router = true };
	struct ndframe q = { .link = OTHER, .source = ip("fe80::9"),
	    .target = ip("fe80::1") };
	uint8_t out[NDFRAME_MAX];
	struct snoop_fact f;
	struct addr want = ip("192.0.2.1");

	(void)state;
	assert_true(read_frame(&f, out, arpframe_announce(out, MAC,
	    0xc0000201, 5)));
	assert_int_equal(f.mac, MAC);
	assert_int_equal(f.vlan, 5);
	assert_true(addr_equal(&f.ip, &want));
	assert_true(read_frame(&f, out, arpframe_rarp(out, MAC, 0)));
	assert_int_equal(f.mac, MAC);
	assert_int_equal(f.ip.family, 0);
	assert_true(read_frame(&f, out, ndframe_ask(out, &ask,
	    MACADDR_BROADCAST, 0)));
	want = ip("fe80::1");
	assert_true(addr_equal(&f.ip, &want));
	assert_true(read_frame(&f, out, ndframe_answer(out, &q, &tell, 0)));
	assert_true(addr_equal(&f.ip, &want));
	assert_true(f.router);
}

static void
who_speaks_for_others_tells_nothing(void **state)
{
	const struct ndframe n = { .link = MAC, .target = ip("fe80::1") };
	uint8_t out[NDFRAME_MAX];
	struct snoop_fact f;

	(void)state;
	(void)arpframe_announce(out, MAC, 0xc0000201, 0);
	macaddr_put(out + 6, OTHER);
	assert_false(read_frame(&f, out, 60));
	macaddr_put(out + 6, MAC);
	assert_true(read_frame(&f, out, 60));
	(void)ndframe_announce(out, &n, 0);
	macaddr_put(out + 6, OTHER);
	assert_false(read_frame(&f, out, 86));
	/* An ARP probe (RFC 5227) claims nothing yet. */
	assert_true(read_frame(&f, out, arpframe_ask(out, &(struct arpframe){
	    .sender_mac = MAC, .target = 0xc0000201 }, MACADDR_BROADCAST, 0)));
	assert_int_equal(f.ip.family, 0);
}

static void
the_last_who_says_so_has_it(void **state)
{
	struct snoop *s = table(16);
	struct snoop_fact f = fact(MAC, "192.0.2.1", 10), out;
	struct fdb_key k = { .mac = MAC }, other = { .mac = OTHER };
	uint64_t was = 0;

	(void)state;
	assert_false(snoop_find(s, &f.ip, 0, 10, &out));
	assert_int_equal(snoop_learn(s, &f, &was), SNOOP_NEW);
	assert_int_equal(snoop_learn(s, &f, &was), SNOOP_KNOWN);
	assert_true(snoop_find(s, &f.ip, 0, 10, &out));
	assert_int_equal(out.mac, MAC);
	assert_false(snoop_find(s, &f.ip, 7, 10, &out));	/* another VLAN */
	f.mac = OTHER;
	f.member = 3;
	assert_int_equal(snoop_learn(s, &f, &was), SNOOP_CHANGED);
	assert_int_equal(was, MAC);
	assert_true(snoop_find(s, &f.ip, 0, 10, &out));
	assert_int_equal(out.mac, OTHER);
	assert_int_equal(out.member, 3);
	assert_int_equal(snoop_of(s, &k, 10, &out, 1), 0);
	assert_int_equal(snoop_of(s, &other, 10, &out, 1), 1);
	assert_int_equal(snoop_count(s), 1);
	snoop_free(&s);
	assert_null(s);
	snoop_free(&s);
}

static void
what_nobody_can_have_is_no_fact(void **state)
{
	static const char *const texts[] = { "0.0.0.0", "127.0.0.1",
	    "224.0.0.1", "255.255.255.255", "::", "ff02::1" };
	struct snoop *s = table(16);
	struct snoop_fact f = fact(MACADDR_BROADCAST, "192.0.2.1", 1);

	(void)state;
	assert_int_equal(snoop_learn(s, &f, NULL), SNOOP_NO_FACT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		f = fact(MAC, texts[i], 1);
		assert_int_equal(snoop_learn(s, &f, NULL), SNOOP_NO_FACT);
	}
	f = (struct snoop_fact){ .mac = MAC };
	assert_int_equal(snoop_learn(s, &f, NULL), SNOOP_NO_FACT);
	assert_int_equal(snoop_count(s), 0);
	snoop_free(&s);
}

static void
a_router_stays_one_until_another_station_has_its_address(void **state)
{
	struct snoop *s = table(16);
	struct snoop_fact f = fact(MAC, "fe80::1", 1), out;

	(void)state;
	f.router = true;
	(void)snoop_learn(s, &f, NULL);
	f.router = false;		/* a question of its own */
	(void)snoop_learn(s, &f, NULL);
	assert_true(snoop_find(s, &f.ip, 0, 1, &out));
	assert_true(out.router);
	f.mac = OTHER;
	(void)snoop_learn(s, &f, NULL);
	assert_true(snoop_find(s, &f.ip, 0, 1, &out));
	assert_false(out.router);
	snoop_free(&s);
}

static void
what_is_old_is_forgotten(void **state)
{
	struct snoop *s = table(16);
	struct snoop_fact f = fact(MAC, "192.0.2.1", 10), out;
	struct fdb_key k = { .mac = MAC };

	(void)state;
	(void)snoop_learn(s, &f, NULL);
	assert_true(snoop_find(s, &f.ip, 0, 309, &out));
	assert_false(snoop_find(s, &f.ip, 0, 310, &out));
	assert_int_equal(snoop_of(s, &k, 310, &out, 1), 0);
	assert_int_equal(snoop_sweep(s, snoop_sets(s), 309), 0);
	assert_int_equal(snoop_sweep(s, snoop_sets(s), 310), 1);
	assert_int_equal(snoop_count(s), 0);
	(void)snoop_learn(s, &f, NULL);
	snoop_set_ageing(s, 0);
	assert_true(snoop_find(s, &f.ip, 0, UINT32_MAX, &out));
	snoop_free(&s);
}

static void
a_station_has_so_many_and_the_oldest_gives_way(void **state)
{
	struct snoop *s = table(4096);
	struct snoop_fact f = fact(MAC, "10.0.0.0", 0), out[SNOOP_OF_MAX];
	struct fdb_key k = { .mac = MAC };

	(void)state;
	for (uint32_t i = 1; i <= SNOOP_OF_MAX + 10; i++) {
		f.ip.octets[3] = (uint8_t)i;
		f.seen_s = i;
		assert_int_equal(snoop_learn(s, &f, NULL), SNOOP_NEW);
	}
	assert_int_equal(snoop_count(s), SNOOP_OF_MAX);
	assert_int_equal(snoop_of(s, &k, 80, out, SNOOP_OF_MAX),
	    SNOOP_OF_MAX);
	for (uint32_t i = 0; i < SNOOP_OF_MAX; i++)
		assert_int_equal(out[i].ip.octets[3], SNOOP_OF_MAX + 10 - i);
	assert_int_equal(snoop_of(s, &k, 80, out, 2), 2);
	assert_int_equal(out[1].ip.octets[3], SNOOP_OF_MAX + 9);
	assert_int_equal(snoop_forget(s, &k), SNOOP_OF_MAX);
	assert_int_equal(snoop_count(s), 0);
	snoop_free(&s);
}

static void
one_more(void *arg, const struct snoop_fact *f)
{
	unsigned *count = arg;

	assert_true(f->mac >= MAC);
	(*count)++;
}

static void
a_full_table_keeps_what_it_has(void **state)
{
	struct snoop *s = table(100);
	struct snoop_fact f = fact(MAC, "10.0.0.0", 5), out;
	unsigned count = 0, known = 0;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		f.mac = MAC + i;
		f.ip.octets[2] = (uint8_t)(i >> 8);
		f.ip.octets[3] = (uint8_t)i;
		if (snoop_learn(s, &f, NULL) == SNOOP_NEW)
			known++;
		else
			assert_int_equal(snoop_count(s) <= 100, 1);
	}
	assert_int_equal(known, snoop_count(s));
	assert_int_equal(known, 100);
	snoop_each(s, 5, one_more, &count);
	assert_int_equal(count, known);
	assert_true(snoop_find(s, &(struct addr){ .family = AF_INET,
	    .octets = { 10 } }, 0, 5, &out));
	snoop_free(&s);
}

/* ---- many threads ---- */

#define ADDRESSES	16u

struct play {
	struct snoop	*s;
	atomic_bool	 over;
};

/* Each address is of stations whose number says which one it is. */
static void *
reader(void *arg)
{
	struct play *p = arg;
	struct snoop_fact out;
	struct addr a = ip("10.0.0.0");
	uintptr_t wrong = 0;

	while (!atomic_load(&p->over))
		for (unsigned i = 0; i < ADDRESSES; i++) {
			a.octets[3] = (uint8_t)i;
			if (snoop_find(p->s, &a, 0, 1, &out))
				wrong += (out.mac & 0xff) != i ||
				    out.member != (out.mac >> 8 & 0xff);
		}
	return (void *)wrong;
}

static void
readers_never_see_half_of_a_change(void **state)
{
	struct play p = { .s = table(ADDRESSES) };
	struct snoop_fact f = fact(MAC, "10.0.0.0", 1);
	pthread_t threads[2];
	struct rand r;
	void *wrong;

	(void)state;
	rand_seed_from(&r, 7);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader,
		    &p), 0);
	for (int i = 0; i < 100000; i++) {
		uint32_t at = rand_below(&r, ADDRESSES);

		f.ip.octets[3] = (uint8_t)at;
		f.member = (uint8_t)rand_below(&r, 64);
		f.mac = UINT64_C(0x020000000000) | (uint64_t)f.member << 8 |
		    at;
		if (rand_below(&r, 4) == 0)
			(void)snoop_forget(p.s, &(struct fdb_key){
			    .mac = f.mac });
		(void)snoop_learn(p.s, &f, NULL);
	}
	atomic_store(&p.over, true);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_int_equal((uintptr_t)wrong, 0);
	}
	snoop_free(&p.s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stations_tell_their_addresses),
		cmocka_unit_test(who_speaks_for_others_tells_nothing),
		cmocka_unit_test(the_last_who_says_so_has_it),
		cmocka_unit_test(what_nobody_can_have_is_no_fact),
		cmocka_unit_test(
		    a_router_stays_one_until_another_station_has_its_address),
		cmocka_unit_test(what_is_old_is_forgotten),
		cmocka_unit_test(
		    a_station_has_so_many_and_the_oldest_gives_way),
		cmocka_unit_test(a_full_table_keeps_what_it_has),
		cmocka_unit_test(readers_never_see_half_of_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
