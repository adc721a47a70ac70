/* tests/unit/wom/discover/test_serverbook.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wom/discover/ippacket.h"
#include "wom/discover/serverbook.h"

#define MS	UINT64_C(1000000)
#define MINUTE	(60000 * MS)

/* What came and went: "+10.0.0.1/32 -10.0.0.1/32 ". */
struct stage {
	struct serverbook *book;
	char	 told[512];
};

static void
tell(struct stage *s, char sign, const struct addr_prefix *p)
{
	char text[ADDR_TEXT_MAX];
	size_t len = strlen(s->told);

	(void)snprintf(s->told + len, sizeof(s->told) - len, "%c%s ", sign,
	    addr_format_prefix(p, text));
}

static void
came(void *arg, const struct addr_prefix *p)
{
	tell(arg, '+', p);
}

static void
went(void *arg, const struct addr_prefix *p)
{
	tell(arg, '-', p);
}

static struct serverbook_rules
plain(void)
{
	return (struct serverbook_rules){ .hops_max = 5,
	    .rtt_max_ns = 10 * MS, .count_max = 3, .len4 = 32, .len6 = 128 };
}

static void
set_up(struct stage *s, const struct serverbook_rules *r)
{
	*s = (struct stage){ .book = serverbook_new(&(struct serverbook_watch){
	    .came = came, .went = went, .arg = s }) };
	serverbook_set(s->book, r);
}

/* A client connects to a server at a time; it answers so much later, with a TTL. */
static void
connection(struct stage *s, const char *server, mono_ns at, dur_ns rtt,
    uint8_t ttl)
{
	struct ippacket_opening syn = { .ttl = 60 }, answer;

	assert_int_equal(addr_parse_port("198.51.100.1:40000", &syn.source),
	    0);
	assert_int_equal(addr_parse_port(server, &syn.dest), 0);
	answer = (struct ippacket_opening){ .source = syn.dest,
	    .dest = syn.source, .answer = true, .ttl = ttl };
	serverbook_see(s->book, &syn, at);
	serverbook_see(s->book, &answer, at + rtt);
}

static void
expect(struct stage *s, const char *want)
{
	assert_string_equal(s->told, want);
	s->told[0] = '\0';
}

static void
tear_down(struct stage *s)
{
	serverbook_free(&s->book);
	serverbook_free(&s->book);
}

static void
a_near_server_counts_once(void **state)
{
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	set_up(&s, &r);
	connection(&s, "10.0.0.1:80", 1000, 10 * MS, 64);
	expect(&s, "+10.0.0.1/32 ");
	connection(&s, "10.0.0.1:81", 2000, MS, 59);
	connection(&s, "10.0.0.2:80", 3000, 10 * MS + 1, 64);	/* too slow */
	connection(&s, "10.0.0.3:80", 4000, MS, 58);	/* six routers */
	expect(&s, "");
	assert_int_equal(serverbook_count(s.book), 1);
	tear_down(&s);
}

/* An answer to nobody's question is not counted. */
static void
an_answer_needs_a_question(void **state)
{
	struct serverbook_rules r = plain();
	struct ippacket_opening o = { .answer = true, .ttl = 64 };
	struct stage s;

	(void)state;
	set_up(&s, &r);
	assert_int_equal(addr_parse_port("10.0.0.1:80", &o.source), 0);
	assert_int_equal(addr_parse_port("198.51.100.1:40000", &o.dest), 0);
	serverbook_see(s.book, &o, MS);
	expect(&s, "");
	tear_down(&s);
}

static void
servers_join_in_networks(void **state)
{
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	r.len4 = 24;
	r.idle_max_ns = MINUTE;
	set_up(&s, &r);
	connection(&s, "10.0.0.1:80", MS, MS, 64);
	connection(&s, "10.0.0.9:80", 2 * MS, MS, 64);
	expect(&s, "+10.0.0.0/24 ");
	/* It goes with the last of them. */
	serverbook_tick(s.book, MINUTE + 2 * MS);
	expect(&s, "");
	assert_int_equal(serverbook_count(s.book), 1);
	serverbook_tick(s.book, MINUTE + 3 * MS);
	expect(&s, "-10.0.0.0/24 ");
	tear_down(&s);
}

/* As soon as it is advertised connections come by a tunnel, and it is this host
 * that makes them: its SYN is not seen, and the answer has to do. */
static void
what_a_tunnel_brings_keeps_the_network(void **state)
{
	struct ippacket_opening o = { .answer = true, .ttl = 64 };
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	r.idle_max_ns = MINUTE;
	set_up(&s, &r);
	assert_int_equal(addr_parse_port("10.0.0.1:80", &o.source), 0);
	assert_int_equal(addr_parse_port("198.51.100.1:50000", &o.dest), 0);
	connection(&s, "10.0.0.1:80", MS, MS, 64);
	expect(&s, "+10.0.0.1/32 ");
	serverbook_see(s.book, &o, MINUTE);
	serverbook_tick(s.book, MINUTE + 3 * MS);
	expect(&s, "");
	serverbook_tick(s.book, 2 * MINUTE);
	expect(&s, "-10.0.0.1/32 ");
	tear_down(&s);
}

static void
the_filter_leaves_out_or_lets_in(void **state)
{
	struct addr_prefix net;
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	assert_int_equal(addr_parse_prefix("10.0.0.0/24", &net), 0);
	r.subnets = &net;
	r.subnet_count = 1;
	set_up(&s, &r);
	connection(&s, "10.0.0.1:80", MS, MS, 64);
	connection(&s, "10.0.1.1:80", MS, MS, 64);
	expect(&s, "+10.0.1.1/32 ");
	/* The other way round: what does not fit goes. */
	r.include = true;
	serverbook_set(s.book, &r);
	expect(&s, "-10.0.1.1/32 ");
	connection(&s, "10.0.0.1:80", MS, MS, 64);
	connection(&s, "10.0.1.1:80", MS, MS, 64);
	expect(&s, "+10.0.0.1/32 ");
	tear_down(&s);
}

static void
one_that_is_idle_gives_way_when_there_are_too_many(void **state)
{
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	r.idle_min_ns = MINUTE;
	set_up(&s, &r);
	connection(&s, "10.0.0.1:80", 1 * MS, MS, 64);
	connection(&s, "10.0.0.2:80", 2 * MS, MS, 64);
	connection(&s, "10.0.0.3:80", 3 * MS, MS, 64);
	connection(&s, "10.0.0.1:80", 4 * MS, MS, 64);
	expect(&s, "+10.0.0.1/32 +10.0.0.2/32 +10.0.0.3/32 ");
	connection(&s, "10.0.0.4:80", 5 * MS, MS, 64);
	expect(&s, "");
	connection(&s, "10.0.0.4:80", MINUTE + 4 * MS, MS, 64);
	expect(&s, "-10.0.0.2/32 +10.0.0.4/32 ");
	tear_down(&s);
}

static void
other_lengths_make_other_networks(void **state)
{
	struct serverbook_rules r = plain();
	struct stage s;

	(void)state;
	set_up(&s, &r);
	connection(&s, "10.0.0.1:80", MS, MS, 64);
	connection(&s, "[2001:db8::1]:80", MS, MS, 64);
	expect(&s, "+10.0.0.1/32 +2001:db8::1/128 ");
	r.len4 = 16;
	r.len6 = 64;
	serverbook_set(s.book, &r);
	expect(&s, "-10.0.0.1/32 +10.0.0.0/16 -2001:db8::1/128 "
	    "+2001:db8::/64 ");
	/* Idle since before the change. */
	r.idle_max_ns = MINUTE;
	serverbook_set(s.book, &r);
	serverbook_tick(s.book, MINUTE + 2 * MS);
	expect(&s, "-10.0.0.0/16 -2001:db8::/64 ");
	tear_down(&s);
}

static void
what_was_kept_lasts_as_if_it_were_new(void **state)
{
	struct serverbook_rules r = plain();
	struct addr_prefix net;
	struct stage s;

	(void)state;
	r.idle_max_ns = MINUTE;
	r.len4 = 24;
	set_up(&s, &r);
	assert_int_equal(addr_parse_prefix("10.0.0.0/24", &net), 0);
	serverbook_keep(s.book, &net, MS);
	expect(&s, "+10.0.0.0/24 ");
	serverbook_tick(s.book, MINUTE);
	expect(&s, "");
	serverbook_tick(s.book, MINUTE + MS);
	expect(&s, "-10.0.0.0/24 ");
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_near_server_counts_once),
		cmocka_unit_test(an_answer_needs_a_question),
		cmocka_unit_test(servers_join_in_networks),
		cmocka_unit_test(what_a_tunnel_brings_keeps_the_network),
		cmocka_unit_test(the_filter_leaves_out_or_lets_in),
		cmocka_unit_test(
		    one_that_is_idle_gives_way_when_there_are_too_many),
		cmocka_unit_test(other_lengths_make_other_networks),
		cmocka_unit_test(what_was_kept_lasts_as_if_it_were_new),
	};

	return cmocka_run_group_tests_name("serverbook", tests, NULL, NULL);
}
