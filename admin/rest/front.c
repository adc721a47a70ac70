/* admin/rest/front.c - see front.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/front.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "admin/rest/servertls.h"
#include "admin/rest/source.h"
#include "admin/rest/visit.h"
#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/sock.h"

#define LEAVING_MAX	64	/* sent away, and not gone yet */
#define STACK_SIZE	((size_t)512 << 10)
#define PAUSE_MS	100	/* when the system has no descriptors */

struct front {
	unsigned	 magic;
#define FRONT_MAGIC	0x4f407e55u
	struct gate	*gate;
	struct servertls *tls;
	dur_ns		 patience;
	int		 fd;
	pthread_t	 thread;	/* accepts */
	pthread_attr_t	 attr;		/* of the others */
	pthread_mutex_t	 lock;		/* of all that follow */
	pthread_cond_t	 gone;
	struct list	 visitors;	/* oldest first, all living threads */
	size_t		 living;
	bool		 ending, short_of;
};

struct visitor {
	struct list	 node;
	struct front	*front;
	struct addr	 source;
	bool		 leaving;	/* made place; counts no more */
	struct visit	 visit;
};

/* ---- making place; the caller holds the lock ---- */

/* NULL = any source. */
static size_t
count_of(const struct front *f, const struct addr *source)
{
	size_t n = 0;

	LIST_EACH(&f->visitors, at) {
		const struct visitor *v = OBJ_OF(at, struct visitor, node);

		n += !v->leaving &&
		    (source == NULL || addr_equal(&v->source, source));
	}
	return n;
}

/* The oldest one that may be sent away. */
static struct visitor *
oldest_of(struct front *f, const struct addr *source)
{
	LIST_EACH(&f->visitors, at) {
		struct visitor *v = OBJ_OF(at, struct visitor, node);

		if (!v->leaving && !atomic_load(&v->visit.known) &&
		    addr_equal(&v->source, source))
			return v;
	}
	return NULL;
}

/* The oldest of the source that has most; of equals, of the oldest. */
static struct visitor *
oldest_of_most(struct front *f)
{
	struct visitor *best = NULL;
	size_t most = 0;

	LIST_EACH(&f->visitors, at) {
		struct visitor *v = OBJ_OF(at, struct visitor, node);
		size_t n;

		if (v->leaving || atomic_load(&v->visit.known))
			continue;
		n = count_of(f, &v->source);
		if (n > most) {
			most = n;
			best = v;
		}
	}
	return best;
}

static bool
make_place(struct front *f, const struct addr *source)
{
	struct visitor *v;

	if (count_of(f, source) >= FRONT_SOURCE_MAX)
		v = oldest_of(f, source);
	else if (count_of(f, NULL) >= FRONT_MAX)
		v = oldest_of_most(f);
	else
		return true;
	if (v == NULL)
		return false;
	v->leaving = true;
	(void)shutdown(v->visit.fd, SHUT_RDWR);
	return true;
}

/* ---- coming and going ---- */

static void *
run_visitor(void *arg)
{
	struct visitor *v = arg;
	struct front *f = v->front;

	visit_run(&v->visit);
	servertls_leave_thread();
	/* The descriptor is closed under the lock: nobody shuts down another's
	 * that got its number. */
	(void)pthread_mutex_lock(&f->lock);
	(void)close(v->visit.fd);
	list_remove(&v->node);
	f->living--;
	(void)pthread_cond_signal(&f->gone);
	(void)pthread_mutex_unlock(&f->lock);
	free(v);
	return NULL;
}

/* Takes fd. The caller holds the lock. */
static void
let_in(struct front *f, int fd, const struct addr *from)
{
	struct visitor *v;
	pthread_t thread;
	int one = 1;

	v = mem_zalloc(1, sizeof(*v));
	v->front = f;
	v->source = source_of(from);
	v->visit = (struct visit){ .gate = f->gate, .tls = f->tls, .fd = fd,
	    .from = *from, .patience = f->patience };
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (make_place(f, &v->source) &&
	    pthread_create(&thread, &f->attr, run_visitor, v) == 0) {
		list_append(&f->visitors, &v->node);
		f->living++;
		return;
	}
	(void)close(fd);
	free(v);
}

/* false: it is over. Threads of those that were sent away take a moment; until
 * then newcomers wait in the kernel's queue. */
static bool
wait_for_room(struct front *f)
{
	bool ending;

	(void)pthread_mutex_lock(&f->lock);
	while (!f->ending && f->living >= FRONT_MAX + LEAVING_MAX)
		(void)pthread_cond_wait(&f->gone, &f->lock);
	ending = f->ending;
	(void)pthread_mutex_unlock(&f->lock);
	return !ending;
}

/* The system has no descriptor or no memory for a connection: told once, tried
 * again a little later. */
static void
bear_shortage(struct front *f, int why)
{
	if (!f->short_of)
		log_at(LOG_ERROR, "rest", "gtmrestd", "short", "errno=%d", why);
	f->short_of = true;
	(void)poll(NULL, 0, PAUSE_MS);
}

static void *
run(void *arg)
{
	struct front *f = arg;
	struct pollfd p = { .fd = f->fd, .events = POLLIN };

	while (wait_for_room(f)) {
		struct addrport peer;
		int fd;

		(void)poll(&p, 1, -1);
		fd = sock_accept(f->fd, &peer);
		if (fd >= 0) {
			f->short_of = false;
			(void)pthread_mutex_lock(&f->lock);
			let_in(f, fd, &peer.addr);
			(void)pthread_mutex_unlock(&f->lock);
		} else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOMEM || errno == ENOBUFS) {
			bear_shortage(f, errno);
		}
	}
	return NULL;
}

/* ---- birth and end ---- */

static void
fini(struct front *f)
{
	servertls_free(&f->tls);
	(void)close(f->fd);
	(void)pthread_attr_destroy(&f->attr);
	(void)pthread_cond_destroy(&f->gone);
	(void)pthread_mutex_destroy(&f->lock);
	f->magic = 0;
	free(f);
}

struct front *
front_new(const struct front_config *c, struct err *e)
{
	struct front *f = mem_zalloc(1, sizeof(*f));
	int rc;

	f->magic = FRONT_MAGIC;
	f->gate = c->gate;
	f->fd = c->fd;
	f->patience = c->patience;
	list_init(&f->visitors);
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)pthread_cond_init(&f->gone, NULL);
	(void)pthread_attr_init(&f->attr);
	(void)pthread_attr_setdetachstate(&f->attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&f->attr, STACK_SIZE);
	f->tls = servertls_new(c->cert, c->key, e);
	if (f->tls != NULL) {
		rc = pthread_create(&f->thread, NULL, run, f);
		if (rc == 0)
			return f;
		(void)err_sys(e, rc, "thread that accepts");
	}
	fini(f);
	return NULL;
}

void
front_free(struct front **pf)
{
	struct front *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FRONT_MAGIC);
	(void)pthread_mutex_lock(&f->lock);
	f->ending = true;
	(void)pthread_cond_signal(&f->gone);
	(void)pthread_mutex_unlock(&f->lock);
	(void)shutdown(f->fd, SHUT_RDWR);	/* wakes the one that accepts */
	(void)pthread_join(f->thread, NULL);
	(void)pthread_mutex_lock(&f->lock);
	LIST_EACH(&f->visitors, at)
		(void)shutdown(OBJ_OF(at, struct visitor, node)->visit.fd,
		    SHUT_RDWR);
	while (f->living > 0)
		(void)pthread_cond_wait(&f->gone, &f->lock);
	(void)pthread_mutex_unlock(&f->lock);
	fini(f);
}
