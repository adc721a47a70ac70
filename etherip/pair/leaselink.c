/* etherip/pair/leaselink.c - see leaselink.h. Layer: etherip/pair.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/leaselink.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

#define READS_MAX	64	/* datagrams in one turn of the loop */
#define WORDS_A_SECOND	20	/* bits: more than are ever said, so that a count that
				 * starts from the wall clock is ahead of the last */

struct leaselink {
	unsigned	 magic;
#define LEASELINK_MAGIC	0x1ea5e111u
	struct loop	*loop;
	struct leaselink_config config;
	struct lease	 lease;
	struct leaselink_counts counts;
	int		 fd;		/* -1: none at the moment */
	struct loop_io	*io;
	struct loop_timer timer;
};

/* ---- the socket ---- */

static void
close_socket(struct leaselink *k)
{
	loop_io_stop(&k->io);
	if (k->fd != -1)
		(void)close(k->fd);
	k->fd = -1;
}

static void	on_readable(struct loop_io *io, int fd, unsigned events,
		    void *arg);

/* 0, or the errno. Asked anew by each word while there is none. */
static int
open_socket(struct leaselink *k)
{
	const struct addrport local = { k->config.local, k->config.port };
	int rc;

	if (k->fd != -1)
		return 0;
	errno = 0;
	k->fd = sock_open_udp(&local, NULL, NULL);
	if (k->fd < 0) {
		k->fd = -1;
		return errno != 0 ? errno : EADDRNOTAVAIL;
	}
	k->io = loop_io_start(k->loop, k->fd, LOOP_READ, on_readable, k);
	if (k->io != NULL)
		return 0;
	rc = errno;
	close_socket(k);
	return rc;
}

static bool
send_datagram(struct leaselink *k, const uint8_t *octets, size_t len)
{
	struct sockaddr_storage to;
	socklen_t to_len = addr_to_sockaddr(&k->config.peer, k->config.port,
	    &to);
	int rc = open_socket(k);

	if (rc == 0 && sendto(k->fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)&to, to_len) == -1)
		rc = errno;
	k->counts.sys_errno = rc;
	if (rc == 0) {
		k->counts.sent++;
		return true;
	}
	/* Our address may be gone, and there again when the next is due. */
	k->counts.unsent++;
	if (rc != EAGAIN && rc != EWOULDBLOCK && rc != ENOBUFS)
		close_socket(k);
	return false;
}

/* ---- what the lease asks for ---- */

static void
say(struct leaselink *k)
{
	uint8_t octets[LEASEWIRE_MAX];
	struct lease_word w;
	size_t len;

	lease_fill(&k->lease, &w, loop_now_ns(k->loop));
	len = leasewire_write(octets, &w, k->config.key);
	(void)send_datagram(k, octets, len);
}

static void
act(struct leaselink *k, unsigned what)
{
	/* Who is no longer active stops before the other hears that it may begin. */
	if ((what & LEASE_ROLE) != 0)
		k->config.role(k->config.arg, lease_is_active(&k->lease));
	if ((what & LEASE_SEND) != 0)
		say(k);
	loop_timer_start_at(&k->timer, lease_due(&k->lease));
}

/* ---- in ---- */

static void
take(struct leaselink *k, const uint8_t *octets, size_t len)
{
	enum leasewire_kind kind = LEASEWIRE_LEASE;
	const uint8_t *body = NULL;
	struct lease_word w;
	size_t body_len = 0;

	switch (leasewire_open(octets, len, k->config.key, &kind, &body,
	    &body_len)) {
	case LEASEWIRE_GOOD:
		break;
	case LEASEWIRE_FORM:
		k->counts.malformed++;
		return;
	case LEASEWIRE_FORGED:
		k->counts.forged++;
		return;
	}
	if (kind == LEASEWIRE_MIRROR) {
		k->counts.received++;
		if (k->config.body != NULL)
			k->config.body(k->config.arg, body, body_len);
		return;
	}
	/* Our own, sent back to us, have our id. */
	if (leasewire_read(&w, body, body_len) != 0 ||
	    w.id == k->lease.config.id) {
		k->counts.malformed++;
		return;
	}
	k->counts.received++;
	act(k, lease_take(&k->lease, &w, loop_now_ns(k->loop)));
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct leaselink *k = arg;
	uint8_t octets[LEASEWIRE_MAX + 1];
	struct sockaddr_storage ss;
	struct addr from;
	uint16_t port;

	OBJ_CHECK(k, LEASELINK_MAGIC);
	(void)io;
	(void)events;
	/* A word that could not be answered may close the socket. */
	for (int i = 0; i < READS_MAX && k->fd == fd; i++) {
		socklen_t len = sizeof(ss);
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&ss, &len);

		if (n < 0)
			return;
		addr_from_sockaddr((struct sockaddr *)&ss, &from, &port);
		if (addr_equal(&from, &k->config.peer) &&
		    port == k->config.port)
			take(k, octets, (size_t)n);
		else
			k->counts.strangers++;
	}
}

/* What has come while we were kept from looking counts first. */
static void
on_time(struct loop_timer *timer, void *arg)
{
	struct leaselink *k = arg;

	OBJ_CHECK(k, LEASELINK_MAGIC);
	assert(timer == &k->timer);
	if (k->fd != -1)
		on_readable(k->io, k->fd, LOOP_READ, k);
	act(k, lease_tick(&k->lease, loop_now_ns(k->loop)));
}

/* ---- birth and end ---- */

struct leaselink *
leaselink_new(struct loop *l, const struct leaselink_config *c)
{
	struct leaselink *k = mem_zalloc(1, sizeof(*k));
	struct lease_config lease = { .level = c->level,
	    .term_ms = c->term_ms };
	struct rand r;

	rand_seed(&r);
	/* Both know both addresses, so that they agree. */
	lease.id = addr_compare(&c->local, &c->peer) > 0 ? 2 : 1;
	lease.boot = rand_u64(&r) | 1;
	lease.seq = (uint64_t)clock_real(loop_clock(l)) << WORDS_A_SECOND;
	*k = (struct leaselink){ .magic = LEASELINK_MAGIC, .loop = l,
	    .config = *c, .fd = -1 };
	lease_init(&k->lease, &lease, loop_now_ns(l));
	loop_timer_init(&k->timer, l, on_time, k);
	loop_timer_start_at(&k->timer, lease_due(&k->lease));
	return k;
}

void
leaselink_free(struct leaselink **pk)
{
	struct leaselink *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, LEASELINK_MAGIC);
	act(k, lease_command(&k->lease, LEASE_GO_OFFLINE,
	    loop_now_ns(k->loop)));
	loop_timer_stop(&k->timer);
	close_socket(k);
	explicit_bzero(k->config.key, sizeof(k->config.key));
	k->magic = 0;
	free(k);
}

bool
leaselink_set(struct leaselink *k, const struct leaselink_config *c)
{
	struct lease_config lease = k->lease.config;

	if (!addr_equal(&c->local, &k->config.local) ||
	    !addr_equal(&c->peer, &k->config.peer) ||
	    c->port != k->config.port)
		return false;
	memcpy(k->config.key, c->key, sizeof(k->config.key));
	if (c->level == lease.level && c->term_ms == lease.term_ms)
		return true;
	lease.level = c->level;
	lease.term_ms = c->term_ms;
	act(k, lease_reconfigure(&k->lease, &lease, loop_now_ns(k->loop)));
	return true;
}

void
leaselink_command(struct leaselink *k, enum lease_command c)
{
	act(k, lease_command(&k->lease, c, loop_now_ns(k->loop)));
}

bool
leaselink_send(struct leaselink *k, uint8_t datagram[LEASEWIRE_MAX],
    size_t len)
{
	size_t whole = leasewire_seal(datagram, LEASEWIRE_MIRROR, len,
	    k->config.key);

	return send_datagram(k, datagram, whole);
}

const struct lease *
leaselink_lease(const struct leaselink *k)
{
	return &k->lease;
}

struct leaselink_counts
leaselink_counts(const struct leaselink *k)
{
	struct leaselink_counts c = k->counts;

	c.old = k->lease.old_words;
	return c;
}
