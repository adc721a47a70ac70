/* gtmd/decide/decision_block.h - how a decision lies in memory: one block, written by
 * decision_compile, read by decision_answer and decision_walk, known to nobody
 * else.
 *
 * Parts in this order, each 8-octet aligned: the head, pools, stages, the
 * methods' tables, candidates, what is remembered of them. A query touches the
 * head, one stage, one cell of a table and one candidate. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_BLOCK_H
#define GTMD_DECIDE_DECISION_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"

/* One record, ready to be copied behind a pointer to its owner. */
struct decision_candidate {
	uint32_t	 slot;		/* counts it in its member */
	uint16_t	 back;		/* steps back, around the circle, to the
					 * candidate before with the same data;
					 * own count when there is none */
	uint16_t	 rr_len;
	uint8_t		 rr[];		/* whole record; owner 2 octets, filled
					 * in with each answer */
};

/* Offsets within the record. */
enum { RR_TYPE = 2, RR_CLASS = 4, RR_TTL = 6, RR_RDLENGTH = 10, RR_DATA = 12 };

/* One method of one pool; a cache line. */
struct decision_stage {
	enum decision_action action;
	uint32_t	 slot;		/* counts it in its pool; its turn */
	choose_pick_fn	*pick;		/* NULL: always the first candidate */
	const void	*table;
	const uint8_t	*candidates;
	uint32_t	 stride;	/* octets from one to the next */
	uint32_t	 count;
	uint32_t	 max;		/* answers: <= distinct candidates */
	bool		 is_cname;
	const struct choose_method *method;	/* for decision_walk */
	const uint64_t	*targets;	/* what is remembered of each candidate;
					 * NULL: nothing */
};

/* Where a remembered target is now. */
struct decision_target {
	uint64_t	 target;
	uint32_t	 stage;		/* in decision.stages */
	uint32_t	 candidate;
};

/* Of a wide IP with persistence. */
struct decision_kept {
	uint64_t	 wide;		/* key of its records */
	struct clientnet_len net;
	uint32_t	 ttl_s;
	uint32_t	 count;
	struct decision_target targets[];	/* by target */
};

/* A run of stages: preferred, alternate of a pool; or the rest. */
struct decision_run {
	uint32_t	 first, count;
};

struct topology_view;

struct decision {
	unsigned	 magic;
#define DECISION_MAGIC	0xdec15107u
	uint32_t	 slot;		/* DECISION_REQUESTS, DECISION_FAILED */
	choose_pick_fn	*pick;		/* among pools; NULL: always the first */
	const void	*table;
	const struct choose_method *mode;	/* for decision_walk */
	const struct decision_run *pools;
	const struct decision_stage *stages;
	uint32_t	 pool_count;
	struct decision_run rest;
	/* The stage that gives all answers, one record each, whoever asks, and
	 * nothing is remembered or noted; NULL: there is more to do. */
	const struct decision_stage *plain;
	const struct decision_kept *kept;	/* NULL: nobody is remembered */
	uint32_t	 log_one_of;	/* 0: no query is noted */
	bool		 ledger;	/* answers are entered */
	uint64_t	 key, made;	/* of the spec, for log and ledger */
	struct decision_out base;	/* what all answers have in common */
	enum decision_action failure;	/* NODATA or RCODE */
	uint8_t		 rcode;		/* of RCODE, else 0 */
	struct topology_view **views;	/* that tables point into; counted */
	uint32_t	 view_count;
};

#endif
