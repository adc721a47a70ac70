/* wom/flow/packcrew.c - see packcrew.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/packcrew.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/io/sigbell.h"
#include "core/io/worker.h"
#include "wom/codec/blockpack.h"
#include "wom/codec/zpack.h"
#include "wom/flow/flowclock.h"

#define WAITING_MAX	2u	/* jobs for each thread: one while it comes back for the
				 * next, one for a block that is packed in no time */

struct packcrew {
	unsigned	 magic;
#define PACKCREW_MAGIC	0x9ac2c2e3u
	unsigned	 threads;
	struct worker	*workers[PACKCREW_MAX];
	pthread_mutex_t	 lock;		/* guards what follows, jobs' states and lines */
	pthread_cond_t	 work;		/* a job waits, or it is the end */
	pthread_cond_t	 over;		/* one has been done */
	struct list	 waiting;	/* jobs */
	bool		 stop;
	atomic_uint	 count;		/* of those that wait; written under the lock */
};

/* ---- in its threads ---- */

static void
unqueue(struct packcrew *c, struct packcrew_job *j)
{
	list_remove(&j->node);
	atomic_fetch_sub_explicit(&c->count, 1, memory_order_relaxed);
}

/* The next job, or NULL: it is the end. */
static struct packcrew_job *
next_job(struct packcrew *c)
{
	struct packcrew_job *j = NULL;

	pthread_mutex_lock(&c->lock);
	while (list_empty(&c->waiting) && !c->stop)
		pthread_cond_wait(&c->work, &c->lock);
	if (!list_empty(&c->waiting)) {
		j = OBJ_OF(c->waiting.next, struct packcrew_job, node);
		unqueue(c, j);
		j->state = PACKCREW_RUNS;
	}
	pthread_mutex_unlock(&c->lock);
	return j;
}

/* The bell is rung with the lock held: a giver that recalls its jobs closes it then. */
static void
hand_back(struct packcrew *c, struct packcrew_job *j)
{
	bool first;

	pthread_mutex_lock(&c->lock);
	first = list_empty(&j->line->done);
	j->state = PACKCREW_DONE;
	list_append(&j->line->done, &j->node);
	if (first)
		sigbell_ring(j->line->bell);
	pthread_cond_broadcast(&c->over);
	pthread_mutex_unlock(&c->lock);
}

static void
run(struct worker *w, void *arg)
{
	struct packcrew *c = arg;
	struct zpack *z = zpack_new();
	struct packcrew_job *j;

	(void)w;
	rcu_offline();		/* it reads nothing that is published */
	while ((j = next_job(c)) != NULL) {
		mono_ns begun = clock_mono(&clock_system);
		dur_ns cpu = flowclock_cpu();

		zpack_set_level(z, j->level);
		j->packed = blockpack_literals(z, j->in, j->len, j->out);
		j->spent = clock_mono(&clock_system) - begun;
		j->cpu = flowclock_cpu() - cpu;
		hand_back(c, j);
	}
	zpack_free(&z);
	rcu_online();
}

/* ---- birth and end ---- */

static bool
begin(struct packcrew *c, unsigned number, struct err *e)
{
	char name[16];
	const struct worker_config w = { .name = name, .cpu = WORKER_ANY_CPU,
	    .run = run, .arg = c };

	(void)snprintf(name, sizeof(name), "womd-pack-%u", number);
	c->workers[number] = worker_start(&w, e);
	return c->workers[number] != NULL;
}

struct packcrew *
packcrew_new(unsigned threads, struct err *e)
{
	struct packcrew *c = mem_zalloc(1, sizeof(*c));

	assert(threads > 0 && threads <= PACKCREW_MAX);
	c->magic = PACKCREW_MAGIC;
	c->threads = threads;
	list_init(&c->waiting);
	(void)pthread_mutex_init(&c->lock, NULL);
	(void)pthread_cond_init(&c->work, NULL);
	(void)pthread_cond_init(&c->over, NULL);
	for (unsigned i = 0; i < threads; i++) {
		if (!begin(c, i, e)) {
			packcrew_free(&c);
			break;
		}
	}
	return c;
}

void
packcrew_free(struct packcrew **pc)
{
	struct packcrew *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, PACKCREW_MAGIC);
	pthread_mutex_lock(&c->lock);
	assert(list_empty(&c->waiting));
	c->stop = true;
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->threads; i++)
		worker_join(&c->workers[i]);
	(void)pthread_cond_destroy(&c->over);
	(void)pthread_cond_destroy(&c->work);
	(void)pthread_mutex_destroy(&c->lock);
	c->magic = 0;
	free(c);
}

unsigned
packcrew_threads(const struct packcrew *c)
{
	return c->threads;
}

/* ---- for givers ---- */

bool
packcrew_is_full(const struct packcrew *c)
{
	return atomic_load_explicit(&c->count, memory_order_relaxed) >=
	    WAITING_MAX * c->threads;
}

void
packcrew_give(struct packcrew *c, struct packcrew_job *j)
{
	pthread_mutex_lock(&c->lock);
	assert(j->state == PACKCREW_IDLE && list_empty(&j->node));
	j->state = PACKCREW_WAITS;
	list_append(&c->waiting, &j->node);
	atomic_fetch_add_explicit(&c->count, 1, memory_order_relaxed);
	pthread_cond_signal(&c->work);
	pthread_mutex_unlock(&c->lock);
}

struct packcrew_job *
packcrew_fetch(struct packcrew *c, struct packcrew_line *l)
{
	struct packcrew_job *j = NULL;

	pthread_mutex_lock(&c->lock);
	if (!list_empty(&l->done)) {
		j = OBJ_OF(l->done.next, struct packcrew_job, node);
		list_remove(&j->node);
		j->state = PACKCREW_IDLE;
	}
	pthread_mutex_unlock(&c->lock);
	return j;
}

void
packcrew_recall(struct packcrew *c, struct packcrew_job *j)
{
	pthread_mutex_lock(&c->lock);
	if (j->state == PACKCREW_WAITS)
		unqueue(c, j);
	while (j->state == PACKCREW_RUNS)
		pthread_cond_wait(&c->over, &c->lock);
	list_remove(&j->node);
	j->state = PACKCREW_IDLE;
	pthread_mutex_unlock(&c->lock);
}
