/* admin/rest/servertls.c - see servertls.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/servertls.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/tls.h"

struct servertls {
	struct tls	*tls;
};

struct servertls_peer {
	struct tls_peer	*tls;
	int		 fd;
};

struct servertls *
servertls_new(const char *cert, const char *key, struct err *e)
{
	struct tls *tls = tls_new_text(cert, key, e);
	struct servertls *t;

	if (tls == NULL)
		return NULL;
	t = mem_zalloc(1, sizeof(*t));
	t->tls = tls;
	return t;
}

void
servertls_free(struct servertls **pt)
{
	if (*pt != NULL)
		tls_free(&(*pt)->tls);
	free(*pt);
	*pt = NULL;
}

/* false: until has passed. */
static bool
wait_for(int fd, short events, mono_ns until)
{
	struct pollfd p = { .fd = fd, .events = events };
	int rc;

	do {
		mono_ns now = clock_mono(&clock_system);
		uint64_t ms = now < until ? (until - now) / CLOCK_MS + 1 : 0;

		if (ms == 0)
			return false;
		rc = poll(&p, 1, ms < INT_MAX ? (int)ms : INT_MAX);
	} while (rc == -1 && errno == EINTR);
	return rc != 0;
}

/* After a call that lacked something: 1 = call again, 0 = broken off, -1 = too
 * late. */
static int
may_retry(const struct servertls_peer *p, ssize_t lack, mono_ns until)
{
	if (lack == TLS_WANT_READ)
		return wait_for(p->fd, POLLIN, until) ? 1 : -1;
	if (lack == TLS_WANT_WRITE)
		return wait_for(p->fd, POLLOUT, until) ? 1 : -1;
	return 0;
}

struct servertls_peer *
servertls_accept(struct servertls *t, int fd, mono_ns until)
{
	struct servertls_peer *p;
	int rc;

	if (!wait_for(fd, POLLIN, until))
		return NULL;
	p = mem_zalloc(1, sizeof(*p));
	p->fd = fd;
	p->tls = tls_open(t->tls, fd);
	do
		rc = tls_accept(p->tls);
	while (rc != 1 && may_retry(p, rc, until) == 1);
	if (rc != 1)
		servertls_free_peer(&p);
	return p;
}

void
servertls_free_peer(struct servertls_peer **pp)
{
	struct servertls_peer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	tls_close(&p->tls);
	free(p);
}

void
servertls_leave_thread(void)
{
	tls_leave_thread();
}

ssize_t
servertls_read(struct servertls_peer *p, void *octets, size_t cap,
    mono_ns until)
{
	for (;;) {
		ssize_t n = tls_read(p->tls, octets, cap);
		int again;

		if (n >= 0)
			return n;
		again = may_retry(p, n, until);
		if (again != 1)
			return again;
	}
}

bool
servertls_write(struct servertls_peer *p, const void *octets, size_t len,
    mono_ns until)
{
	const char *at = octets;

	while (len > 0) {
		ssize_t n = tls_write(p->tls, at, len);

		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (may_retry(p, n, until) != 1) {
			return false;
		}
	}
	return true;
}
