/* gtmd/decide/decision_log.c - see decision_log.h. The list of rings is locked;
 * writing to one is not. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/decision_log.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"

struct decision_log {
	/* The thread's: */
	struct rand	 rand;
	uint64_t	 written;	/* released by the thread */
	uint64_t	 dropped;
	/* The control loop's: */
	_Alignas(64) uint64_t read;
	struct list	 node;
	struct decision_log_record ring[DECISION_LOG_RING];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list rings = { &rings, &rings };
static uint64_t ended_dropped;	/* by threads that have closed */

struct decision_log *
decision_log_open(void)
{
	struct decision_log *l = mem_zalloc_lines(1, sizeof(*l));

	rand_seed(&l->rand);
	pthread_mutex_lock(&lock);
	list_append(&rings, &l->node);
	pthread_mutex_unlock(&lock);
	return l;
}

void
decision_log_close(struct decision_log **pl)
{
	struct decision_log *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	pthread_mutex_lock(&lock);
	list_remove(&l->node);
	ended_dropped += l->dropped + (l->written - l->read);
	pthread_mutex_unlock(&lock);
	free(l);
}

/* ---- the answering thread ---- */

struct decision_log_record *
decision_log_place(struct decision_log *l, uint32_t one_of)
{
	uint64_t read;

	if (one_of > 1 && rand_below(&l->rand, one_of) != 0)
		return NULL;
	read = __atomic_load_n(&l->read, __ATOMIC_ACQUIRE);
	if (l->written - read < DECISION_LOG_RING)
		return &l->ring[l->written % DECISION_LOG_RING];
	__atomic_store_n(&l->dropped, l->dropped + 1, __ATOMIC_RELAXED);
	return NULL;
}

void
decision_log_put(struct decision_log *l)
{
	__atomic_store_n(&l->written, l->written + 1, __ATOMIC_RELEASE);
}

/* ---- control loop ---- */

/* The oldest record of a ring, out of it. */
static bool
take(struct decision_log *l, struct decision_log_record *out)
{
	if (l->read == __atomic_load_n(&l->written, __ATOMIC_ACQUIRE))
		return false;
	*out = l->ring[l->read % DECISION_LOG_RING];
	__atomic_store_n(&l->read, l->read + 1, __ATOMIC_RELEASE);
	return true;
}

/* One record from each ring that has some. Returns how many. */
static size_t
take_round(struct decision_log_record *out, size_t max)
{
	size_t n = 0;

	LIST_EACH(&rings, it) {
		struct decision_log *l = OBJ_OF(it, struct decision_log, node);

		if (n == max)
			break;
		n += take(l, &out[n]);
	}
	return n;
}

size_t
decision_log_drain(size_t max, decision_log_fn *fn, void *arg)
{
	struct decision_log_record *v = mem_zalloc(max + 1, sizeof(*v));
	size_t count = 0, n;

	/* fn may take its time: threads come and go meanwhile. */
	pthread_mutex_lock(&lock);
	while ((n = take_round(v + count, max - count)) > 0)
		count += n;
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < count; i++)
		fn(arg, &v[i]);
	free(v);
	return count;
}

uint64_t
decision_log_dropped(void)
{
	uint64_t sum;

	pthread_mutex_lock(&lock);
	sum = ended_dropped;
	LIST_EACH(&rings, it)
		sum += __atomic_load_n(&OBJ_OF(it, struct decision_log,
		    node)->dropped, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&lock);
	return sum;
}
