/* tests/unit/wom/types/test_womsettings.c - how WAN optimisation uses the machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/womsettings.h"

#include "tests/unit/wom/types/womconf.h"

#define G(lines)	"wom global-settings {\n" lines "\n}\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "congestion-control", "cubic" },
		{ "keepalive-interval", "1" }, { "keepalive-timeout", "3" },
		{ "lan-vlans", "eth1 vlan-server1" }, { "memory-max", "2048" },
		{ "resume-timeout", "0" }, { "stream-memory-max", "64" },
		{ "streams-max", "5" }, { "threads", "2" },
		{ "wan-vlans", "vlan-isession-WAN1" },
	};

	(void)state;
	WOM_HOLDS(G("congestion-control cubic\nkeepalive-interval 1\n"
	    "keepalive-timeout 3\nlan-vlans { eth1 vlan-server1 }\n"
	    "memory-max 2048\nresume-timeout 0\nstream-memory-max 64\n"
	    "streams-max 5\nthreads 2\nwan-vlans { vlan-isession-WAN1 }"),
	    &womsettings_type, NULL, v);
}

static void
they_are_there_before_anybody_wrote_them(void **state)
{
	static const struct confkit_value v[] = {
		{ "congestion-control", "bbr" },
		{ "keepalive-interval", "5" }, { "keepalive-timeout", "20" },
		{ "lan-vlans", "" }, { "memory-max", "512" },
		{ "resume-timeout", "60" }, { "stream-memory-max", "auto" },
		{ "streams-max", "10000" }, { "threads", "auto" },
		{ "wan-vlans", "" },
	};

	(void)state;
	WOM_HOLDS("", &womsettings_type, NULL, v);
}

static void
the_systems_own_congestion_control_has_a_word(void **state)
{
	static const struct confkit_value v[] = {
		{ "congestion-control", "system" },
		{ "keepalive-interval", "5" }, { "keepalive-timeout", "20" },
		{ "lan-vlans", "" }, { "memory-max", "512" },
		{ "resume-timeout", "60" }, { "stream-memory-max", "auto" },
		{ "streams-max", "10000" }, { "threads", "auto" },
		{ "wan-vlans", "" },
	};

	(void)state;
	WOM_HOLDS(G("congestion-control system\nthreads auto"),
	    &womsettings_type, NULL, v);
}

/* Of one that has less for all of them a stream cannot have more. */
static void
a_stream_has_what_all_have_at_most(void **state)
{
	struct womsettings s = { .memory_max_mib = 512 };

	(void)state;
	assert_int_equal(womsettings_stream_kib(&s), 65536);
	s.memory_max_mib = 16;
	assert_int_equal(womsettings_stream_kib(&s), 16384);
	s.stream_memory_max_kib = 64;
	assert_int_equal(womsettings_stream_kib(&s), 64);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ G("congestion-control BBR"), "2:1: error: WAN optimisation "
		  "settings: congestion-control: \"BBR\" is not the name of one "
		  "such as bbr or cubic" },
		{ G("congestion-control sixteen_letters_"), "length 16 is outs" },
		{ G("keepalive-interval 0"), "0 is outside 1..3600 s" },
		{ G("keepalive-interval 20"), "keepalive-interval: 20 s is not "
		  "under keepalive-timeout, 20 s" },
		{ G("keepalive-timeout 7201"), "7201 is outside 2..7200 s" },
		{ G("lan-vlans { /Common/v }"), "is not the name of an interf" },
		{ G("lan-vlans { a b }\nwan-vlans { b c }"), "lan-vlans: b is "
		  "one of wan-vlans, too" },
		{ G("memory-max 15"), "15 is outside 16..1048576 MiB" },
		{ G("memory-max 16"), NULL },
		{ G("memory-max 16\nstream-memory-max 16384"), NULL },
		{ G("memory-max 16\nstream-memory-max 17408"),
		  "stream-memory-max: 17408 KiB are over memory-max, 16 MiB" },
		{ G("resume-timeout 86401"), "86401 is outside 0..86400 s" },
		{ G("stream-memory-max 63"), "63 is outside 64..1048576 KiB" },
		{ G("streams-max 0"), "0 is outside 1..1000000" },
		{ G("threads 65"), "65 is outside 0..64" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(they_are_there_before_anybody_wrote_them),
		cmocka_unit_test(the_systems_own_congestion_control_has_a_word),
		cmocka_unit_test(a_stream_has_what_all_have_at_most),
		cmocka_unit_test(values_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
