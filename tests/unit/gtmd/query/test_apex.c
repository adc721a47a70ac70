/* tests/unit/gtmd/query/test_apex.c - SOA and NS of a zone that a wide IP makes: whole
 * or not at all. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/query/apex.h"
#include "gtmd/query/world.h"

/* A header, the question's name at 12, and room behind it. */
struct message {
	uint8_t		 octets[512];
	struct wbuf	 w;
	uint8_t		 name[DNSNAME_MAX];
	struct apex	 apex;
	struct wide_apex wa;
};

static void
open_message(struct message *m)
{
	memset(m, 0, sizeof(*m));
	m->apex.len = dnsname_parse("a.test", m->name);
	m->apex.name = m->name;
	m->apex.at = 12;
	m->wa.serial = 0x01020304;
	m->wa.ns_count = 2;
	for (int i = 0; i < 2; i++)
		m->wa.ns[i].len = (uint8_t)dnsname_parse(i == 0 ? "n.test" :
		    "o.test", m->wa.ns[i].octets);
	wbuf_init(&m->w, m->octets, sizeof(m->octets));
	m->w.off = 40;
}

/* RFC 1035 3.3.13, RFC 2308 section 4. */
static void
soa_has_serial_rname_and_minimum(void **state)
{
	static const uint8_t head[] = { 0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 9, 0,
		8 + 11 + 2 + 20 };
	static const uint8_t tail[] = "\012hostmaster\300\014\1\2\3\4";
	struct message m;

	(void)state;
	open_message(&m);
	assert_int_equal(apex_write_soa(&m.w, &m.apex, &m.wa, 9, 60), 1);
	assert_memory_equal(m.octets + 40, head, sizeof(head));
	assert_memory_equal(m.octets + 52, m.wa.ns[0].octets, 8);
	assert_memory_equal(m.octets + 60, tail, sizeof(tail) - 1);
	assert_int_equal(m.octets[m.w.off - 1], 60);
	assert_int_equal(m.w.off, 40 + 12 + 8 + 11 + 2 + 20);
}

static void
every_name_server_is_named(void **state)
{
	struct message m;

	(void)state;
	open_message(&m);
	assert_int_equal(apex_write_ns(&m.w, &m.apex, &m.wa), 2);
	assert_int_equal(m.w.off, 40 + 2 * (12 + 8));
	assert_memory_equal(m.octets + 52, m.wa.ns[0].octets, 8);
	assert_memory_equal(m.octets + 72, m.wa.ns[1].octets, 8);
}

/* RFC 1035 4.1.4: a pointer has 14 bits. */
static void
a_name_out_of_reach_is_written_out(void **state)
{
	struct message m;

	(void)state;
	open_message(&m);
	m.apex.at = 0x4000;
	assert_int_equal(apex_write_ns(&m.w, &m.apex, &m.wa), 2);
	assert_memory_equal(m.octets + 40, m.name, m.apex.len);
}

static void
without_room_nothing_is_written(void **state)
{
	struct message m;

	(void)state;
	for (size_t room = 0; room < 40; room++) {
		open_message(&m);
		m.w.cap = 40 + room;
		assert_int_equal(apex_write_ns(&m.w, &m.apex, &m.wa), -1);
		assert_int_equal(apex_write_soa(&m.w, &m.apex, &m.wa, 9, 60),
		    -1);
		assert_int_equal(m.w.off, 40);
		assert_false(m.w.bad);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soa_has_serial_rname_and_minimum),
		cmocka_unit_test(every_name_server_is_named),
		cmocka_unit_test(a_name_out_of_reach_is_written_out),
		cmocka_unit_test(without_room_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
