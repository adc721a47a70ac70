/* tests/unit/etherip/pair/test_mirrorwire.c - octets of the mirror, as mirrorwire.h has them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/mirrorwire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>

static const uint8_t stations[] = { 1, 0, 0, 0, 7, 0, 0, 0, 2, 1, 0, 3,
	'g', ' ', 't', 0, 2, 2, 0, 0, 0, 0, 1, 0, 9, 2, 0, 0, 0, 0, 2, 0, 0 };
static const uint8_t addresses[] = { 3, 0, 0, 0, 7, 0, 0, 0, 3, 1, 0, 2,
	'g', ' ', 0, 2,
	4, 0, 2, 0, 0, 0, 0, 1, 0, 9, 0, 0, 0, 30, 10, 1, 2, 3,
	6, 1, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 232,
	0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5 };

static const struct fdb_key first = { UINT64_C(0x020000000001), 9 };
static const struct fdb_key second = { UINT64_C(0x020000000002), 0 };
static const struct snoop_fact v4 = { .ip = { AF_INET, { 10, 1, 2, 3 } },
	.mac = UINT64_C(0x020000000001), .vlan = 9, .seen_s = 1970 };
static const struct snoop_fact v6 = { .ip = { AF_INET6, { 0x20, 1, 0xd, 0xb8,
	[15] = 5 } }, .mac = UINT64_C(0x020000000002), .router = true,
	.seen_s = 1000 };

static void
batches_are_written_as_they_are_described(void **state)
{
	const struct mirrorwire_body of_stations = {
	    .kind = MIRRORWIRE_STATIONS, .pass = 7, .number = 2,
	    .place = "g t" };
	const struct mirrorwire_body of_addresses = {
	    .kind = MIRRORWIRE_ADDRESSES, .pass = 7, .number = 3,
	    .place = "g " };
	uint8_t out[MIRRORWIRE_ROOM];
	struct mirrorwire_batch b;

	(void)state;
	mirrorwire_begin(&b, out, sizeof(out), &of_stations);
	assert_true(mirrorwire_add_station(&b, &first));
	assert_true(mirrorwire_add_station(&b, &second));
	assert_int_equal(mirrorwire_end(&b, true), sizeof(stations));
	assert_memory_equal(out, stations, sizeof(stations));
	mirrorwire_begin(&b, out, sizeof(out), &of_addresses);
	assert_true(mirrorwire_add_address(&b, &v4, 2000));
	assert_true(mirrorwire_add_address(&b, &v6, 2000));
	assert_int_equal(mirrorwire_end(&b, true), sizeof(addresses));
	assert_memory_equal(out, addresses, sizeof(addresses));
}

static void
assert_fact(const struct snoop_fact *got, const struct snoop_fact *want,
    uint32_t seen_s)
{
	assert_memory_equal(&got->ip, &want->ip, sizeof(got->ip));
	assert_int_equal(got->mac, want->mac);
	assert_int_equal(got->vlan, want->vlan);
	assert_int_equal(got->router, want->router);
	assert_int_equal(got->seen_s, seen_s);
}

static void
batches_are_read(void **state)
{
	struct mirrorwire_body b;
	struct snoop_fact f;
	struct fdb_key k;

	(void)state;
	assert_true(mirrorwire_read(&b, stations, sizeof(stations)));
	assert_true(b.last);
	assert_int_equal(b.pass, 7);
	assert_int_equal(b.number, 2);
	assert_int_equal(b.count, 2);
	assert_string_equal(b.place, "g t");
	k = mirrorwire_read_station(&b);
	assert_true(fdb_key_equal(&k, &first));
	k = mirrorwire_read_station(&b);
	assert_true(fdb_key_equal(&k, &second));
	assert_true(mirrorwire_read(&b, addresses, sizeof(addresses)));
	assert_int_equal(b.count, 2);
	assert_string_equal(b.place, "g ");
	mirrorwire_read_address(&b, 500, &f);
	assert_fact(&f, &v4, 470);
	/* From before our clock began. */
	mirrorwire_read_address(&b, 500, &f);
	assert_fact(&f, &v6, 0);
}

static void
what_is_cut_short_or_too_long_is_none(void **state)
{
	uint8_t copy[sizeof(addresses) + 1];
	struct mirrorwire_body b;

	(void)state;
	for (size_t i = 0; i < sizeof(stations); i++)
		assert_false(mirrorwire_read(&b, stations, i));
	for (size_t i = 0; i < sizeof(addresses); i++)
		assert_false(mirrorwire_read(&b, addresses, i));
	memcpy(copy, addresses, sizeof(addresses));
	copy[sizeof(addresses)] = 0;
	assert_false(mirrorwire_read(&b, copy, sizeof(copy)));
	copy[16] = 5;	/* neither 4 nor 6 */
	assert_false(mirrorwire_read(&b, copy, sizeof(addresses)));
	copy[16] = 4;
	copy[12] = 0;	/* within the place */
	assert_false(mirrorwire_read(&b, copy, sizeof(addresses)));
	copy[12] = 'g';
	copy[0] = 4;	/* no such kind */
	assert_false(mirrorwire_read(&b, copy, sizeof(addresses)));
	copy[0] = 3;
	assert_true(mirrorwire_read(&b, copy, sizeof(addresses)));
}

static void
an_ack_says_what_its_sender_takes(void **state)
{
	static const uint8_t want[] = { 2, 1, 2, 3, 4, 0, 0, 0, 5, 2 };
	uint8_t out[16];
	struct mirrorwire_body b;

	(void)state;
	assert_int_equal(mirrorwire_ack(out, sizeof(out), 0x01020304, 5),
	    sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
	assert_true(mirrorwire_read(&b, out, sizeof(want)));
	assert_int_equal(b.version, MIRRORWIRE_VERSION);
	assert_int_equal(b.pass, 0x01020304);
	assert_int_equal(b.number, 5);
	/* The first ones said nothing of it; later ones may say more. */
	assert_true(mirrorwire_read(&b, out, sizeof(want) - 1));
	assert_int_equal(b.version, 1);
	assert_true(mirrorwire_read(&b, out, sizeof(out)));
	assert_int_equal(b.version, MIRRORWIRE_VERSION);
	assert_int_equal(mirrorwire_ack(out, 9, 1, 1), 0);
}

static void
a_batch_takes_what_it_has_room_for(void **state)
{
	struct mirrorwire_body head = { .kind = MIRRORWIRE_ADDRESSES };
	uint8_t out[MIRRORWIRE_ROOM];
	struct mirrorwire_batch b;
	size_t count = 0;

	(void)state;
	memset(head.place, 'x', MIRRORWIRE_PLACE_MAX - 1);
	mirrorwire_begin(&b, out, sizeof(out), &head);
	while (mirrorwire_add_address(&b, &v6, 1000))
		count++;
	assert_int_equal(count, 1);
	assert_true(mirrorwire_read(&head, out, mirrorwire_end(&b, false)));
	assert_int_equal(head.count, 1);
	assert_false(head.last);
	assert_int_equal(strlen(head.place), MIRRORWIRE_PLACE_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_are_written_as_they_are_described),
		cmocka_unit_test(batches_are_read),
		cmocka_unit_test(what_is_cut_short_or_too_long_is_none),
		cmocka_unit_test(an_ack_says_what_its_sender_takes),
		cmocka_unit_test(a_batch_takes_what_it_has_room_for),
	};

	return cmocka_run_group_tests_name("mirrorwire", tests, NULL, NULL);
}
