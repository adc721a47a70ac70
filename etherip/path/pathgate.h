/* etherip/path/pathgate.h - the verdict on one frame, as a thread of a tunnel makes it: where it
 * goes by the group's rule, what is learned from it, and what the loop is told of that.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHGATE_H
#define ETHERIP_PATH_PATHGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bridge/opaque.h"
#include "etherip/bridge/storm.h"
#include "etherip/path/pathdrop.h"

struct ethframe;
struct fdb_key;
struct pathcount;
struct pathnotes;
struct pathrule;

/* One thread's. */
struct pathgate {
	const struct pathrule *rule;	/* for this batch */
	mono_ns	 now;
	uint32_t now_s;
	bool	 unattended;		/* nothing crosses in this batch */
	struct storm storm[STORM_KINDS];
	struct pathnotes *notes;
	struct pathcount *count;
};

/* The time that the database is told: seconds that are never 0. */
static inline uint32_t
pathgate_seconds(mono_ns now)
{
	return (uint32_t)(now / CLOCK_S) + 1;
}

void pathgate_init(struct pathgate *g, struct pathnotes *notes,
    struct pathcount *count);
/* A new batch, by this rule. */
void pathgate_begin(struct pathgate *g, const struct pathrule *rule,
    mono_ns now);

/* A frame from the LAN of len octets, about to go into the tunnel: PATHDROP_NONE, or why it
 * does not. */
enum pathdrop pathgate_outward(struct pathgate *g, const struct ethframe *f,
    size_t len);
/* What has become of it in the end, for who traces its station. */
void pathgate_sent(const struct pathgate *g, const struct ethframe *f,
    size_t len, enum pathdrop why);
/* A frame out of the tunnel: with PATHDROP_NONE the members that it goes to. */
enum pathdrop pathgate_inward(struct pathgate *g, const struct ethframe *f,
    size_t len, uint64_t *to);

/* What goes back to who asked. */
struct pathgate_answer {
	size_t	len;			/* 0: nothing */
	uint8_t	octets[OPAQUE_ANSWER_MAX];
};

/* The same for a frame of an opaque group, from the LAN or out of the tunnel: with PATHDROP_NONE
 * it has been made right for the members that it goes to, and its head has to be read anew. */
enum pathdrop pathgate_opaque(struct pathgate *g, const struct opaque_frame *x,
    uint64_t *to, struct pathgate_answer *a);

/* Is it for a station that is held? The loop has it then, or it is lost (counted): len
 * octets, from a member. */
bool pathgate_hold(struct pathgate *g, const struct ethframe *f, unsigned from,
    const uint8_t *octets, size_t len);

/* Tells the loop of a frame that says who is where. */
void pathgate_snoop(struct pathgate *g, const struct ethframe *f, unsigned from,
    const uint8_t *octets, size_t len);

#endif
