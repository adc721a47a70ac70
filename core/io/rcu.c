/* core/io/rcu.c - liburcu's qsbr flavour behind rcu.h, and what a thread
 * sanitizer must be told: it cannot see the library's own ordering.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/rcu.h"

#include <urcu-qsbr.h>

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#ifndef __has_feature
#define __has_feature(x)	0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
void __tsan_acquire(void *);
void __tsan_release(void *);
static char order;		/* its address stands for the grace period */
#define ORDER_RELEASE()		__tsan_release(&order)
#define ORDER_ACQUIRE()		__tsan_acquire(&order)
#else
#define ORDER_RELEASE()		((void)0)
#define ORDER_ACQUIRE()		((void)0)
#endif

struct deferred {
	struct rcu_head	 head;
	void		(*fn)(void *);
	void		*arg;
};

static _Thread_local bool registered;
static atomic_uint_fast64_t deferred_count, done_count;

void
rcu_register(void)
{
	assert(!registered);
	urcu_qsbr_register_thread();
	registered = true;
}

void
rcu_unregister(void)
{
	if (!registered)
		return;
	ORDER_RELEASE();
	urcu_qsbr_unregister_thread();
	registered = false;
}

void
rcu_quiescent(void)
{
	if (!registered)
		return;
	ORDER_RELEASE();
	urcu_qsbr_quiescent_state();
}

void
rcu_offline(void)
{
	if (!registered)
		return;
	ORDER_RELEASE();
	urcu_qsbr_thread_offline();
}

void
rcu_online(void)
{
	if (registered)
		urcu_qsbr_thread_online();
}

static void
on_grace(struct rcu_head *head)
{
	struct deferred *d = OBJ_OF(head, struct deferred, head);

	ORDER_ACQUIRE();
	d->fn(d->arg);
	ORDER_RELEASE();
	free(d);
	atomic_fetch_add_explicit(&done_count, 1, memory_order_relaxed);
}

void
rcu_defer(void (*fn)(void *), void *arg)
{
	struct deferred *d = mem_zalloc(1, sizeof(*d));

	d->fn = fn;
	d->arg = arg;
	atomic_fetch_add_explicit(&deferred_count, 1, memory_order_relaxed);
	ORDER_RELEASE();
	urcu_qsbr_call_rcu(&d->head, on_grace);
}

static void
on_drained(void *arg)
{
	sem_post(arg);
}

/* Deferred calls run in order in one thread, so a last one tells of all. */
void
rcu_drain(void)
{
	sem_t drained;

	sem_init(&drained, 0, 0);
	rcu_defer(on_drained, &drained);
	rcu_offline();
	while (sem_wait(&drained) == -1)
		assert(errno == EINTR);
	rcu_online();
	sem_destroy(&drained);
}

/* Done first: it is never more than was deferred by then. */
void
rcu_counts(struct rcu_counts *out)
{
	out->done = atomic_load_explicit(&done_count, memory_order_relaxed);
	out->deferred = atomic_load_explicit(&deferred_count,
	    memory_order_relaxed);
}
