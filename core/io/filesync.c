/* core/io/filesync.c - see filesync.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/filesync.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/io/worker.h"

/* Whose turn it is. */
enum turn {
	TURN_NOBODY,
	TURN_THREAD,	/* it syncs */
	TURN_LOOP,	/* the end is to be told */
};

struct filesync {
	unsigned	 magic;
#define FILESYNC_MAGIC	0xf11e5c01u
	filesync_fn	*done;
	void		*arg;
	int		 told_fd;	/* eventfd: it is the loop's turn */
	struct loop_io	*io;
	struct worker	*worker;
	/* Under the lock: */
	pthread_mutex_t	 lock;
	pthread_cond_t	 turned;
	enum turn	 turn;
	bool		 ends;
	int		 fd, sys_errno;
};

/* ---- the thread ---- */

/* The lock is held, and let go of while it syncs. */
static void
sync_one(struct filesync *f)
{
	const uint64_t one = 1;
	int fd = f->fd, rc;

	(void)pthread_mutex_unlock(&f->lock);
	rc = fdatasync(fd) == 0 ? 0 : errno;
	(void)pthread_mutex_lock(&f->lock);
	f->sys_errno = rc;
	f->turn = TURN_LOOP;
	(void)pthread_cond_broadcast(&f->turned);
	/* Fails only when it is readable anyway. */
	(void)!write(f->told_fd, &one, sizeof(one));
}

static void
run(struct worker *w, void *arg)
{
	struct filesync *f = arg;

	(void)w;
	rcu_offline();			/* it reads nothing, ever */
	(void)pthread_mutex_lock(&f->lock);
	while (!f->ends)
		if (f->turn == TURN_THREAD)
			sync_one(f);
		else
			(void)pthread_cond_wait(&f->turned, &f->lock);
	(void)pthread_mutex_unlock(&f->lock);
	rcu_online();
}

/* ---- the loop ---- */

/* Was it our turn? Then nobody's. */
static bool
take(struct filesync *f, int *sys_errno)
{
	bool ours;

	(void)pthread_mutex_lock(&f->lock);
	ours = f->turn == TURN_LOOP;
	if (ours)
		f->turn = TURN_NOBODY;
	*sys_errno = f->sys_errno;
	(void)pthread_mutex_unlock(&f->lock);
	return ours;
}

static void
on_told(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct filesync *f = arg;
	uint64_t count;
	int sys_errno;

	(void)io;
	(void)events;
	(void)!read(fd, &count, sizeof(count));
	/* Whoever waited for it has told it already. */
	if (take(f, &sys_errno))
		f->done(f->arg, sys_errno);
}

void
filesync_start(struct filesync *f, int fd)
{
	OBJ_CHECK(f, FILESYNC_MAGIC);
	(void)pthread_mutex_lock(&f->lock);
	assert(f->turn == TURN_NOBODY);
	f->fd = fd;
	f->turn = TURN_THREAD;
	(void)pthread_cond_broadcast(&f->turned);
	(void)pthread_mutex_unlock(&f->lock);
}

void
filesync_wait(struct filesync *f)
{
	int sys_errno;

	OBJ_CHECK(f, FILESYNC_MAGIC);
	rcu_offline();
	(void)pthread_mutex_lock(&f->lock);
	while (f->turn == TURN_THREAD)
		(void)pthread_cond_wait(&f->turned, &f->lock);
	(void)pthread_mutex_unlock(&f->lock);
	rcu_online();
	if (take(f, &sys_errno))
		f->done(f->arg, sys_errno);
}

/* ---- birth and end ---- */

static int
start(struct filesync *f, struct loop *l, struct err *e)
{
	const struct worker_config c = { .name = "sync",
	    .cpu = WORKER_ANY_CPU, .run = run, .arg = f };

	f->told_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->told_fd == -1)
		return err_sys(e, errno, "thread sync");
	f->io = loop_io_start(l, f->told_fd, LOOP_READ, on_told, f);
	if (f->io == NULL)
		return err_sys(e, errno, "thread sync");
	f->worker = worker_start(&c, e);
	return f->worker != NULL ? 0 : e->code;
}

struct filesync *
filesync_new(struct loop *l, filesync_fn *done, void *arg, struct err *e)
{
	struct filesync *f = mem_zalloc(1, sizeof(*f));

	f->magic = FILESYNC_MAGIC;
	f->done = done;
	f->arg = arg;
	f->told_fd = -1;
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)pthread_cond_init(&f->turned, NULL);
	if (start(f, l, e) != 0)
		filesync_free(&f);
	return f;
}

void
filesync_free(struct filesync **pf)
{
	struct filesync *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FILESYNC_MAGIC);
	(void)pthread_mutex_lock(&f->lock);
	f->ends = true;
	(void)pthread_cond_broadcast(&f->turned);
	(void)pthread_mutex_unlock(&f->lock);
	worker_join(&f->worker);
	loop_io_stop(&f->io);
	if (f->told_fd != -1)
		(void)close(f->told_fd);
	(void)pthread_cond_destroy(&f->turned);
	(void)pthread_mutex_destroy(&f->lock);
	f->magic = 0;
	free(f);
}
