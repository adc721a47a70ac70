/* tests/unit/wom/peer/hubpair.c - see hubpair.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/peer/hubpair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/io/sock.h"
#include "wom/link/linkopen.h"

#define PORT		4433
#define PATIENCE_S	20	/* a machine may be busy */

/* ---- two sites ---- */

static void
on_watch(void *arg, const char *name, const struct peerview *v, unsigned what)
{
	struct hubpair_end *e = arg;

	(void)name;
	(void)v;
	e->ups += (what & HUB_UP) != 0;
	e->downs += (what & HUB_DOWN) != 0;
	e->routes += (what & HUB_ROUTES) != 0;
}

static void
init_end(struct hubpair *p, int i, uint64_t chance)
{
	struct hubpair_end *e = &p->end[i];
	const struct certs_wish w = { .name = i == 0 ? "a" : "b" };

	certs_make(&p->certs, &w);
	site_draw(&e->site);
	/* Tests that run beside this one have addresses of their own. */
	e->at = (struct addr){ .family = AF_INET, .octets = { 127,
	    (uint8_t)(1 + chance % 250), (uint8_t)(chance >> 8 & 0xff),
	    (uint8_t)(10 + i) } };
	e->calls = certs_need(&p->certs, w.name, false);
	e->called = certs_need(&p->certs, w.name, true);
	e->door = (struct hub_door){ .at = { { e->at, PORT } }, .count = 1,
	    .tls = e->called };
	e->route = (struct linkroute){ .metric = 1 };
	assert_int_equal(addr_parse_prefix("127.0.0.0/8", &e->route.dest), 0);
	e->other = (struct peersetup){
		.name = i == 0 ? "b" : "a", .enabled = true,
		.allow_routing = true, .locals = &e->at, .local_count = 1,
		.at = { .port = PORT }, .tls = e->calls, .connections = 4,
		.ping_ns = 5 * CLOCK_S, .dead_ns = 20 * CLOCK_S,
		.keep_ns = 30 * CLOCK_S, .stream_window = 4u << 20,
		.session_window = 64u << 20, .streams_max = 1000,
		.history_octets = 16u << 20, .domain = "test",
		.rules = { .dedup = true, .compress = true, .level = 1 },
		.routes = &e->route, .route_count = 1,
	};
}

void
hubpair_init(struct hubpair *p)
{
	struct err e = { .code = 0 };
	struct rand r;
	uint64_t chance;

	memset(p, 0, sizeof(*p));
	rand_seed(&r);
	chance = rand_u64(&r);
	certs_init(&p->certs);
	p->loop = loop_new(&clock_system, &e);
	assert_non_null(p->loop);
	init_end(p, 0, chance);
	init_end(p, 1, chance);
	p->end[0].other.at.addr = p->end[1].at;
	p->end[1].other.at.addr = p->end[0].at;
}

void
hubpair_start_end(struct hubpair *p, int i)
{
	struct hubpair_end *end = &p->end[i];
	const struct hub_config c = { .loop = p->loop, .threads = 1,
	    .site = end->site };
	struct err e = { .code = 0 };

	end->hub = hub_new(&c, &e);
	if (end->hub == NULL || hub_listen(end->hub, &end->door, &e) != 0)
		fail_msg("%s", e.text);
	hub_watch(end->hub, on_watch, end);
	hub_put(end->hub, &end->other);
}

void
hubpair_start(struct hubpair *p)
{
	hubpair_start_end(p, 0);
	hubpair_start_end(p, 1);
}

void
hubpair_stop_end(struct hubpair *p, int i)
{
	hub_free(&p->end[i].hub);
}

void
hubpair_fini(struct hubpair *p)
{
	for (int i = 0; i < 2; i++) {
		hub_free(&p->end[i].hub);
		tunneltls_free(&p->end[i].calls);
		tunneltls_free(&p->end[i].called);
	}
	loop_free(&p->loop);
	certs_fini(&p->certs);
}

const struct peerview *
hubpair_view(const struct hubpair *p, int i)
{
	const struct peerview *v = hub_view(p->end[i].hub,
	    p->end[i].other.name);

	assert_non_null(v);
	return v;
}

/* ---- waiting ---- */

struct waiting {
	struct hubpair *p;
	bool	(*ready)(void *arg);
	void	*arg;
	mono_ns	until;
	bool	late;
};

static void
on_look(struct loop_timer *t, void *arg)
{
	struct waiting *w = arg;

	(void)t;
	w->late = loop_now_ns(w->p->loop) > w->until;
	if (w->late || w->ready(w->arg))
		loop_stop(w->p->loop);
}

void
hubpair_wait(struct hubpair *p, bool (*ready)(void *arg), void *arg)
{
	struct waiting w = { .p = p, .ready = ready, .arg = arg,
	    .until = loop_now_ns(p->loop) + PATIENCE_S * CLOCK_S };
	struct loop_timer look;

	loop_timer_init(&look, p->loop, on_look, &w);
	loop_timer_start(&look, 1, 2);
	loop_run(p->loop);
	loop_timer_stop(&look);
	if (!w.late)
		return;
	for (int i = 0; i < 2; i++)
		if (p->end[i].hub != NULL)
			print_message("end %d: %s: %s; door: %s\n", i,
			    peerview_state_names[hubpair_view(p, i)->state],
			    hubpair_view(p, i)->why,
			    hub_door_counts(p->end[i].hub)->last);
	fail_msg("waited for %d s", PATIENCE_S);
}

struct meeting {
	const struct hubpair *p;
	size_t	conns;
};

static bool
have_met(void *arg)
{
	const struct meeting *m = arg;
	const struct peerview *a = hubpair_view(m->p, 0);
	const struct peerview *b = hubpair_view(m->p, 1);

	return a->state == PEERVIEW_UP && b->state == PEERVIEW_UP &&
	    a->conns_up >= m->conns && b->conns_up >= m->conns;
}

void
hubpair_meet(struct hubpair *p, size_t conns)
{
	struct meeting m = { .p = p, .conns = conns };

	hubpair_wait(p, have_met, &m);
}

/* ---- programs that talk ---- */

struct talk {
	int	listener, client;
	size_t	octets;
	uint64_t seed;
	bool	well;		/* the client's word */
	atomic_bool over;
};

/* A server that gives back what it gets, once. */
static void *
serve(void *arg)
{
	struct talk *t = arg;
	uint8_t *room = mem_zalloc(65536, 1);
	int fd = accept(t->listener, NULL, NULL);
	ssize_t n = 0;

	while (fd != -1 && (n = recv(fd, room, 65536, 0)) > 0)
		for (ssize_t at = 0, k; at < n; at += k)
			if ((k = send(fd, room + at, (size_t)(n - at),
			    MSG_NOSIGNAL)) <= 0)
				break;
	if (fd != -1)
		(void)close(fd);
	free(room);
	return NULL;
}

static void
fill(struct rand *r, uint64_t *to, size_t words)
{
	for (size_t i = 0; i < words; i++)
		/* Half of it is the same all over. */
		to[i] = i % 512 < 256 ? 7 * i : rand_u64(r);
}

#define PIECE	32768

/* Says and hears at the same time, or both would stand still. */
static bool
talk_through(struct talk *t)
{
	uint64_t *piece = mem_zalloc(PIECE, 1), *want = mem_zalloc(PIECE, 1);
	uint8_t *got = mem_zalloc(PIECE, 1);
	size_t said = 0, heard = 0, at = PIECE, checked = PIECE;
	struct rand say, hear;
	bool well = true;

	rand_seed_from(&say, t->seed);
	rand_seed_from(&hear, t->seed);
	while (well && heard < t->octets) {
		struct pollfd f = { .fd = t->client,
		    .events = POLLIN | (said < t->octets ? POLLOUT : 0) };
		ssize_t n;

		if (poll(&f, 1, PATIENCE_S * 1000) != 1)
			break;
		if ((f.revents & POLLOUT) != 0) {
			if (at == PIECE) {
				fill(&say, piece, PIECE / 8);
				at = 0;
			}
			n = send(t->client, (uint8_t *)piece + at, PIECE - at,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
			if (n > 0) {
				at += (size_t)n;
				said += (size_t)n;
			}
			if (said == t->octets)
				(void)shutdown(t->client, SHUT_WR);
		}
		if ((f.revents & (POLLIN | POLLERR | POLLHUP)) == 0)
			continue;
		if (checked == PIECE) {
			fill(&hear, want, PIECE / 8);
			checked = 0;
		}
		n = recv(t->client, got, PIECE - checked, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			continue;
		well = n > 0 && memcmp(got, (uint8_t *)want + checked,
		    (size_t)n) == 0;
		checked += well ? (size_t)n : 0;
		heard += well ? (size_t)n : 0;
	}
	/* And then the end, in order. */
	well = well && heard == t->octets;
	if (well) {
		struct pollfd f = { .fd = t->client, .events = POLLIN };

		well = poll(&f, 1, PATIENCE_S * 1000) == 1 &&
		    recv(t->client, got, PIECE, MSG_DONTWAIT) == 0;
	}
	free(piece);
	free(want);
	free(got);
	return well;
}

static void *
ask(void *arg)
{
	struct talk *t = arg;

	t->well = talk_through(t);
	(void)close(t->client);
	atomic_store(&t->over, true);
	return NULL;
}

static bool
is_over(void *arg)
{
	struct talk *t = arg;

	return atomic_load(&t->over);
}

/* A connected pair of TCP sockets: the client's and what was accepted. */
static void
join_sockets(struct hubpair_end *e, int pair[2])
{
	struct addrport at = { .addr = e->at };
	int listener = sock_listen_tcp(&at, NULL, NULL);
	struct pollfd f = { .fd = listener, .events = POLLIN };

	assert_true(listener >= 0);
	sock_local(listener, &at);
	pair[0] = sock_connect_tcp(&at);
	assert_true(pair[0] >= 0);
	assert_int_equal(poll(&f, 1, 10000), 1);
	pair[1] = sock_accept(listener, NULL);
	assert_true(pair[1] >= 0);
	(void)close(listener);
}

bool
hubpair_echo(struct hubpair *p, int from, size_t octets)
{
	struct hubpair_end *here = &p->end[from], *there = &p->end[!from];
	struct linkopen o = { .dest.addr = there->at, .application = "echo" };
	struct talk t = { .octets = octets, .seed = octets };
	pthread_t server, client;
	int pair[2], on = 0;

	assert_int_equal(octets % PIECE, 0);
	t.listener = sock_listen_tcp(&o.dest, NULL, NULL);
	assert_true(t.listener >= 0);
	sock_local(t.listener, &o.dest);
	/* The server waits for its client. */
	assert_int_equal(ioctl(t.listener, FIONBIO, &on), 0);
	join_sockets(here, pair);
	t.client = pair[0];
	assert_int_equal(pthread_create(&server, NULL, serve, &t), 0);
	assert_int_equal(pthread_create(&client, NULL, ask, &t), 0);
	hub_adopt(here->hub, here->other.name, pair[1], &o,
	    &here->other.rules);
	hubpair_wait(p, is_over, &t);
	(void)shutdown(t.listener, SHUT_RDWR);
	pthread_join(client, NULL);
	pthread_join(server, NULL);
	(void)close(t.listener);
	return t.well;
}
