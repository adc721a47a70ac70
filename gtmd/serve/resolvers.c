/* gtmd/serve/resolvers.c - see resolvers.h. The list of rings is locked; writing to
 * one is not. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/resolvers.h"

#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

/* A sample: 56 bits of network, 1 of family, 7 of how many it stands for; 0 =
 * none yet. */
#define NET_BITS	56
#define NET_MASK	((UINT64_C(1) << NET_BITS) - 1)
#define FAMILY_V6	(UINT64_C(1) << NET_BITS)
#define STANDS_SHIFT	(NET_BITS + 1)
#define V4_LEN		24
#define V6_LEN		56

struct thread {
	struct resolvers seen;		/* first: what the thread knows */
	struct list	 node;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list threads = { &threads, &threads };
static size_t thread_count;

struct resolvers *
resolvers_open(void)
{
	struct thread *t = mem_zalloc(1, sizeof(*t));

	t->seen.ring = mem_zalloc(RESOLVERS_RING, sizeof(t->seen.ring[0]));
	pthread_mutex_lock(&lock);
	list_append(&threads, &t->node);
	thread_count++;
	pthread_mutex_unlock(&lock);
	return &t->seen;
}

void
resolvers_close(struct resolvers **pr)
{
	struct thread *t;

	if (*pr == NULL)
		return;
	t = OBJ_OF(*pr, struct thread, seen);
	*pr = NULL;
	pthread_mutex_lock(&lock);
	list_remove(&t->node);
	thread_count--;
	pthread_mutex_unlock(&lock);
	free(t->seen.ring);
	free(t);
}

/* ---- the thread's side ---- */

static uint64_t
net_v4(const uint8_t *octets)
{
	return (uint64_t)octets[0] << 16 | (uint64_t)octets[1] << 8 |
	    octets[2];
}

static uint64_t
net_v6(const uint8_t *octets)
{
	uint64_t net = 0;

	for (int i = 0; i < V6_LEN / 8; i++)
		net = net << 8 | octets[i];
	return net | FAMILY_V6;
}

void
resolvers_note(struct resolvers *r, const struct sockaddr *sa, unsigned stands)
{
	const struct sockaddr_in *in = (const void *)sa;
	const struct sockaddr_in6 *in6 = (const void *)sa;
	const uint8_t *v6 = in6->sin6_addr.s6_addr;
	uint64_t net;

	assert(stands > 0 && stands <= RESOLVERS_STANDS_MAX);
	if (sa->sa_family == AF_INET)
		net = net_v4((const uint8_t *)&in->sin_addr);
	else if (sa->sa_family != AF_INET6)
		return;
	else if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		net = net_v4(v6 + 12);
	else
		net = net_v6(v6);
	__atomic_store_n(&r->ring[r->at++ % RESOLVERS_RING],
	    net | (uint64_t)stands << STANDS_SHIFT, __ATOMIC_RELAXED);
}

/* ---- the control loop's side ---- */

/* All samples of all threads; those not there yet are left out. */
static uint64_t *
collect(size_t *count)
{
	uint64_t *all;
	size_t n = 0;

	pthread_mutex_lock(&lock);
	all = mem_zalloc(thread_count * RESOLVERS_RING + 1, sizeof(*all));
	LIST_EACH(&threads, it) {
		const uint64_t *ring = OBJ_OF(it, struct thread,
		    node)->seen.ring;

		for (size_t i = 0; i < RESOLVERS_RING; i++) {
			all[n] = __atomic_load_n(&ring[i], __ATOMIC_RELAXED);
			n += all[n] != 0;
		}
	}
	pthread_mutex_unlock(&lock);
	*count = n;
	return all;
}

static uint64_t
net_of(uint64_t sample)
{
	return sample & (NET_MASK | FAMILY_V6);
}

static int
by_net(const void *a, const void *b)
{
	uint64_t x = net_of(*(const uint64_t *)a);
	uint64_t y = net_of(*(const uint64_t *)b);

	return (x > y) - (x < y);
}

static int
by_queries(const void *a, const void *b)
{
	const struct resolvers_net *x = a, *y = b;

	if (x->queries != y->queries)
		return x->queries > y->queries ? -1 : 1;
	return addr_compare(&x->net.addr, &y->net.addr);
}

static struct addr_prefix
prefix_of(uint64_t sample)
{
	struct addr_prefix p = { .addr.family = AF_INET, .len = V4_LEN };
	uint64_t net = sample & NET_MASK;
	int octets = V4_LEN / 8;

	if (sample & FAMILY_V6) {
		p = (struct addr_prefix){ .addr.family = AF_INET6,
		    .len = V6_LEN };
		octets = V6_LEN / 8;
	}
	for (int i = 0; i < octets; i++)
		p.addr.octets[i] = (uint8_t)(net >> 8 * (octets - 1 - i));
	return p;
}

/* One entry for each run of equal networks. */
static size_t
sum_up(const uint64_t *all, size_t count, struct resolvers_net *nets)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || net_of(all[i]) != net_of(all[i - 1]))
			nets[n++].net = prefix_of(all[i]);
		nets[n - 1].queries += all[i] >> STANDS_SHIFT;
	}
	return n;
}

size_t
resolvers_read(struct resolvers_net *out, size_t cap,
    struct resolvers_sum *sum)
{
	struct resolvers_net *nets;
	uint64_t *all;
	size_t n;

	*sum = (struct resolvers_sum){ .queries = 0 };
	all = collect(&sum->samples);
	nets = mem_zalloc(sum->samples + 1, sizeof(*nets));
	qsort(all, sum->samples, sizeof(*all), by_net);
	sum->networks = sum_up(all, sum->samples, nets);
	qsort(nets, sum->networks, sizeof(*nets), by_queries);
	for (size_t i = 0; i < sum->networks; i++)
		sum->queries += nets[i].queries;
	n = sum->networks < cap ? sum->networks : cap;
	if (n > 0)
		memcpy(out, nets, n * sizeof(*out));
	free(nets);
	free(all);
	return n;
}
