/* gtmd/path/pathround.h - one round of probes to one resolver: some packets for round
 * trip time and completion rate, then, when it is asked for, how many hops it
 * is away.
 *
 * The protocols are tried in their order until one is answered. Hops are found
 * by halving: a distance is far enough when a packet that may go no farther is
 * answered. One packet is under way at a time, each taken from the engine's
 * budget. Control loop only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHROUND_H
#define GTMD_PATH_PATHROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "gtmd/types/pathsettings.h"

struct pathattempt_engine;
struct pathround;

#define PATHROUND_TIMEOUT_MS	2000	/* as long a way as is worth a word */
#define PATHROUND_GAP_MS	20	/* from an answer to the next packet */
#define PATHROUND_HOPS_MAX	64

/* What came out of it. */
struct pathround_result {
	bool		 answered;	/* at all; else nothing below counts */
	enum pathsettings_protocol protocol;
	uint32_t	 rtt_us;	/* mean of those answered */
	uint32_t	 completion;	/* % */
	bool		 counted;
	uint32_t	 hops;
};

struct pathround_config {
	struct pathattempt_engine *engine;
	struct addr	 to;
	uint32_t	 protocols;	/* bits 1 << enum; at least one */
	bool		 count_hops;
	uint32_t	 samples, hops_samples, hops_timeout_ms, hops_len;
	/* Called once, when it is over; the round is gone then. */
	void		(*done)(void *arg, const struct pathround_result *r);
	void		*arg;
};

/* Begins with the next turn of the loop; done is never called from here. */
struct pathround *pathround_start(const struct pathround_config *c);
/* No call comes any more. NULL is harmless. */
void pathround_stop(struct pathround **pr);

#endif
