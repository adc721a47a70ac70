/* etherip/path/pathlane.h - one direction of a tunnel: its thread, and what that thread reads
 * from and writes to. Descriptors are borrowed: who opened them stops the thread first.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHLANE_H
#define ETHERIP_PATH_PATHLANE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/io/rcu.h"
#include "core/io/worker.h"
#include "etherip/path/pathcount.h"

struct pathnotes;
struct pathrule;

#define PATHLANE_BATCH	64u	/* datagrams of one system call */

struct pathlane {
	int		 tap, wan;
	int		 heads;		/* wansock_open_heads; -1: none */
	bool		 v6;
	struct pathrule	**rule;		/* where the loop publishes it */
	struct pathnotes *notes;	/* of this lane alone */
	struct pathcount *count;
	void		*room;		/* the thread's memory, zeroed, in whole pages */
};

/* Holds nothing until fd has something (events), or for so many milliseconds (-1: any). */
static inline void
pathlane_wait(struct worker *w, int fd, short events, int timeout_ms)
{
	struct pollfd p[2] = { { .fd = fd, .events = events },
	    { .fd = worker_stop_fd(w), .events = POLLIN } };

	rcu_offline();
	(void)poll(p, 2, timeout_ms);
	rcu_online();
}

#endif
