/* tests/unit/wom/flow/flownet.c - see flownet.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wom/flow/flownet.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/sock.h"
#include "wom/flow/flowsocket.h"

#define PAGE		1024u
#define SERVER		(UINT64_C(1) << 20)	/* a server's seed is its client's, and this */
#define HISTORY_ANEW	((size_t)4 << 20)
#define CHECK_MS	1
#define CHECKS_MAX	30000u	/* of CHECK_MS */

const struct flow_rules flownet_rules = {
	.dedup = true, .compress = true, .adaptive = true, .level = 1,
};

dur_ns flownet_connect_ns = 200 * CLOCK_MS;
struct packcrew *flownet_crew;

/* ---- content ---- */

/* One page in four is the stream's own and as good as random, others are of a stock of
 * pages that packs, which all streams have in common. */
static void
make_page(uint64_t seed, uint64_t number, uint8_t page[PAGE])
{
	struct rand r;
	uint32_t kind;

	rand_seed_from(&r, seed * UINT64_C(1000003) + number);
	kind = rand_below(&r, 4);
	if (kind > 0)
		rand_seed_from(&r, rand_below(&r, 512));
	for (uint32_t i = 0; i < PAGE; i += 8) {
		uint64_t v = rand_u64(&r);

		if (kind > 0)
			v &= UINT64_C(0x0303030303030303);
		memcpy(page + i, &v, 8);
	}
	if (number == 0)
		memcpy(page, &seed, sizeof(seed));
}

void
flownet_content(uint64_t seed, uint64_t at, uint8_t *out, size_t len)
{
	uint8_t page[PAGE];

	while (len > 0) {
		size_t skip = at % PAGE, n = PAGE - skip;

		if (n > len)
			n = len;
		make_page(seed, at / PAGE, page);
		memcpy(out, page + skip, n);
		out += n;
		at += n;
		len -= n;
	}
}

/* ---- talks ---- */

static void
end_talk(struct flowtalk *t, int error)
{
	loop_io_stop(&t->io);
	if (t->fd != -1)
		(void)close(t->fd);
	t->fd = -1;
	t->error = error;
}

static bool
say(struct flowtalk *t)
{
	uint8_t octets[16 * PAGE];

	while (t->said < t->to_say) {
		uint64_t left = t->to_say - t->said;
		size_t len = left < sizeof(octets) ? left : sizeof(octets);
		ssize_t n;

		flownet_content(t->says, t->said, octets, len);
		n = send(t->fd, octets, len, MSG_NOSIGNAL);
		if (n == -1)
			return errno == EAGAIN;
		t->said += (uint64_t)n;
	}
	if (!t->finished && (t->says != 0 || t->at_end)) {
		t->finished = true;
		(void)shutdown(t->fd, SHUT_WR);
	}
	return true;
}

static void
compare(const struct flowtalk *t, const uint8_t *octets, size_t len)
{
	uint8_t want[16 * PAGE];

	flownet_content(t->hears, t->heard, want, len);
	if (memcmp(octets, want, len) != 0)
		fail_msg("what was heard of %ju is not what was said, in %zu "
		    "octets from %ju", (uintmax_t)t->hears, len,
		    (uintmax_t)t->heard);
}

/* A server does not know whom it hears before the first 8 octets. */
static bool
meet(struct flowtalk *t)
{
	uint64_t seed = 0;
	ssize_t n = recv(t->fd, &seed, sizeof(seed), MSG_PEEK);

	if (n == 0)
		t->at_end = true;
	else if (n == -1)
		return errno == EAGAIN;
	if (n < (ssize_t)sizeof(seed))
		return true;
	t->hears = seed;
	t->says = seed + SERVER;
	t->to_say = t->net->server_says;
	return true;
}

static bool
hear(struct flowtalk *t)
{
	uint8_t octets[16 * PAGE];

	if (t->hears == 0 && !meet(t))
		return false;
	while (t->hears != 0 && !t->halted && !t->at_end) {
		ssize_t n = recv(t->fd, octets, sizeof(octets), 0);

		if (n == -1)
			return errno == EAGAIN;
		if (n == 0)
			t->at_end = true;
		else
			compare(t, octets, (size_t)n);
		t->heard += (uint64_t)n;
	}
	return true;
}

static void
on_talk(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct flowtalk *t = arg;

	(void)io;
	(void)fd;
	(void)events;
	flownet_talk(t);
}

void
flownet_talk(struct flowtalk *t)
{
	if (t->fd == -1)
		return;
	if (!hear(t) || !say(t))
		end_talk(t, errno);
	else if (t->finished && t->at_end)
		end_talk(t, 0);
}

void
flownet_hang_up(struct flowtalk *t)
{
	loop_io_stop(&t->io);
	flowsocket_reset(t->fd);
	t->fd = -1;
	t->error = ECONNABORTED;
}

static struct flowtalk *
add_talk(struct flownet *n, int fd)
{
	struct flowtalk *t = mem_zalloc(1, sizeof(*t));

	t->net = n;
	t->fd = fd;
	t->io = loop_io_start(n->loop, fd, LOOP_READ | LOOP_WRITE | LOOP_EDGE,
	    on_talk, t);
	assert_non_null(t->io);
	list_init(&t->in_all);
	list_append(&n->talks, &t->in_all);
	return t;
}

static void
on_listener(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct flownet *n = arg;
	int conn;

	(void)io;
	(void)events;
	while ((conn = sock_accept(fd, NULL)) != -1) {
		add_talk(n, conn)->halted = n->servers_halt;
		n->servers++;
	}
}

struct flowtalk *
flownet_call_to(struct flownet *n, const struct linkopen *o,
    const struct flow_rules *r)
{
	static const struct addrport here = { .addr = { .family = AF_INET,
	    .octets = { 127, 0, 0, 1 } } };
	int listener = sock_listen_tcp(&here, NULL, NULL), client, lan;
	struct addrport at;

	assert_true(listener >= 0);
	sock_local(listener, &at);
	client = sock_connect_tcp(&at);
	assert_true(client >= 0);
	while ((lan = sock_accept(listener, NULL)) == -1)
		assert_int_equal(errno, EAGAIN);
	(void)close(listener);
	if (!flowset_adopt(n->end[0].set, lan, o, r))
		fail_msg("the stream was not taken");
	return add_talk(n, client);
}

struct flowtalk *
flownet_call(struct flownet *n, uint64_t seed, uint64_t octets,
    const struct flow_rules *r)
{
	struct linkopen o = { .dest = n->server, .application = "test" };
	struct flowtalk *t = flownet_call_to(n, &o, r);

	t->says = seed;
	t->hears = seed + SERVER;
	t->to_say = octets;
	return t;
}

struct flowtalk *
flownet_answer(struct flownet *n, const struct flowtalk *c)
{
	LIST_EACH(&n->talks, it) {
		struct flowtalk *t = OBJ_OF(it, struct flowtalk, in_all);

		if (t->hears == c->says)
			return t;
	}
	return NULL;
}

/* ---- the link ---- */

/* An end that has begun anew closes all, and meets again. */
static bool
is_condemned(const struct flownet *n)
{
	return linksession_conn_condemned(n->end[0].session) != -1 ||
	    linksession_conn_condemned(n->end[1].session) != -1;
}

static void
feed(struct flownet *n, int to, const uint8_t *octets, size_t len)
{
	struct err e = { 0 };
	size_t cap;

	while (len > 0 && !is_condemned(n)) {
		uint8_t *room = linksession_in_room(n->end[to].session,
		    n->conn[to], &cap);

		if (cap > len)
			cap = len;
		memcpy(room, octets, cap);
		if (linksession_in_fed(n->end[to].session, n->conn[to], cap,
		    loop_now_ns(n->loop), &e) != 0)
			fail_msg("%s", e.text);
		octets += cap;
		len -= cap;
	}
}

/* True when there was something. */
static bool
carry_from(struct flownet *n, int from)
{
	static uint8_t octets[4 * LINKFRAME_MAX];
	size_t done = 0, len;

	while (done < n->per_turn && (len = linksession_out_fill(
	    n->end[from].session, n->conn[from], octets, sizeof(octets),
	    loop_now_ns(n->loop))) > 0) {
		feed(n, !from, octets, len);
		done += len;
	}
	n->carried[from] += done;
	return done > 0;
}

static void
on_carry(struct loop_timer *t, void *arg)
{
	struct flownet *n = arg;
	bool any = false;

	if (!n->up || n->halted)
		return;
	any |= carry_from(n, 0);
	if (!is_condemned(n))
		any |= carry_from(n, 1);
	for (int i = 0; i < 2; i++)
		if (n->end[i].set != NULL)
			flowset_news(n->end[i].set);
	if (is_condemned(n)) {
		flownet_break(n);
		flownet_dial(n);
	}
	if (any && !loop_timer_running(t))
		loop_timer_start(t, 0, 0);
}

static void
wake(void *arg)
{
	struct flownet_end *e = arg;

	if (!loop_timer_running(&e->net->carry))
		loop_timer_start(&e->net->carry, 0, 0);
}

void
flownet_nudge(struct flownet *n)
{
	wake(&n->end[0]);
}

void
flownet_dial(struct flownet *n)
{
	assert_false(n->up);
	for (int i = 0; i < 2; i++)
		n->conn[i] = linksession_conn_open(n->end[i].session,
		    loop_now_ns(n->loop));
	n->up = true;
	wake(&n->end[0]);
}

void
flownet_break(struct flownet *n)
{
	assert_true(n->up);
	n->up = false;
	for (int i = 0; i < 2; i++) {
		linksession_conn_broken(n->end[i].session, n->conn[i],
		    loop_now_ns(n->loop));
		flowset_news(n->end[i].set);
	}
}

/* ---- birth and end ---- */

static int
admit(void *arg, const struct linkopen *o, struct flow_rules *r, struct err *e)
{
	struct flownet_end *end = arg;

	(void)r;
	end->asked = *o;
	if (!end->deny)
		return 0;
	end->denied++;
	return err_set(e, ERR_DENIED, "not there");
}

static void
begin_end(struct flownet *n, int i, uint64_t boot, size_t history)
{
	struct flownet_end *end = &n->end[i];
	struct linksession_config c = {
		.hello = { .version_min = 1, .version_max = 1,
		    .site = { (uint8_t)(i + 1) },
		    .self = { .boot = boot },
		    .stream_window = FLOWNET_WINDOW, .floor = FLOWNET_FLOOR,
		    .session_window = FLOWNET_SHARED, .streams_max = 2000,
		    .domain = "test" },
		.keep_ns = 600 * CLOCK_S, .ping_ns = 300 * CLOCK_S,
		.dead_ns = 600 * CLOCK_S,
	};

	end->net = n;
	site_init(&end->site, history);
	end->session = linksession_new(&c);
	end->set = flowset_new(&(struct flowset_config){ .loop = n->loop,
	    .session = end->session, .encoder = end->site.encoder,
	    .decoder = end->site.decoder, .history = end->site.history,
	    .crew = flownet_crew, .wake = wake, .admit = admit, .arg = end,
	    .forming_max = FLOWNET_FORMING, .connect_ns = flownet_connect_ns });
}

static void
on_check(struct loop_timer *t, void *arg)
{
	struct flownet *n = arg;

	(void)t;
	if (n->done(n))
		loop_stop(n->loop);
	else if (++n->checks > CHECKS_MAX)
		fail_msg("it does not come to an end: %zu and %zu flows",
		    flowset_count(n->end[0].set), flowset_count(n->end[1].set));
}

void
flownet_run(struct flownet *n, bool (*done)(struct flownet *))
{
	n->done = done;
	n->checks = 0;
	loop_timer_start(&n->check, 0, CHECK_MS);
	loop_run(n->loop);
	loop_timer_stop(&n->check);
}

static bool
is_met(struct flownet *n)
{
	return linksession_conn_up(n->end[0].session) == 1 &&
	    linksession_conn_up(n->end[1].session) == 1;
}

void
flownet_init(struct flownet *n, uint64_t seed, size_t history0,
    size_t history1)
{
	static const struct addrport here = { .addr = { .family = AF_INET,
	    .octets = { 127, 0, 0, 1 } } };

	*n = (struct flownet){ .per_turn = 256 << 10 };
	rand_seed_from(&n->rand, seed);
	n->loop = loop_new(&clock_system, NULL);
	assert_non_null(n->loop);
	list_init(&n->talks);
	loop_timer_init(&n->carry, n->loop, on_carry, n);
	loop_timer_init(&n->check, n->loop, on_check, n);
	begin_end(n, 0, 1, history0);
	begin_end(n, 1, 2, history1);
	n->listener = sock_listen_tcp(&here, NULL, NULL);
	assert_true(n->listener >= 0);
	sock_local(n->listener, &n->server);
	n->listening = loop_io_start(n->loop, n->listener, LOOP_READ,
	    on_listener, n);
	flownet_dial(n);
	flownet_run(n, is_met);
}

void
flownet_fini(struct flownet *n)
{
	loop_timer_stop(&n->carry);
	loop_timer_stop(&n->check);
	LIST_EACH(&n->talks, it) {
		struct flowtalk *t = OBJ_OF(it, struct flowtalk, in_all);

		end_talk(t, 0);
		free(t);
	}
	for (int i = 0; i < 2; i++) {
		flowset_free(&n->end[i].set);
		linksession_free(&n->end[i].session);
		site_fini(&n->end[i].site);
	}
	loop_io_stop(&n->listening);
	(void)close(n->listener);
	loop_free(&n->loop);
}

bool
flownet_is_over(struct flownet *n)
{
	for (struct list *it = n->talks.next; it != &n->talks; it = it->next)
		if (OBJ_OF(it, struct flowtalk, in_all)->fd != -1)
			return false;
	return flowset_count(n->end[0].set) == 0 &&
	    flowset_count(n->end[1].set) == 0;
}

/* Nothing has moved between some checks. */
static bool
is_still(struct flownet *n)
{
	uint64_t sum = n->carried[0] + n->carried[1] + n->servers;

	for (struct list *it = n->talks.next; it != &n->talks; it = it->next) {
		const struct flowtalk *t = OBJ_OF(it, struct flowtalk, in_all);

		sum += t->said + t->heard + (uint64_t)t->error;
	}
	n->still = sum == n->sum ? n->still + 1 : 0;
	n->sum = sum;
	return n->still >= 30;
}

void
flownet_settle(struct flownet *n)
{
	n->still = 0;
	flownet_run(n, is_still);
}

static void
keep_app(void *arg, const struct flowapp *a)
{
	*(struct flowapp *)arg = *a;
}

struct flowapp
flownet_app(struct flownet *n, int end)
{
	struct flowapp a = { .name = NULL };

	flowset_each_app(n->end[end].set, keep_app, &a);
	return a;
}

struct flow_counts
flownet_counts(struct flownet *n, int end)
{
	return flownet_app(n, end).counts;
}

void
flownet_restart(struct flownet *n, int end, uint64_t boot)
{
	struct flownet_end *e = &n->end[end];

	if (n->up)
		flownet_break(n);
	flowset_free(&e->set);
	linksession_free(&e->session);
	site_fini(&e->site);
	begin_end(n, end, boot, HISTORY_ANEW);
	flownet_dial(n);
}
