/* tests/unit/gtmd/serve/test_datagrams.c - a batch is answered where it lies,
 * within the room of each datagram, whoever brought it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/datagrams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gtmd/count/stats.h"
#include "gtmd/serve/hand.h"
#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"ns1 3600 IN A 192.0.2.1\n"
	"www 600 IN A 192.0.2.80\n"
	"big 600 IN TXT "
#define X10	"\"0123456789012345678901234567890123456789\" "
	X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
	X10 X10 X10 X10 X10 X10 X10 X10 X10 X10 "\n",
	NULL, NULL
};

static struct stage stage;
static struct datagrams grams;
static uint8_t octets[DATAGRAMS_MAX][2048];

static int
open_stage(void **state)
{
	(void)state;
	stage_open(&stage, zones);
	return 0;
}

static int
close_stage(void **state)
{
	(void)state;
	rcu_drain();
	stage_close(&stage);
	return 0;
}

static void
put(unsigned i, const char *name, uint16_t type, uint16_t cap)
{
	const struct stage_query q = {
		.name = name, .type = type, .payload = 4096,
	};

	grams.packets[i] = octets[i];
	grams.caps[i] = cap;
	grams.lens[i] = (uint16_t)stage_write(&q, octets[i], sizeof(octets[i]));
	octets[i][1] = (uint8_t)i;
	grams.peers[i].in = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = 0x010200c0,
		.sin_port = 0x1234,
	};
	grams.count = i + 1;
}

static void
answer(void)
{
	struct hand h;

	hand_open(&h);
	datagrams_answer(&grams, &h.answer, &stage.world, NULL);
	hand_close(&h);
}

static void
each_gets_its_own_reply_in_its_place(void **state)
{
	uint64_t batches = stats_sum(STATS_UDP_BATCHES);

	(void)state;
	for (unsigned i = 0; i < DATAGRAMS_MAX; i++)
		put(i, i % 2 == 0 ? "www.example.com" : "none.example.com", 1,
		    1472);
	grams.lens[7] = 3;		/* no query at all */
	answer();
	for (unsigned i = 0; i < DATAGRAMS_MAX; i++) {
		if (i == 7) {
			assert_int_equal(grams.lens[i], 0);
			continue;
		}
		assert_true(grams.lens[i] > 12);
		assert_int_equal(octets[i][1], i);
		assert_int_equal(octets[i][2] & 0x80, 0x80);
		assert_int_equal(octets[i][3] & 15, i % 2 == 0 ? 0 : 3);
	}
	assert_int_equal(stats_sum(STATS_UDP_BATCHES), batches + 1);
}

static void
a_reply_keeps_to_the_room_of_its_datagram(void **state)
{
	static const uint16_t caps[] = { 512, 700, 900, 1452 };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		put(i, "big.example.com", 16, caps[i]);
	answer();
	for (unsigned i = 0; i < 4; i++) {
		bool cut = (octets[i][2] & 2) != 0;

		assert_true(grams.lens[i] > 12 && grams.lens[i] <= caps[i]);
		assert_int_equal(cut, caps[i] < 850);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_gets_its_own_reply_in_its_place),
		cmocka_unit_test(a_reply_keeps_to_the_room_of_its_datagram),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
