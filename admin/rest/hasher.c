/* admin/rest/hasher.c - see hasher.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/hasher.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

/* On the stack of whoever waits. */
struct job {
	struct list	 node;
	const char	*password;
	const uint8_t	*salt;
	uint8_t		*hash;
	bool		 done;
};

struct hasher {
	unsigned	 magic;
#define HASHER_MAGIC	0x5c4194a3u
	pthread_t	 thread;
	pthread_mutex_t	 lock;
	pthread_cond_t	 work, done;
	struct list	 jobs;
	size_t		 count;
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
		secret_hash(j->password, j->salt, j->hash);
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
	int rc;

	h->magic = HASHER_MAGIC;
	list_init(&h->jobs);
	(void)pthread_mutex_init(&h->lock, NULL);
	(void)pthread_cond_init(&h->work, NULL);
	(void)pthread_cond_init(&h->done, NULL);
	rc = pthread_create(&h->thread, NULL, run, h);
	if (rc == 0)
		return h;
	(void)err_sys(e, rc, "thread for password hashes");
	free(h);
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
	(void)pthread_cond_signal(&h->work);
	(void)pthread_mutex_unlock(&h->lock);
	(void)pthread_join(h->thread, NULL);
	(void)pthread_cond_destroy(&h->done);
	(void)pthread_cond_destroy(&h->work);
	(void)pthread_mutex_destroy(&h->lock);
	h->magic = 0;
	free(h);
}

int
hasher_hash(struct hasher *h, const char *password,
    const uint8_t salt[SECRET_SALT_LEN], uint8_t hash[SECRET_HASH_LEN])
{
	struct job j = { .password = password, .salt = salt, .hash = hash };

	OBJ_CHECK(h, HASHER_MAGIC);
	(void)pthread_mutex_lock(&h->lock);
	if (h->count >= HASHER_QUEUE) {
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
