/* core/io/worker.h - a named thread that can be pinned and asked to stop.
 *
 * The thread starts as an online rcu reader with all signals blocked, so that
 * they reach the control loop. Stopping is a request: a flag to poll, and a
 * descriptor that becomes readable, for threads that wait. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_WORKER_H
#define CORE_IO_WORKER_H

#include <stdbool.h>

struct err;
struct worker;

#define WORKER_ANY_CPU	(-1)

struct worker_config {
	const char	*name;		/* up to 15 octets show in ps and top */
	int		 cpu;		/* number of the CPU, or WORKER_ANY_CPU */
	void		(*run)(struct worker *w, void *arg);
	void		*arg;
};

/* Starts the thread; NULL with a sentence in e when the system refuses the
 * thread or the CPU. */
struct worker *worker_start(const struct worker_config *c, struct err *e);
/* Asks run to return; from any thread, does not wait. */
void worker_stop(struct worker *w);
/* Waits until run has returned. Takes *wp; NULL is harmless. The caller, if it
 * is an rcu reader, is offline meanwhile. */
void worker_join(struct worker **wp);

/* For run: was it asked to stop? One relaxed load. */
bool worker_stopping(const struct worker *w);
/* For run: readable from the request on; never read it, never close it. */
int worker_stop_fd(const struct worker *w);

#endif
