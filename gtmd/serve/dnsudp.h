/* gtmd/serve/dnsudp.h - DNS over UDP: the sockets and threads of one listener.
 *
 * Each thread has a socket of its own in the listener's SO_REUSEPORT group and
 * works in batches: receive, answer in the receive buffers, send. Beside these
 * two system calls per batch nothing is called, locked, allocated or logged,
 * but for a sleep where a fuller batch pays (coalesce.h).
 *
 * No query is lost when threads come and go: sockets stay open as long as the
 * listener; the kernel is told which of them have threads (udpgroup.h), and
 * what the others had queued is answered. dnsudp_close answers what is queued,
 * too; what comes after that meets a closed port. Another process that binds
 * the same address at the same time is not known here. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_DNSUDP_H
#define GTMD_SERVE_DNSUDP_H

#include <stddef.h>

#include "core/base/addr.h"

struct dnsudp;
struct err;
struct proxysources;
struct world;

#define DNSUDP_THREADS_MAX	64
#define DNSUDP_BATCH_MAX	64

struct dnsudp_config {
	const struct world	*world;		/* borrowed for life */
	struct addrport		 local;		/* may be a wildcard address */
	unsigned		 threads;	/* 1..64 */
	unsigned		 batch;		/* datagrams per call, 1..64 */
	int			 rcvbuf;	/* octets; 0 = system default */
	const int		*cpus;		/* thread i runs on cpus[i % n] */
	size_t			 cpu_count;	/* 0 = anywhere */
	unsigned		 coalesce_us;	/* how long a query may wait for
						 * more, where a thread is busy
						 * with small batches; 0 =
						 * never */
	const int		*fds;		/* sockets of local that another
						 * process bound: taken */
	unsigned		 fd_count;	/* 0..64; 0 = bind our own */
	const struct proxysources *proxies;	/* copied; NULL = none: who
					 * has to say who the client is */
};

/* Binds the sockets (before privileges are dropped); no thread runs yet. NULL
 * with a sentence in e. Sockets that came from another process are left as they
 * are, and each gets a thread, until dnsudp_adjust. */
struct dnsudp *dnsudp_open(const struct dnsudp_config *c, struct err *e);
/* Starts the threads udp/0, udp/1, … 0, or a negative code with a sentence and
 * none running. The world is complete by now. */
int dnsudp_start(struct dnsudp *d, struct err *e);
/* While running: other threads, batch, rcvbuf, cpus, coalesce_us, proxies. world and
 * local stay. 0, or a negative code with the sentence and the old number of
 * threads in place. Waits for threads that end (under 0.2 s). */
int dnsudp_adjust(struct dnsudp *d, const struct dnsudp_config *c,
    struct err *e);
/* Answers what is queued, ends the threads, closes. NULL is harmless. */
void dnsudp_close(struct dnsudp **pd);

/* Another process has the sockets, too, and goes on: ends the threads, closes,
 * and leaves what is queued to it. NULL is harmless. */
void dnsudp_leave(struct dnsudp **pd);
/* The sockets, in the order of binding; borrowed. */
const int *dnsudp_fds(const struct dnsudp *d, unsigned *count);

/* Where it listens: the port that the system chose when port 0 was asked. */
void dnsudp_local(const struct dnsudp *d, struct addrport *local);

#endif
