/* admin/rest/hasher.c - see hasher.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/hasher.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

/* On the stack of whoever waits. */
struct job {
	struct list	 node;
	const struct hasher_job *asked;
	uint8_t		*hash;
	bool		 done;
};

struct hasher {
	unsigned	 magic;
#define HASHER_MAGIC	0x5c4194a3u
	pthread_t	 threads[HASHER_THREADS];
	size_t		 thread_count;
	pthread_mutex_t	 lock;
	pthread_cond_t	 work, done;
	struct list	 jobs;		/* waiting, oldest first */
	size_t		 count;		/* waiting and being hashed */
	bool		 ending;
};

static void *
run(void *arg)
{
	struct hasher *h = arg;

	(void)pthread_mutex_lock(&h->lock);
	while (!h->ending) {
		struct job *j;

		if (list_empty(&h->jobs)) {
			(void)pthread_cond_wait(&h->work, &h->lock);
			continue;
		}
		j = OBJ_OF(h->jobs.next, struct job, node);
		list_remove(&j->node);
		(void)pthread_mutex_unlock(&h->lock);
		secret_hash(j->asked->password, j->asked->salt, j->hash);
		(void)pthread_mutex_lock(&h->lock);
		h->count--;
		j->done = true;
		(void)pthread_cond_broadcast(&h->done);
	}
	(void)pthread_mutex_unlock(&h->lock);
	return NULL;
}

struct hasher *
hasher_new(struct err *e)
{
	struct hasher *h = mem_zalloc(1, sizeof(*h));
	int rc = 0;

	h->magic = HASHER_MAGIC;
	list_init(&h->jobs);
	(void)pthread_mutex_init(&h->lock, NULL);
	(void)pthread_cond_init(&h->work, NULL);
	(void)pthread_cond_init(&h->done, NULL);
	while (rc == 0 && h->thread_count < HASHER_THREADS) {
		rc = pthread_create(&h->threads[h->thread_count], NULL, run, h);
		h->thread_count += rc == 0;
	}
	if (rc == 0)
		return h;
	(void)err_sys(e, rc, "thread for password hashes");
	hasher_free(&h);
	return NULL;
}

void
hasher_free(struct hasher **ph)
{
	struct hasher *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, HASHER_MAGIC);
	(void)pthread_mutex_lock(&h->lock);
	assert(h->count == 0);
	h->ending = true;
	(void)pthread_cond_broadcast(&h->work);
	(void)pthread_mutex_unlock(&h->lock);
	for (size_t i = 0; i < h->thread_count; i++)
		(void)pthread_join(h->threads[i], NULL);
	(void)pthread_cond_destroy(&h->done);
	(void)pthread_cond_destroy(&h->work);
	(void)pthread_mutex_destroy(&h->lock);
	h->magic = 0;
	free(h);
}

static bool
are_one(const char *a, const char *b)
{
	return *a != '\0' && strcmp(a, b) == 0;
}

/* The caller holds the lock. */
static bool
is_full(const struct hasher *h, const struct hasher_job *job)
{
	size_t users = 0, sources = 0;

	LIST_EACH(&h->jobs, n) {
		const struct hasher_job *other = OBJ_OF(n, struct job,
		    node)->asked;

		users += are_one(job->user, other->user);
		sources += are_one(job->from, other->from);
	}
	return h->count >= HASHER_QUEUE || users >= HASHER_SHARE ||
	    sources >= HASHER_SHARE;
}

int
hasher_hash(struct hasher *h, const struct hasher_job *job,
    uint8_t hash[SECRET_HASH_LEN])
{
	struct job j = { .asked = job, .hash = hash };

	OBJ_CHECK(h, HASHER_MAGIC);
	(void)pthread_mutex_lock(&h->lock);
	if (is_full(h, job)) {
		(void)pthread_mutex_unlock(&h->lock);
		return ERR_BUSY;
	}
	h->count++;
	list_append(&h->jobs, &j.node);
	(void)pthread_cond_signal(&h->work);
	while (!j.done)
		(void)pthread_cond_wait(&h->done, &h->lock);
	(void)pthread_mutex_unlock(&h->lock);
	return 0;
}
