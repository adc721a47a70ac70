/* tests/unit/etherip/pair/test_leaselink.c - two ends over real sockets in virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/leaselink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"

struct unit {
	struct leaselink *link;
	char		 address[ADDR_TEXT_MAX];
	bool		 active;
	unsigned	 bodies;
	size_t		 body_len;
};

static struct clock hand;
static struct loop *loop;
static struct unit units[2];
static uint16_t port;

static void
on_role(void *arg, bool active)
{
	struct unit *u = arg;

	assert_true(u->active != active);
	u->active = active;
}

static void
on_body(void *arg, const uint8_t *octets, size_t len)
{
	struct unit *u = arg;

	assert_int_equal(octets[0], 'x');
	u->bodies++;
	u->body_len = len;
}

static struct leaselink_config
config(int i)
{
	struct leaselink_config c = { .port = port, .key = { 1, 2, 3 },
	    .level = LEASE_WILLING, .term_ms = 500, .role = on_role,
	    .body = on_body, .arg = &units[i] };

	assert_int_equal(addr_parse(units[i].address, &c.local), 0);
	assert_int_equal(addr_parse(units[!i].address, &c.peer), 0);
	return c;
}

static void
start(int i)
{
	struct leaselink_config c = config(i);

	units[i].link = leaselink_new(loop, &c);
}

static void
pass(unsigned ms)
{
	loop_advance(loop, &hand, ms * CLOCK_MS);
	loop_poll(loop);
}

static const struct lease *
lease(int i)
{
	return leaselink_lease(units[i].link);
}

/* Addresses that no other process of these tests uses at the same time. */
static int
set_up(void **state)
{
	unsigned pid = (unsigned)getpid();
	struct err e;

	(void)state;
	clock_fake_init(&hand, CLOCK_S, 1000);
	loop = loop_new(&hand, &e);
	assert_non_null(loop);
	memset(units, 0, sizeof(units));
	port = (uint16_t)(20000 + pid % 10000);
	for (unsigned i = 0; i < 2; i++)
		(void)snprintf(units[i].address, sizeof(units[i].address),
		    "127.77.%u.%u", pid / 10000 % 250, 1 + i);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		leaselink_free(&units[i].link);
		assert_false(units[i].active);
	}
	loop_free(&loop);
	return 0;
}

static void
one_of_two_becomes_active_and_tells_when_it_ends(void **state)
{
	(void)state;
	start(0);
	start(1);
	pass(1000);
	assert_true(units[1].active);
	assert_false(units[0].active);
	/* The end of one is the beginning of the other, at once. */
	leaselink_free(&units[1].link);
	assert_false(units[1].active);
	pass(1100);
	assert_true(units[0].active);
	start(1);
	pass(5000);
	assert_true(units[0].active);
	assert_false(units[1].active);
	assert_int_equal(leaselink_counts(units[0].link).malformed, 0);
	assert_int_equal(leaselink_counts(units[0].link).forged, 0);
}

static void
commands_are_obeyed(void **state)
{
	(void)state;
	start(0);
	start(1);
	pass(1000);
	leaselink_command(units[0].link, LEASE_GO_ACTIVE);
	pass(200);
	assert_true(units[0].active && !units[1].active);
	leaselink_command(units[0].link, LEASE_GO_OFFLINE);
	assert_false(units[0].active);
	pass(200);
	assert_true(units[1].active);
	assert_int_equal(lease(0)->state, LEASE_OFFLINE);
}

/* Each thinks that it is alone: a mistake that must be seen. */
static void
another_key_is_not_heard(void **state)
{
	struct leaselink_config c;

	(void)state;
	start(0);
	c = config(1);
	c.key[31] = 1;
	units[1].link = leaselink_new(loop, &c);
	pass(3000);
	assert_true(units[0].active && units[1].active);
	assert_true(leaselink_counts(units[0].link).forged > 20);
	assert_int_equal(leaselink_counts(units[0].link).received, 0);
	c = config(1);
	assert_true(leaselink_set(units[1].link, &c));
	pass(1000);
	assert_false(units[0].active);
	assert_true(units[1].active);
}

static void
strangers_and_echoes_are_counted(void **state)
{
	struct leaselink_config c;
	struct sockaddr_storage ss;
	struct leaselink_counts n;
	socklen_t len;
	int fd;

	(void)state;
	start(0);
	pass(10);
	c = config(0);
	len = addr_to_sockaddr(&c.local, port, &ss);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(sendto(fd, "x", 1, 0, (struct sockaddr *)&ss, len), 1);
	loop_poll(loop);
	n = leaselink_counts(units[0].link);
	assert_int_equal(n.strangers, 1);
	assert_int_equal(n.malformed, 0);
	(void)close(fd);
}

static void
bodies_of_the_mirror_go_beside(void **state)
{
	uint8_t datagram[LEASEWIRE_MAX];

	(void)state;
	start(0);
	start(1);
	pass(1000);
	memset(datagram, 'x', sizeof(datagram));
	assert_true(leaselink_send(units[1].link, datagram,
	    LEASEWIRE_BODY_MAX));
	loop_poll(loop);
	assert_int_equal(units[0].bodies, 1);
	assert_int_equal(units[0].body_len, LEASEWIRE_BODY_MAX);
}

static void
an_address_that_is_not_there_is_waited_for(void **state)
{
	(void)state;
	(void)snprintf(units[0].address, sizeof(units[0].address),
	    "192.0.2.77");
	start(0);
	pass(500);
	assert_true(leaselink_counts(units[0].link).unsent >= 8);
	assert_int_not_equal(leaselink_counts(units[0].link).sys_errno, 0);
	assert_int_equal(leaselink_counts(units[0].link).sent, 0);
}

static void
other_ends_are_a_new_link(void **state)
{
	struct leaselink_config c;

	(void)state;
	start(0);
	c = config(0);
	c.term_ms = 900;
	c.level = LEASE_PREFERRED;
	assert_true(leaselink_set(units[0].link, &c));
	assert_int_equal(lease(0)->config.term_ms, 900);
	c.port++;
	assert_false(leaselink_set(units[0].link, &c));
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(one_of_two_becomes_active_and_tells_when_it_ends),
		ROW(commands_are_obeyed),
		ROW(another_key_is_not_heard),
		ROW(strangers_and_echoes_are_counted),
		ROW(bodies_of_the_mirror_go_beside),
		ROW(an_address_that_is_not_there_is_waited_for),
		ROW(other_ends_are_a_new_link),
	};

	return cmocka_run_group_tests_name("leaselink", tests, NULL, NULL);
}
