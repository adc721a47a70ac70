/* monitors/attempt.h - what all probes over a connection have in common: a job
 * with a start and a deadline, a talk, one result, and a place to rest in until
 * the next start.
 *
 * How a connection comes to stand, and how octets travel on it, is the probe
 * type's: its struct probe has an attempt as its first member, and its engine a
 * stock of them. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_ATTEMPT_H
#define MONITORS_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "monitors/probe.h"
#include "monitors/talk.h"

struct attempt;

/* What a probe type adds. */
struct attempt_kind {
	size_t		 size;		/* of its struct probe */
	struct talk_ops	 ops;		/* arg is the struct probe */
	/* Ends the connection, at whatever stage it is. */
	void		(*hang_up)(struct probe *p);
	/* Optional: the verdict when time is over and no talk goes on; *r says
	 * silent. */
	void		(*expire)(struct probe *p, struct probe_result *r);
	/* Optional: once in the life of the memory, which is all zero but for
	 * job; and before it is freed. */
	void		(*init)(struct probe *p);
	void		(*fini)(struct probe *p);
};

/* Probes that have ended, buffers and all: a round of probing allocates
 * nothing. Part of an engine. */
struct attempt_stock {
	const struct attempt_kind *kind;
	struct attempt		  *spare;
	struct rand		   rand;	/* of its engine */
};

struct attempt {
	unsigned	 magic;
#define ATTEMPT_MAGIC	0x7c9b0b3eu
	int		 sys_errno;	/* why no connection can come; 0 = none */
	bool		 our_fault;	/* that says nothing about the target, */
	enum probe_code	 fault_code;	/* and what it is */
	struct attempt_stock *stock;
	struct attempt	*next_spare;
	struct probe_job job;
	mono_ns		 start_ns;
	struct addr	 from;		/* our address, once it is known */
	bool		 expiring;	/* for the result, as days_left */
	int32_t		 days_left;
	struct talk	 talk;
	struct loop_timer deadline;	/* probe-timeout */
};

void attempt_stock_init(struct attempt_stock *s,
    const struct attempt_kind *kind);
/* All attempts have ended. Frees them. */
void attempt_stock_fini(struct attempt_stock *s);

/* An engine that is a stock and nothing else; the second is struct probe_type's
 * engine_free. */
void *attempt_engine_new(const struct attempt_kind *kind);
void attempt_engine_free(void **pengine);

/* A probe of s's kind with the deadline running; never NULL. What the type
 * keeps beside the attempt is as hang_up left it. A job with a fault has
 * abstained then: the type starts nothing. */
struct probe *attempt_start(struct attempt_stock *s,
    const struct probe_job *job);
/* Out of a type's start: there will be no connection. The owner is told from
 * the loop, as the contract wants it. */
void attempt_fail(struct attempt *a, int sys_errno);
/* The same, where whatever the errno is the fault is ours. */
void attempt_abstain(struct attempt *a, int sys_errno);
void attempt_abstain_for(struct attempt *a, enum probe_code code,
    int sys_errno);
/* Is struct probe_type's stop: takes *pp; NULL is harmless. */
void attempt_stop(struct probe **pp);

/* The connection stands on fd, whose watch is io: holds the talk of spec, whose
 * end is the end of the attempt. ready as in talk_start. May end it at once. */
void attempt_talk(struct attempt *a, const struct talk_spec *spec, int fd,
    struct loop_io *io, unsigned ready);

/* The verdict: fills in from and rtt_us, hangs up, tells the owner, who may
 * start the next probe. a is gone. */
void attempt_end(struct attempt *a, struct probe_result *r);
void attempt_end_errno(struct attempt *a, int sys_errno);

#endif
