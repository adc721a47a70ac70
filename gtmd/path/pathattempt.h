/* gtmd/path/pathattempt.h - one probe packet to a resolver, by any protocol, and
 * what became of it.
 *
 * An engine has what all attempts share: the ICMP sockets, opened when the first
 * echo is sent, and the budget that every packet is taken from. A protocol is a
 * file and a row: how it sends and what it takes for an answer; waiting, timing
 * and giving up are here. Control loop only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHATTEMPT_H
#define GTMD_PATH_PATHATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "gtmd/types/pathsettings.h"

struct pathattempt;
struct pathping;
struct pathtable_counts;

/* So many packets a second: a bucket that a tenth of a second fills. */
struct pathattempt_budget {
	uint32_t	 rate;		/* packets/s */
	uint64_t	 tokens;	/* of CLOCK_S / rate each, in ns */
	mono_ns		 filled;
};

struct pathattempt_engine {
	struct loop	*loop;
	struct pathattempt_budget budget;
	struct pathtable_counts *counts;
	struct pathping	*ping;
	struct rand	 rand;
};

void pathattempt_engine_init(struct pathattempt_engine *e, struct loop *l,
    struct pathtable_counts *counts);
/* By now all attempts have ended. */
void pathattempt_engine_fini(struct pathattempt_engine *e);

/* One more packet? Takes it when it may be. */
bool pathattempt_may_send(struct pathattempt_engine *e);

struct pathattempt_job {
	enum pathsettings_protocol protocol;
	struct addr	 to;
	uint8_t		 ttl;		/* hops that it may go; 0 = any */
	uint32_t	 timeout_ms;
	uint32_t	 packet_len;	/* of ICMP, with IP header; 0 = short */
	/* Called once, when it has ended; the attempt is gone then. rtt_us of
	 * what was answered. */
	void		(*done)(void *arg, bool answered, uint32_t rtt_us);
	void		*arg;
};

/* Sends, against pathattempt_may_send. NULL: this host could not. */
struct pathattempt *pathattempt_start(struct pathattempt_engine *e,
    const struct pathattempt_job *job);
/* No call comes any more. NULL is harmless. */
void pathattempt_stop(struct pathattempt **pa);

/* ---- for the protocols ---- */

struct pathattempt_protocol {
	int	(*send)(struct pathattempt *a);	/* 0, or -1 with errno */
};

struct pathattempt {
	struct pathattempt_engine *engine;
	struct pathattempt_job job;
	struct loop_timer timeout;
	mono_ns		 sent;
	int		 fd;		/* of its own; -1 = none */
	struct loop_io	*io;
	struct list	 waiting;	/* pathping's */
	uint16_t	 number;	/* ICMP sequence, DNS ID */
};

extern const struct pathattempt_protocol pathping_protocol;
extern const struct pathattempt_protocol pathtcp_protocol;
extern const struct pathattempt_protocol pathudp_protocol;
extern const struct pathattempt_protocol pathdns_dot_protocol;
extern const struct pathattempt_protocol pathdns_rev_protocol;

/* A connected socket of this type (SOCK_…) for the attempt, whose packets go
 * as far as the job says and whose errors come at once; fn is called when
 * events come. 0, or -1 with errno. */
int pathattempt_connect(struct pathattempt *a, int type, uint16_t port,
    unsigned events, loop_io_fn fn);
/* It has ended so; a is gone. */
void pathattempt_end(struct pathattempt *a, bool answered);

#endif
