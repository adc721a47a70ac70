/* gtmd/count/stats.c - the counters of all threads; see stats.h. The list of them
 * is locked; counting is not. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/count/stats.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"

struct stats_thread {
	struct stats	 counts;	/* first: what the thread sees */
	struct list	 node;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list threads = { &threads, &threads };
static uint64_t ended[STATS_COUNT];	/* sums of threads that have closed */

static const char *const names[STATS_COUNT] = {
	[STATS_UDP_QUERIES] = "udp-queries",
	[STATS_TCP_QUERIES] = "tcp-queries",
	[STATS_TLS_QUERIES] = "tls-queries",
	[STATS_REPLIES] = "replies",
	[STATS_TRUNCATED] = "truncated",
	[STATS_DROPPED] = "dropped",
	[STATS_NOERROR] = "noerror",
	[STATS_FORMERR] = "formerr",
	[STATS_SERVFAIL] = "servfail",
	[STATS_NXDOMAIN] = "nxdomain",
	[STATS_NOTIMP] = "notimp",
	[STATS_REFUSED] = "refused",
	[STATS_YXDOMAIN] = "yxdomain",
	[STATS_BADVERS] = "badvers",
	[STATS_RCODE_OTHER] = "rcode-other",
	[STATS_EDNS] = "edns",
	[STATS_DNSSEC_OK] = "dnssec-ok",
	[STATS_TYPE_A] = "type-a",
	[STATS_TYPE_AAAA] = "type-aaaa",
	[STATS_TYPE_CNAME] = "type-cname",
	[STATS_TYPE_NS] = "type-ns",
	[STATS_TYPE_SOA] = "type-soa",
	[STATS_TYPE_PTR] = "type-ptr",
	[STATS_TYPE_MX] = "type-mx",
	[STATS_TYPE_TXT] = "type-txt",
	[STATS_TYPE_SRV] = "type-srv",
	[STATS_TYPE_NAPTR] = "type-naptr",
	[STATS_TYPE_DS] = "type-ds",
	[STATS_TYPE_DNSKEY] = "type-dnskey",
	[STATS_TYPE_SVCB] = "type-svcb",
	[STATS_TYPE_HTTPS] = "type-https",
	[STATS_TYPE_CAA] = "type-caa",
	[STATS_TYPE_ANY] = "type-any",
	[STATS_TYPE_OTHER] = "type-other",
	[STATS_COOKIE_GOOD] = "cookie-good",
	[STATS_COOKIE_HALF] = "cookie-half",
	[STATS_COOKIE_BAD] = "cookie-bad",
	[STATS_LIMIT_DROPPED] = "limit-dropped",
	[STATS_LIMIT_SLIPPED] = "limit-slipped",
	[STATS_FROM_WIDEIP] = "from-wideip",
	[STATS_FROM_ZONE] = "from-zone",
	[STATS_FROM_CHAOS] = "from-chaos",
	[STATS_UDP_BATCHES] = "udp-batches",
	[STATS_UDP_SEND_FAILED] = "udp-send-failed",
	[STATS_XDP_QUERIES] = "xdp-queries",
	[STATS_XDP_REFUSED] = "xdp-refused",
	[STATS_UDP_RECV_FAILED] = "udp-recv-failed",
	[STATS_TCP_ACCEPTED] = "tcp-accepted",
	[STATS_TCP_CLOSED] = "tcp-closed",
	[STATS_TCP_SHED] = "tcp-shed",
	[STATS_TCP_IDLE_TIMEOUTS] = "tcp-idle-timeouts",
	[STATS_TCP_QUERY_TIMEOUTS] = "tcp-query-timeouts",
	[STATS_TCP_OVERSIZED] = "tcp-oversized",
	[STATS_TCP_ACCEPT_FAILED] = "tcp-accept-failed",
	[STATS_TLS_HANDSHAKES] = "tls-handshakes",
	[STATS_TLS_RESUMED] = "tls-resumed",
	[STATS_TLS_FAILED] = "tls-failed",
	[STATS_PROXY_REFUSED] = "proxy-refused",
};

struct stats *
stats_open(void)
{
	struct stats_thread *t = mem_zalloc_lines(1, sizeof(*t));

	pthread_mutex_lock(&lock);
	list_append(&threads, &t->node);
	pthread_mutex_unlock(&lock);
	return &t->counts;
}

void
stats_close(struct stats **ps)
{
	struct stats_thread *t;

	if (*ps == NULL)
		return;
	t = OBJ_OF(*ps, struct stats_thread, counts);
	*ps = NULL;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < STATS_COUNT; i++)
		ended[i] += t->counts.n[i];
	list_remove(&t->node);
	pthread_mutex_unlock(&lock);
	free(t);
}

uint64_t
stats_sum(enum stats_id id)
{
	uint64_t sum;

	assert(id < STATS_COUNT);
	pthread_mutex_lock(&lock);
	sum = ended[id];
	LIST_EACH(&threads, it) {
		struct stats_thread *t = OBJ_OF(it, struct stats_thread, node);

		sum += __atomic_load_n(&t->counts.n[id], __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&lock);
	return sum;
}

void
stats_carry(enum stats_id id, uint64_t n)
{
	assert(id < STATS_COUNT);
	pthread_mutex_lock(&lock);
	ended[id] += n;
	pthread_mutex_unlock(&lock);
}

unsigned
stats_threads(void)
{
	unsigned n = 0;

	pthread_mutex_lock(&lock);
	LIST_EACH(&threads, it)
		n++;
	pthread_mutex_unlock(&lock);
	return n;
}

const char *
stats_name(enum stats_id id)
{
	assert(id < STATS_COUNT);
	return names[id];
}
