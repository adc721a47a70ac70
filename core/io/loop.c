/* core/io/loop.c - loop.h on epoll.
 *
 * The kernel is asked for one batch of events at a time; some timers run between
 * batches, and the wait is as long as the earliest of them allows. A watch that
 * is stopped rests until the batch is over, because events that came before
 * may still name it; then it serves the next descriptor. Other threads and
 * signals (sigbell.h) ring a bell, which is never read: an edge is enough.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/io/sigbell.h"

#define EVENTS_MAX	256	/* of a batch */
#define BATCHES_MAX	64	/* of a poll: a peer that never stops must not hold it */
#define TIMERS_MAX	64	/* of a turn: what they begin goes on meanwhile */

struct task {
	struct task	*next;
	void		(*fn)(void *);
	void		*arg;
};

struct signal_watch {
	struct signal_watch *next;
	int		     signo;
	loop_signal_fn	     fn;
	void		    *arg;
};

struct loop_io {
	unsigned	 magic;
#define LOOP_IO_MAGIC	0x10091070u
	unsigned	 wanted;
	struct loop	*loop;
	struct loop_io	*next;		/* while it is stopped */
	int		 fd;
	loop_io_fn	 fn;
	void		*arg;
};

struct loop {
	unsigned	    magic;
#define LOOP_MAGIC	0x100b100bu
	int		    epoll, bell;
	const struct clock *clk;
	struct timeq	    timers;
	struct loop_io	   *stopped;	/* in this batch */
	struct loop_io	   *spare;	/* to be used again */
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
	int calls = 0;

	while ((n = timeq_first(&l->timers)) != NULL && n->at <= now &&
	    n->seq < limit && calls++ < TIMERS_MAX) {
		struct loop_timer *t = OBJ_OF(n, struct loop_timer, node);
		mono_ns was = n->at;

		timeq_remove(&l->timers, n);
		if (t->repeat_ns != 0)
			timeq_add(&l->timers, n, was + t->repeat_ns *
			    ((now - was) / t->repeat_ns + 1));
		t->fn(t, t->arg);
	}
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
run_tasks(struct loop *l)
{
	for (struct task *t = take_tasks(l), *next; t != NULL; t = next) {
		next = t->next;
		t->fn(t->arg);
		free(t);
	}
}

void
loop_post(struct loop *l, void (*fn)(void *), void *arg)
{
	struct task *t = mem_zalloc(1, sizeof(*t));
	bool first;

	t->fn = fn;
	t->arg = arg;
	pthread_mutex_lock(&l->lock);
	first = l->first == NULL;	/* else it has rung, and not been heard */
	*l->last = t;
	l->last = &t->next;
	pthread_mutex_unlock(&l->lock);
	if (first)
		sigbell_ring(l->bell);
}

/* ---- descriptors ---- */

static void
on_io(struct loop_io *io, uint32_t events)
{
	unsigned ready = 0;

	if ((events & (EPOLLERR | EPOLLHUP)) != 0)
		ready = LOOP_READ | LOOP_WRITE;
	if ((events & EPOLLIN) != 0)
		ready |= LOOP_READ;
	if ((events & EPOLLOUT) != 0)
		ready |= LOOP_WRITE;
	ready &= io->wanted;
	if (ready != 0)
		io->fn(io, io->fd, ready, io->arg);
}

/* 0, or -1 with errno. */
static int
control(struct loop_io *io, int what)
{
	struct epoll_event ev = { .data.ptr = io };

	if ((io->wanted & LOOP_READ) != 0)
		ev.events |= EPOLLIN;
	if ((io->wanted & LOOP_WRITE) != 0)
		ev.events |= EPOLLOUT;
	/* Where nobody wants to know, a hang-up is told once, to us. */
	if ((io->wanted & LOOP_EDGE) != 0 || ev.events == 0)
		ev.events |= EPOLLET;
	return epoll_ctl(io->loop->epoll, what, io->fd, &ev);
}

void
loop_io_change(struct loop_io *io, unsigned events)
{
	int rc;

	OBJ_CHECK(io, LOOP_IO_MAGIC);
	if (events == io->wanted)
		return;
	io->wanted = events;
	rc = control(io, EPOLL_CTL_MOD);
	assert(rc == 0);
}

struct loop_io *
loop_io_start(struct loop *l, int fd, unsigned events, loop_io_fn fn, void *arg)
{
	struct loop_io *io = l->spare;
	int on = 1;

	if (io != NULL)
		l->spare = io->next;
	else
		io = mem_zalloc(1, sizeof(*io));
	*io = (struct loop_io){ .magic = LOOP_IO_MAGIC, .loop = l, .fd = fd,
	    .wanted = events, .fn = fn, .arg = arg };
	if (((events & LOOP_EDGE) == 0 && ioctl(fd, FIONBIO, &on) == -1) ||
	    control(io, EPOLL_CTL_ADD) == -1) {
		io->magic = 0;
		io->next = l->spare;
		l->spare = io;
		return NULL;
	}
	l->io_count++;
	return io;
}

void
loop_io_turn(struct loop_io *io, unsigned events, loop_io_fn fn, void *arg)
{
	io->fn = fn;
	io->arg = arg;
	loop_io_change(io, events);
}

void
loop_io_stop(struct loop_io **iop)
{
	struct loop_io *io = *iop;
	struct loop *l;

	*iop = NULL;
	if (io == NULL)
		return;
	OBJ_CHECK(io, LOOP_IO_MAGIC);
	l = io->loop;
	/* Nothing is left to end where the owner has closed it before. */
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, io->fd, NULL);
	io->magic = 0;
	io->next = l->stopped;
	l->stopped = io;
	l->io_count--;
}

/* ---- signals ---- */

static void
run_signals(struct loop *l)
{
	for (struct signal_watch *s = l->signals; s != NULL; s = s->next) {
		if (sigbell_seen(s->signo))
			s->fn(l, s->signo, s->arg);
	}
}

static void
forget_signals(struct loop *l)
{
	for (struct signal_watch *s = l->signals, *next; s != NULL; s = next) {
		next = s->next;
		sigbell_forget(s->signo);
		free(s);
	}
}

int
loop_signal(struct loop *l, int signo, loop_signal_fn fn, void *arg,
    struct err *e)
{
	struct signal_watch *s;
	int rc = sigbell_catch(signo, l->bell);

	if (rc != 0)
		return err_sys(e, rc, "signal %d", signo);
	s = mem_zalloc(1, sizeof(*s));
	*s = (struct signal_watch){ .next = l->signals, .signo = signo,
	    .fn = fn, .arg = arg };
	l->signals = s;
	return 0;
}

/* ---- the loop itself ---- */

/* 0, or -1 with errno; the two may be open then. */
static int
open_both(struct loop *l)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->epoll == -1 || l->bell == -1)
		return -1;
	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->bell, &ev);
}

static void
close_both(struct loop *l)
{
	if (l->epoll != -1)
		(void)close(l->epoll);
	if (l->bell != -1)
		(void)close(l->bell);
}

struct loop *
loop_new(const struct clock *clk, struct err *e)
{
	struct loop *l = mem_zalloc(1, sizeof(*l));

	if (open_both(l) == -1) {
		(void)err_sys(e, errno, "event loop");
		close_both(l);
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
free_watches(struct loop_io *io)
{
	for (struct loop_io *next; io != NULL; io = next) {
		next = io->next;
		free(io);
	}
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
	forget_signals(l);
	close_both(l);
	free_watches(l->stopped);
	free_watches(l->spare);
	for (struct task *t = take_tasks(l), *next; t != NULL; t = next) {
		next = t->next;
		free(t);
	}
	timeq_fini(&l->timers);		/* asserts that all are stopped */
	pthread_mutex_destroy(&l->lock);
	l->magic = 0;
	free(l);
}

/* Milliseconds until the earliest timer, rounded up so that we do not wake in
 * vain; -1 = for ever. */
static int
patience(const struct loop *l)
{
	const struct timeq_node *n = timeq_first(&l->timers);
	mono_ns now;
	uint64_t ms;

	if (n == NULL || l->clk != &clock_system)
		return -1;
	now = clock_mono(l->clk);
	ms = n->at <= now ? 0 : (n->at - now + CLOCK_MS - 1) / CLOCK_MS;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* What was stopped is named by no event any more. */
static void
end_batch(struct loop *l)
{
	while (l->stopped != NULL) {
		struct loop_io *io = l->stopped;

		l->stopped = io->next;
		io->next = l->spare;
		l->spare = io;
	}
}

/* Waits for events, makes their calls, and returns how many there were. */
static int
turn(struct loop *l, int wait_ms)
{
	struct epoll_event ev[EVENTS_MAX];
	int n;

	rcu_offline();
	n = epoll_wait(l->epoll, ev, EVENTS_MAX, wait_ms);
	rcu_online();
	assert(n != -1 || errno == EINTR);
	for (int k = 0; k < n; k++) {
		struct loop_io *io = ev[k].data.ptr;

		if (io == NULL) {
			run_signals(l);
			run_tasks(l);
		} else if (io->magic == LOOP_IO_MAGIC) {
			on_io(io, ev[k].events);
		}
	}
	end_batch(l);
	return n;
}

void
loop_run(struct loop *l)
{
	OBJ_CHECK(l, LOOP_MAGIC);
	while (!atomic_exchange(&l->stop, false)) {
		if (l->clk == &clock_system)
			run_due(l);
		(void)turn(l, patience(l));
	}
}

void
loop_stop(struct loop *l)
{
	atomic_store(&l->stop, true);
	sigbell_ring(l->bell);
}

void
loop_poll(struct loop *l)
{
	int batches = 0;

	while (turn(l, 0) == EVENTS_MAX && ++batches < BATCHES_MAX)
		continue;
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
