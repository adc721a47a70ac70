/* core/io/loop.c - thin glue between loop.h and libuv.
 *
 * All timers share one uv timer, armed for the earliest of them just before
 * each wait; that keeps them embeddable (no close callbacks) and lets a fake
 * clock take libuv's place. Poll handles must outlive uv_close, so they are
 * on the heap, and are kept for the next descriptor. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/loop.h"

#include <uv.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"

struct task {
	struct task	*next;
	void		(*fn)(void *);
	void		*arg;
};

struct signal_watch {
	uv_signal_t	     uv;
	struct signal_watch *next;
	loop_signal_fn	     fn;
	void		    *arg;
};

struct loop_io {
	unsigned	 magic;
#define LOOP_IO_MAGIC	0x10091070u
	uv_poll_t	 uv;
	struct loop	*loop;
	struct loop_io	*next_spare;
	unsigned	 wanted;
	int		 fd;
	loop_io_fn	 fn;
	void		*arg;
};

struct loop {
	unsigned	    magic;
#define LOOP_MAGIC	0x100b100bu
	uv_loop_t	    uv;
	uv_timer_t	    wake;	/* for the earliest of timers */
	uv_prepare_t	    before_wait;
	uv_async_t	    posted;
	const struct clock *clk;
	struct timeq	    timers;
	struct loop_io	   *spare;	/* closed handles, to be used again */
	size_t		    io_count;
	struct signal_watch *signals;
	atomic_bool	    stop;

	pthread_mutex_t	    lock;	/* guards the two below */
	struct task	   *first, **last;
};

/* ---- timers ---- */

static void
run_due(struct loop *l)
{
	mono_ns now = clock_mono(l->clk);
	uint64_t limit = l->timers.seq;	/* what starts now waits its turn */
	struct timeq_node *n;

	while ((n = timeq_first(&l->timers)) != NULL && n->at <= now &&
	    n->seq < limit) {
		struct loop_timer *t = OBJ_OF(n, struct loop_timer, node);
		mono_ns was = n->at;

		timeq_remove(&l->timers, n);
		if (t->repeat_ns != 0)
			timeq_add(&l->timers, n, was + t->repeat_ns *
			    ((now - was) / t->repeat_ns + 1));
		t->fn(t, t->arg);
	}
}

static void
on_wake(uv_timer_t *uv)
{
	rcu_online();
	run_due(uv->data);
}

/* Arms the uv timer, rounded up so that it does not wake in vain. */
static void
arm(struct loop *l)
{
	struct timeq_node *n = timeq_first(&l->timers);
	mono_ns now;

	if (n == NULL || l->clk != &clock_system) {
		uv_timer_stop(&l->wake);
		return;
	}
	uv_update_time(&l->uv);
	now = clock_mono(l->clk);
	uv_timer_start(&l->wake, on_wake,
	    n->at <= now ? 0 : (n->at - now + CLOCK_MS - 1) / CLOCK_MS, 0);
}

void
loop_timer_init(struct loop_timer *t, struct loop *l, loop_timer_fn fn,
    void *arg)
{
	*t = (struct loop_timer){ .loop = l, .fn = fn, .arg = arg };
}

void
loop_timer_start_at(struct loop_timer *t, mono_ns at)
{
	timeq_remove(&t->loop->timers, &t->node);
	t->repeat_ns = 0;
	timeq_add(&t->loop->timers, &t->node, at);
}

void
loop_timer_start(struct loop_timer *t, uint64_t after_ms, uint64_t repeat_ms)
{
	loop_timer_start_at(t, loop_now_ns(t->loop) + after_ms * CLOCK_MS);
	t->repeat_ns = repeat_ms * CLOCK_MS;
}

void
loop_timer_stop(struct loop_timer *t)
{
	if (t->loop != NULL)
		timeq_remove(&t->loop->timers, &t->node);
}

/* ---- calls from other threads ---- */

static struct task *
take_tasks(struct loop *l)
{
	struct task *t;

	pthread_mutex_lock(&l->lock);
	t = l->first;
	l->first = NULL;
	l->last = &l->first;
	pthread_mutex_unlock(&l->lock);
	return t;
}

static void
on_posted(uv_async_t *uv)
{
	struct loop *l = uv->data;

	rcu_online();
	for (struct task *t = take_tasks(l), *next; t != NULL; t = next) {
		next = t->next;
		t->fn(t->arg);
		free(t);
	}
	if (atomic_load(&l->stop))
		uv_stop(&l->uv);
}

void
loop_post(struct loop *l, void (*fn)(void *), void *arg)
{
	struct task *t = mem_zalloc(1, sizeof(*t));

	t->fn = fn;
	t->arg = arg;
	pthread_mutex_lock(&l->lock);
	*l->last = t;
	l->last = &t->next;
	pthread_mutex_unlock(&l->lock);
	uv_async_send(&l->posted);
}

/* ---- descriptors ---- */

static void
on_io(uv_poll_t *uv, int status, int events)
{
	struct loop_io *io = OBJ_OF(uv, struct loop_io, uv);
	unsigned ready = 0;

	OBJ_CHECK(io, LOOP_IO_MAGIC);
	rcu_online();
	if (status < 0) {
		/* libuv stops a handle on a bare error; the owner decides. */
		loop_io_change(io, io->wanted);
		ready = io->wanted;
	} else {
		if ((events & UV_READABLE) != 0)
			ready |= LOOP_READ;
		if ((events & UV_WRITABLE) != 0)
			ready |= LOOP_WRITE;
	}
	io->fn(io, io->fd, ready & io->wanted, io->arg);
}

void
loop_io_change(struct loop_io *io, unsigned events)
{
	int want = 0;

	OBJ_CHECK(io, LOOP_IO_MAGIC);
	if ((events & LOOP_READ) != 0)
		want |= UV_READABLE;
	if ((events & LOOP_WRITE) != 0)
		want |= UV_WRITABLE;
	io->wanted = events;
	if (want != 0)
		uv_poll_start(&io->uv, want, on_io);
	else
		uv_poll_stop(&io->uv);
}

struct loop_io *
loop_io_start(struct loop *l, int fd, unsigned events, loop_io_fn fn, void *arg)
{
	struct loop_io *io = l->spare;
	int rc;

	if (io != NULL)
		l->spare = io->next_spare;
	else
		io = mem_zalloc(1, sizeof(*io));
	rc = uv_poll_init(&l->uv, &io->uv, fd);
	if (rc != 0) {
		io->next_spare = l->spare;
		l->spare = io;
		errno = -rc;
		return NULL;
	}
	io->magic = LOOP_IO_MAGIC;
	io->loop = l;
	io->fd = fd;
	io->fn = fn;
	io->arg = arg;
	l->io_count++;
	loop_io_change(io, events);
	return io;
}

void
loop_io_turn(struct loop_io *io, unsigned events, loop_io_fn fn, void *arg)
{
	io->fn = fn;
	io->arg = arg;
	loop_io_change(io, events);
}

static void
on_io_closed(uv_handle_t *uv)
{
	struct loop_io *io = OBJ_OF(uv, struct loop_io, uv);

	io->next_spare = io->loop->spare;
	io->loop->spare = io;
}

void
loop_io_stop(struct loop_io **iop)
{
	struct loop_io *io = *iop;

	*iop = NULL;
	if (io == NULL)
		return;
	OBJ_CHECK(io, LOOP_IO_MAGIC);
	io->magic = 0;
	io->loop->io_count--;
	uv_close((uv_handle_t *)&io->uv, on_io_closed);
}

/* ---- signals ---- */

static void
on_signal(uv_signal_t *uv, int signo)
{
	struct signal_watch *s = OBJ_OF(uv, struct signal_watch, uv);

	rcu_online();
	s->fn(uv->data, signo, s->arg);
}

int
loop_signal(struct loop *l, int signo, loop_signal_fn fn, void *arg,
    struct err *e)
{
	struct signal_watch *s = mem_zalloc(1, sizeof(*s));
	int rc;

	s->fn = fn;
	s->arg = arg;
	s->next = l->signals;
	l->signals = s;
	rc = uv_signal_init(&l->uv, &s->uv);
	assert(rc == 0);
	s->uv.data = l;
	rc = uv_signal_start(&s->uv, on_signal, signo);
	if (rc != 0)
		return err_sys(e, -rc, "signal %d", signo);
	return 0;
}

/* ---- the loop itself ---- */

static void
on_before_wait(uv_prepare_t *uv)
{
	arm(uv->data);
	rcu_offline();
}

/* The handles that every loop has; of these only the async one (a descriptor)
 * can be refused. */
static int
open_handles(struct loop *l)
{
	int rc = uv_async_init(&l->uv, &l->posted, on_posted);

	if (rc != 0)
		return rc;
	uv_timer_init(&l->uv, &l->wake);
	uv_prepare_init(&l->uv, &l->before_wait);
	uv_prepare_start(&l->before_wait, on_before_wait);
	l->posted.data = l->wake.data = l->before_wait.data = l;
	return 0;
}

struct loop *
loop_new(const struct clock *clk, struct err *e)
{
	struct loop *l = mem_zalloc(1, sizeof(*l));
	int rc = uv_loop_init(&l->uv);

	if (rc == 0 && (rc = open_handles(l)) != 0)
		(void)uv_loop_close(&l->uv);
	if (rc != 0) {
		(void)err_sys(e, -rc, "event loop");
		free(l);
		return NULL;
	}
	l->magic = LOOP_MAGIC;
	l->clk = clk;
	l->last = &l->first;
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

static void
close_handle(uv_handle_t *uv, void *arg)
{
	(void)arg;
	if (!uv_is_closing(uv))
		uv_close(uv, NULL);
}

void
loop_free(struct loop **lp)
{
	struct loop *l = *lp;

	*lp = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LOOP_MAGIC);
	assert(l->io_count == 0);
	uv_walk(&l->uv, close_handle, NULL);
	while (uv_loop_close(&l->uv) == UV_EBUSY)
		uv_run(&l->uv, UV_RUN_DEFAULT);
	for (struct loop_io *io = l->spare, *next; io != NULL; io = next) {
		next = io->next_spare;
		free(io);
	}
	for (struct signal_watch *s = l->signals, *next; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
	for (struct task *t = take_tasks(l), *next; t != NULL; t = next) {
		next = t->next;
		free(t);
	}
	timeq_fini(&l->timers);		/* asserts that all are stopped */
	pthread_mutex_destroy(&l->lock);
	l->magic = 0;
	free(l);
}

void
loop_run(struct loop *l)
{
	OBJ_CHECK(l, LOOP_MAGIC);
	while (!atomic_exchange(&l->stop, false))
		uv_run(&l->uv, UV_RUN_DEFAULT);
	rcu_online();
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stop, true);
	uv_async_send(&l->posted);
}

void
loop_poll(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_NOWAIT);
	rcu_online();
}

void
loop_advance(struct loop *l, struct clock *fake, dur_ns by)
{
	mono_ns end = loop_now_ns(l) + by;
	struct timeq_node *n;

	assert(l->clk == fake && l->clk != &clock_system);
	for (;;) {
		loop_poll(l);
		n = timeq_first(&l->timers);
		if (n == NULL || n->at > end)
			break;
		if (n->at > loop_now_ns(l))
			clock_fake_advance(fake, n->at - loop_now_ns(l));
		run_due(l);
	}
	clock_fake_advance(fake, end - loop_now_ns(l));
}

mono_ns
loop_now_ns(const struct loop *l)
{
	return clock_mono(l->clk);
}

const struct clock *
loop_clock(const struct loop *l)
{
	return l->clk;
}
