/* admin/rest/upstream.c - see upstream.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/upstream.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/rest/client.h"

struct upstream {
	const char	*socket_path;
	pthread_mutex_t	 lock;
	pthread_cond_t	 given;
	struct client	*idle[UPSTREAM_MAX];	/* a stack: the warm one first */
	size_t		 idle_count, count;	/* count: idle and in use */
};

struct upstream *
upstream_new(const char *socket_path)
{
	struct upstream *u = mem_zalloc(1, sizeof(*u));
	pthread_condattr_t attr;

	u->socket_path = socket_path;
	(void)pthread_mutex_init(&u->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&u->given, &attr);
	(void)pthread_condattr_destroy(&attr);
	return u;
}

void
upstream_free(struct upstream **pu)
{
	struct upstream *u = *pu;

	*pu = NULL;
	if (u == NULL)
		return;
	assert(u->idle_count == u->count);
	while (u->idle_count > 0)
		client_free(&u->idle[--u->idle_count]);
	(void)pthread_cond_destroy(&u->given);
	(void)pthread_mutex_destroy(&u->lock);
	free(u);
}

/* The caller holds the lock. */
static struct client *
take(struct upstream *u)
{
	if (u->idle_count > 0)
		return u->idle[--u->idle_count];
	if (u->count == UPSTREAM_MAX)
		return NULL;
	u->count++;
	return client_new(u->socket_path);
}

struct client *
upstream_take(struct upstream *u)
{
	struct timespec until;
	struct client *c;
	int rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += UPSTREAM_WAIT_S;
	(void)pthread_mutex_lock(&u->lock);
	while ((c = take(u)) == NULL && rc == 0)
		rc = pthread_cond_timedwait(&u->given, &u->lock, &until);
	(void)pthread_mutex_unlock(&u->lock);
	return c;
}

void
upstream_give(struct upstream *u, struct client **pc)
{
	(void)pthread_mutex_lock(&u->lock);
	u->idle[u->idle_count++] = *pc;
	(void)pthread_cond_signal(&u->given);
	(void)pthread_mutex_unlock(&u->lock);
	*pc = NULL;
}

struct client *
upstream_open(const struct upstream *u)
{
	return client_new(u->socket_path);
}
