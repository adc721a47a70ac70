/* core/io/rcu.h - publish a new version, let readers finish with the old one.
 *
 * Quiescent-state RCU: a registered thread that is online may hold pointers
 * read with RCU_GET until its next rcu_quiescent(); it must say so once per
 * batch and go offline around every wait, or nothing is ever freed. loop_run
 * does both for its thread. Publishers never wait: the old version goes to
 * rcu_defer. Layer: core/io; the only owner of liburcu.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_RCU_H
#define CORE_IO_RCU_H

#include <stdint.h>

/* Reader: the current version; slot is a pointer variable. */
#define RCU_GET(slot)		__atomic_load_n(&(slot), __ATOMIC_ACQUIRE)

/* Writer: makes next visible, whole; gives the version that it replaced. */
#define RCU_SWAP(slot, next)	\
	__atomic_exchange_n(&(slot), (next), __ATOMIC_ACQ_REL)

/* Makes the calling thread a reader, online. Once per thread. */
void rcu_register(void);
/* The calling thread reads no more. Harmless when it is not registered. */
void rcu_unregister(void);

/* The next three do nothing in a thread that is not registered. */

/* "I hold nothing": one store and at times a wake-up; call once per batch. */
void rcu_quiescent(void);
/* Between these two the thread holds nothing and nobody waits for it. */
void rcu_offline(void);
void rcu_online(void);

/* Calls fn(arg) once no reader can hold what was replaced before this call;
 * in a thread of its own, so fn may free but not touch the control loop's
 * state. Returns at once. */
void rcu_defer(void (*fn)(void *), void *arg);

/* Waits until everything deferred before the call has run: at shutdown. The
 * caller holds nothing. */
void rcu_drain(void);

struct rcu_counts {
	uint64_t	 deferred, done;
};
/* Calls asked for and calls made since the start of the process. Any
 * thread. */
void rcu_counts(struct rcu_counts *out);

#endif
