/* wom/discover/seeker.c - see seeker.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/seeker.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/pingsock.h"
#include "core/model/strlist.h"
#include "wom/discover/overhear.h"
#include "wom/link/routeset.h"

#define SECOND		UINT64_C(1000000000)
#define BATCH		64	/* packets between other events */

/* What there is of each family. */
struct mouth {
	struct seeker	*owner;
	uint8_t		 family;
	int		 fd, ear_fd;		/* -1: not open */
	bool		 raw;
	struct loop_io	*io, *ear_io;
};

struct seeker {
	unsigned	 magic;
#define SEEKER_MAGIC	0x5ee1ce12u
	struct seeker_config c;
	struct seeker_setup setup;
	struct addr	*locals;	/* of setup */
	struct strlist	 devices;
	struct seekbook	*book;
	struct loop_timer timer;
	struct mouth	 mouth[2];
	mono_ns		 second;	/* that answers are counted in */
	unsigned	 told;		/* in it */
	uint16_t	 ident, sequence;
	struct seeker_counts counts;
};

/* ---- questions of ours ---- */

static void
send_octets(const struct mouth *m, const struct addr *to,
    const uint8_t octets[ASKWIRE_LEN])
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, 0, &ss);

	/* Whatever becomes of it, it is asked again. */
	(void)sendto(m->fd, octets, ASKWIRE_LEN, MSG_NOSIGNAL,
	    (struct sockaddr *)&ss, len);
}

static void
ask_due(struct seeker *k)
{
	struct askwire_ask a = { .ident = k->ident };
	uint8_t octets[ASKWIRE_LEN];
	mono_ns now = loop_now_ns(k->c.loop), due;
	struct addr to;

	memcpy(a.site, k->c.site, sizeof(a.site));
	while (seekbook_next(k->book, now, &to, a.token)) {
		const struct mouth *m = &k->mouth[to.family == AF_INET6];

		if (m->fd == -1)
			continue;
		a.sequence = k->sequence++;
		askwire_write_ask(octets, to.family, &a);
		send_octets(m, &to, octets);
		k->counts.asked++;
	}
	due = seekbook_due(k->book);
	if (due != UINT64_MAX)
		loop_timer_start_at(&k->timer, due);
}

static void
on_due(struct loop_timer *t, void *arg)
{
	(void)t;
	ask_due(arg);
}

static bool
is_ours(const struct seeker *k, const struct addr *a)
{
	for (size_t i = 0; i < k->setup.local_count; i++)
		if (addr_equal(&k->locals[i], a))
			return true;
	return false;
}

static void
take_answer(struct seeker *k, const struct askwire_answer *a)
{
	struct addr to;

	if (memcmp(a->site, k->c.site, sizeof(a->site)) == 0 ||
	    !routeset_is_host(&a->at.addr) || is_ours(k, &a->at.addr) ||
	    !seekbook_answered(k->book, a->token, loop_now_ns(k->c.loop),
	    &to))
		return;
	k->counts.answered++;
	k->c.found(k->c.arg, &a->at, &to);
}

static void
on_answer(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct mouth *m = arg;
	struct askwire_answer a;
	uint8_t octets[OVERHEAR_MAX];
	ssize_t n;

	(void)io;
	(void)events;
	OBJ_CHECK(m->owner, SEEKER_MAGIC);
	for (unsigned i = 0; i < BATCH; i++) {
		n = recv(fd, octets, sizeof(octets), 0);
		if (n == -1)
			return;
		if (m->owner->setup.asks && askwire_read_answer(&a, octets,
		    (size_t)n, m->family, m->raw && m->family == AF_INET))
			take_answer(m->owner, &a);
	}
}

/* ---- questions of others ---- */

static bool
may_come_by(const struct seeker *k, unsigned interface)
{
	char name[IF_NAMESIZE];

	return k->devices.count == 0 ||
	    (if_indextoname(interface, name) != NULL &&
	    strlist_has(&k->devices, name));
}

static bool
may_tell(struct seeker *k)
{
	mono_ns now = loop_now_ns(k->c.loop);

	if (now - k->second >= SECOND) {
		k->second = now;
		k->told = 0;
	}
	return k->told++ < SEEKER_ANSWERS_MAX;
}

static void
answer(struct seeker *k, const struct mouth *m, const struct askwire_ask *ask,
    const struct addr *from)
{
	struct askwire_answer a = { .at.port = k->setup.port };
	uint8_t octets[ASKWIRE_LEN];

	k->counts.heard++;
	if (memcmp(ask->site, k->c.site, sizeof(ask->site)) == 0 ||
	    !routeset_is_host(from))
		return;
	for (size_t i = k->setup.local_count; i-- > 0;)
		if (k->locals[i].family == m->family)
			a.at.addr = k->locals[i];
	if (a.at.addr.family == 0 || !may_tell(k))
		return;
	memcpy(a.site, k->c.site, sizeof(a.site));
	memcpy(a.token, ask->token, sizeof(a.token));
	askwire_write_answer(octets, m->family, ask, &a);
	send_octets(m, from, octets);
	k->counts.told++;
}

static void
on_question(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct mouth *m = arg;
	struct askwire_ask ask;
	struct addr from;
	uint8_t octets[OVERHEAR_MAX];
	unsigned interface;
	ssize_t n;

	(void)io;
	(void)events;
	OBJ_CHECK(m->owner, SEEKER_MAGIC);
	for (unsigned i = 0; i < BATCH; i++) {
		n = overhear_read(fd, octets, &interface);
		if (n == -1)
			return;
		if (askwire_read_ask(&ask, &from, octets, (size_t)n) &&
		    may_come_by(m->owner, interface))
			answer(m->owner, m, &ask, &from);
	}
}

/* ---- sockets ---- */

static void
close_socket(int *fd, struct loop_io **io)
{
	loop_io_stop(io);
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

static void
close_mouth(struct mouth *m)
{
	close_socket(&m->fd, &m->io);
	close_socket(&m->ear_fd, &m->ear_io);
}

/* 0, or the errno. */
static int
open_mouth(struct mouth *m, const struct seeker_setup *s)
{
	struct loop *l = m->owner->c.loop;

	m->fd = pingsock_open(m->family, &m->raw);
	if (m->fd == -1)
		return errno;
	m->io = loop_io_start(l, m->fd, LOOP_READ, on_answer, m);
	if (!s->answers)
		return 0;
	m->ear_fd = m->raw ? overhear_open(m->family, OVERHEAR_ASKS) : -1;
	if (m->ear_fd == -1)
		return m->raw ? errno : EPERM;
	m->ear_io = loop_io_start(l, m->ear_fd, LOOP_READ, on_question, m);
	return 0;
}

/* Without IPv6 there is nobody to ask by it. */
static int
open_mouths(struct seeker *k, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < OBJ_COUNT(k->mouth); i++) {
		int why = open_mouth(&k->mouth[i], &k->setup);

		if (why == EAFNOSUPPORT || why == 0)
			continue;
		rc = why == EPERM || why == EACCES ? err_set(e, ERR_DENIED,
		    "discovery: no CAP_NET_RAW") :
		    err_sys(e, why, "discovery");
	}
	return rc;
}

struct seeker *
seeker_new(const struct seeker_config *c)
{
	struct seeker *k = mem_zalloc(1, sizeof(*k));

	k->magic = SEEKER_MAGIC;
	k->c = *c;
	k->book = seekbook_new();
	k->ident = (uint16_t)getpid();
	loop_timer_init(&k->timer, c->loop, on_due, k);
	for (size_t i = 0; i < OBJ_COUNT(k->mouth); i++)
		k->mouth[i] = (struct mouth){ .owner = k, .fd = -1,
		    .ear_fd = -1, .family = i == 0 ? AF_INET : AF_INET6 };
	return k;
}

void
seeker_free(struct seeker **sp)
{
	struct seeker *k = *sp;

	*sp = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, SEEKER_MAGIC);
	for (size_t i = 0; i < OBJ_COUNT(k->mouth); i++)
		close_mouth(&k->mouth[i]);
	loop_timer_stop(&k->timer);
	seekbook_free(&k->book);
	strlist_fini(&k->devices);
	free(k->locals);
	k->magic = 0;
	free(k);
}

int
seeker_set(struct seeker *k, const struct seeker_setup *s, struct err *e)
{
	OBJ_CHECK(k, SEEKER_MAGIC);
	free(k->locals);
	strlist_fini(&k->devices);
	k->setup = *s;
	k->locals = s->local_count == 0 ? NULL :
	    mem_dup(s->locals, s->local_count * sizeof(*s->locals));
	strlist_copy(&k->devices, s->devices);
	seekbook_set(k->book, &s->rules);
	for (size_t i = 0; i < OBJ_COUNT(k->mouth); i++)
		close_mouth(&k->mouth[i]);
	if (!s->asks) {
		loop_timer_stop(&k->timer);
		seekbook_clear(k->book);
	}
	return s->asks || s->answers ? open_mouths(k, e) : 0;
}

void
seeker_want(struct seeker *k, const struct addr *to)
{
	OBJ_CHECK(k, SEEKER_MAGIC);
	if (k->setup.asks && routeset_is_host(to) &&
	    seekbook_want(k->book, to, loop_now_ns(k->c.loop)))
		ask_due(k);
}

const struct seeker_counts *
seeker_counts(const struct seeker *k)
{
	return &k->counts;
}
