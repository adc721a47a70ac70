/* tests/unit/gtmd/serve/test_dnsudp.c - real sockets and threads: replies come from
 * where the query went, and no query is lost while threads come and go.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/io/sock.h"
#include "gtmd/serve/dnsudp.h"
#include "gtmd/serve/proxyheader.h"
#include "tests/unit/gtmd/query/stage.h"

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"ns1 3600 IN A 192.0.2.1\n"
	"www 600 IN A 192.0.2.80\n",
	NULL, NULL
};

static struct stage stage;

static int
open_stage(void **state)
{
	(void)state;
	stage_open(&stage, zones);
	stage_add(&stage, &(struct stage_wide){ "app.example.com", WIDE_A,
	    { "10.0.0.1" }, .ttl_s = 15 });
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

static struct dnsudp *
start(const char *address, unsigned threads, struct addrport *local)
{
	struct dnsudp_config c = {
		.world = &stage.world, .threads = threads, .batch = 8,
		.rcvbuf = 1 << 20,
	};
	struct dnsudp *d;
	struct err e;

	assert_int_equal(addr_parse(address, &c.local.addr), 0);
	d = dnsudp_open(&c, &e);
	if (d == NULL)
		fail_msg("%s", e.text);
	if (dnsudp_start(d, &e) != 0)
		fail_msg("%s", e.text);
	dnsudp_local(d, local);
	return d;
}

static int
client(const char *address, uint16_t port, bool connected)
{
	struct timeval wait = { .tv_sec = 5 };
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t len;
	int fd;

	assert_int_equal(addr_parse(address, &a), 0);
	len = addr_to_sockaddr(&a, port, &ss);
	fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait,
	    sizeof(wait)), 0);
	if (connected)
		assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

static size_t
make_query(uint8_t *p, uint16_t id)
{
	static const struct stage_query q = {
		.name = "app.example.com", .type = 1
	};
	size_t n = stage_write(&q, p, 512);

	p[0] = (uint8_t)(id >> 8);
	p[1] = (uint8_t)id;
	return n;
}

/* A connected socket takes only what comes from the address it asked. */
static void
ask(const char *listen, const char *to)
{
	struct addrport local;
	struct dnsudp *d = start(listen, 1, &local);
	int fd = client(to, local.port, true);
	uint8_t p[512];
	char text[2048];
	ssize_t n;

	assert_true(send(fd, p, make_query(p, 77), 0) > 0);
	n = recv(fd, p, sizeof(p), 0);
	if (n < 0)
		fail_msg("%s through %s: no reply", to, listen);
	assert_string_equal(stage_format(p, (size_t)n, text, sizeof(text)),
	    "NOERROR aa AN: app.example.com. 15 A 10.0.0.1");
	(void)close(fd);
	dnsudp_close(&d);
	assert_null(d);
}

static void
replies_come_from_where_the_query_went(void **state)
{
	(void)state;
	ask("127.0.0.1", "127.0.0.1");
	ask("0.0.0.0", "127.0.0.1");
	ask("0.0.0.0", "127.3.2.1");
	if (access("/proc/net/if_inet6", R_OK) == 0) {
		ask("::1", "::1");
		ask("::", "::1");
	}
}

static void
silence_for_what_is_no_query(void **state)
{
	struct addrport local;
	struct dnsudp *d = start("127.0.0.1", 1, &local);
	int fd = client("127.0.0.1", local.port, true);
	uint8_t p[512], junk[12] = { 0, 1, 0x80 };
	ssize_t n;

	(void)state;
	assert_int_equal(send(fd, junk, 0, 0), 0);
	assert_int_equal(send(fd, junk, 11, 0), 11);
	assert_int_equal(send(fd, junk, 12, 0), 12);
	assert_true(send(fd, p, make_query(p, 78), 0) > 0);
	/* The first reply is to the last of them. */
	n = recv(fd, p, sizeof(p), 0);
	assert_true(n > 12);
	assert_int_equal(p[0] << 8 | p[1], 78);
	(void)close(fd);
	dnsudp_close(&d);
}

static void
an_address_in_use_is_told(void **state)
{
	struct dnsudp_config c = {
		.world = &stage.world, .threads = 1, .batch = 8
	};
	struct addrport local;
	struct err e;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	sock_local(fd, &local);
	c.local = local;
	assert_null(dnsudp_open(&c, &e));
	assert_non_null(strstr(e.text, "127.0.0.1:"));
	(void)close(fd);
}

/* ---- no loss ------------------------------------------------------------------ */

#define IN_FLIGHT	32

struct questioner {
	uint16_t	 port;
	atomic_bool	 stop;
	atomic_uint	 asked, answered;
};

/* Keeps some queries in flight, from a new port each now and then, so that
 * every socket of the group gets its share. */
static void *
keep_asking(void *arg)
{
	struct questioner *a = arg;

	while (!atomic_load(&a->stop)) {
		int fd = client("127.0.0.1", a->port, true);
		uint8_t p[512];
		size_t len = make_query(p, (uint16_t)atomic_load(&a->asked));

		for (unsigned i = 0; i < IN_FLIGHT; i++)
			atomic_fetch_add(&a->asked,
			    send(fd, p, len, 0) == (ssize_t)len);
		for (unsigned i = 0; i < IN_FLIGHT; i++)
			atomic_fetch_add(&a->answered,
			    recv(fd, p, sizeof(p), 0) > 0);
		(void)close(fd);
	}
	return NULL;
}

static void
no_query_is_lost_while_threads_come_and_go(void **state)
{
	static const unsigned threads[] = { 4, 1, 3, 2, 6, 1, 2, 5, 1 };
	size_t count = sizeof(threads) / sizeof(threads[0]);
	struct questioner a = { 0 };
	struct dnsudp_config c = { .world = &stage.world, .batch = 4 };
	struct dnsudp *d = start("127.0.0.1", 1, &c.local);
	struct err e;
	pthread_t t;

	(void)state;
	a.port = c.local.port;
	assert_int_equal(pthread_create(&t, NULL, keep_asking, &a), 0);
	/* Each number of threads meets some queries. */
	for (unsigned i = 0; i < 3 * count || atomic_load(&a.asked) < 3000;
	    i++) {
		c.threads = threads[i % count];
		if (dnsudp_adjust(d, &c, &e) != 0)
			fail_msg("%s", e.text);
	}
	atomic_store(&a.stop, true);
	assert_int_equal(pthread_join(t, NULL), 0);
	dnsudp_close(&d);
	assert_int_equal(atomic_load(&a.answered), atomic_load(&a.asked));
}

static void
a_cpu_that_is_not_there_stops_nobody(void **state)
{
	static const int cpus[] = { 100000 };
	struct dnsudp_config c = {
		.world = &stage.world, .threads = 2, .batch = 4,
		.cpus = cpus, .cpu_count = 1,
	};
	struct dnsudp *d = start("127.0.0.1", 1, &c.local);
	struct err e;
	uint8_t p[512];
	int fd = client("127.0.0.1", c.local.port, true);

	(void)state;
	assert_int_not_equal(dnsudp_adjust(d, &c, &e), 0);
	assert_non_null(strstr(e.text, "100000"));
	assert_int_not_equal(dnsudp_adjust(d, &c, NULL), 0);
	assert_true(send(fd, p, make_query(p, 1), 0) > 0);
	assert_true(recv(fd, p, sizeof(p), 0) > 12);
	(void)close(fd);
	dnsudp_close(&d);
}

/* What is queued when the end comes is answered, not thrown away. */
static void
the_queue_is_answered_before_the_end(void **state)
{
	struct dnsudp_config c = {
		.world = &stage.world, .threads = 1, .batch = 8
	};
	struct addrport local;
	struct dnsudp *d;
	uint8_t p[512];
	int fd;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1", &c.local.addr), 0);
	d = dnsudp_open(&c, NULL);
	dnsudp_local(d, &local);
	fd = client("127.0.0.1", local.port, true);
	for (unsigned i = 0; i < 20; i++)
		assert_true(send(fd, p, make_query(p, 1), 0) > 0);
	dnsudp_close(&d);
	for (unsigned i = 0; i < 20; i++)
		assert_true(recv(fd, p, sizeof(p), MSG_DONTWAIT) > 12);
	(void)close(fd);
}

/* Headers count from the loopback's first address alone, and are changed while
 * queries flow. */
static void
proxies_speak_for_clients(void **state)
{
	static const uint8_t header[] = {
		0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 'Q', 'U', 'I', 'T', 0x0a,
		0x21, 0x12, 0, 12, 192, 0, 2, 7, 127, 0, 0, 1, 1, 1, 0, 53
	};
	struct proxysources from = { .count = 1 };
	struct addrport local;
	struct dnsudp *d = start("127.0.0.1", 1, &local);
	struct dnsudp_config c = {
		.world = &stage.world, .local = local, .threads = 1,
		.batch = 8, .rcvbuf = 1 << 20, .proxies = &from,
	};
	int fd = client("127.0.0.1", local.port, true);
	uint8_t p[512], reply[512];
	struct err e;
	size_t n;

	(void)state;
	assert_int_equal(addr_parse_prefix("127.0.0.1", &from.v[0]), 0);
	assert_int_equal(dnsudp_adjust(d, &c, &e), 0);
	memcpy(p, header, sizeof(header));
	for (uint16_t i = 1; i <= 20; i++) {
		/* The bare one is dropped, so that the next reply is of the
		 * one behind it. */
		n = make_query(p + sizeof(header), 1000);
		assert_int_equal(send(fd, p + sizeof(header), n, 0), n);
		n = make_query(p + sizeof(header), i) + sizeof(header);
		assert_int_equal(send(fd, p, n, 0), n);
		assert_true(recv(fd, reply, sizeof(reply), 0) > 12);
		assert_int_equal(reply[0] << 8 | reply[1], i);
		assert_int_equal(reply[7], 1);
	}
	/* Nobody but those named: others may only ask for themselves. */
	assert_int_equal(addr_parse_prefix("127.0.0.2", &from.v[0]), 0);
	assert_int_equal(dnsudp_adjust(d, &c, &e), 0);
	n = make_query(p + sizeof(header), 66) + sizeof(header);
	assert_int_equal(send(fd, p, n, 0), n);
	n = make_query(p + sizeof(header), 67);
	assert_int_equal(send(fd, p + sizeof(header), n, 0), n);
	assert_true(recv(fd, reply, sizeof(reply), 0) > 12);
	assert_int_equal(reply[1], 67);
	c.proxies = NULL;
	assert_int_equal(dnsudp_adjust(d, &c, &e), 0);
	n = make_query(p, 77);
	assert_int_equal(send(fd, p, n, 0), n);
	assert_true(recv(fd, reply, sizeof(reply), 0) > 12);
	assert_int_equal(reply[1], 77);
	(void)close(fd);
	dnsudp_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proxies_speak_for_clients),
		cmocka_unit_test(replies_come_from_where_the_query_went),
		cmocka_unit_test(silence_for_what_is_no_query),
		cmocka_unit_test(an_address_in_use_is_told),
		cmocka_unit_test(no_query_is_lost_while_threads_come_and_go),
		cmocka_unit_test(a_cpu_that_is_not_there_stops_nobody),
		cmocka_unit_test(the_queue_is_answered_before_the_end),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
