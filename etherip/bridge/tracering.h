/* etherip/bridge/tracering.h - the latest frames of one station, with what became of each: for
 * who wants to know why a station is not reached.
 *
 * Threads that carry frames ask tracering_wants, one load and a comparison or two, and note
 * those that it wants, without a lock: of two that come to the same place at once, after a
 * whole round, one is lost and counted. One thread says whose frames are wanted, and reads.
 * Layer: etherip/bridge.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_TRACERING_H
#define ETHERIP_BRIDGE_TRACERING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"

#define TRACERING_MAX	256	/* frames that are kept */
#define TRACERING_WORDS	5

struct tracering_record {
	mono_ns	 at;
	uint64_t dst, src;
	uint16_t vlan, type;
	uint32_t len;		/* octets */
	uint8_t	 from;		/* the member by which it came */
	uint8_t	 why;		/* the owner's word on what became of it */
	uint64_t to;		/* members, bits; 0: it stopped here */
};

struct tracering {
	/* Whose: TRACERING_ANY | vlan << 48 | MAC; 0: nobody's. */
	_Atomic uint64_t station;
	_Atomic uint64_t head, lost;
	struct {
		_Atomic uint64_t serial;	/* odd: being written */
		_Atomic uint64_t words[TRACERING_WORDS];
	} v[TRACERING_MAX];
};

#define TRACERING_ANY	(UINT64_C(1) << 63)

struct tracering *tracering_new(void);
/* Nobody notes any more. Takes *pt; NULL is harmless. */
void tracering_free(struct tracering **pt);

static inline bool
tracering_wants(const struct tracering *t, const struct fdb_key *src,
    uint64_t dst)
{
	uint64_t station = atomic_load_explicit(&t->station,
	    memory_order_relaxed), tag = TRACERING_ANY |
	    (uint64_t)src->vlan << 48;

	return station != 0 && (station == (tag | src->mac) ||
	    station == (tag | dst));
}

/* Any thread. */
void tracering_note(struct tracering *t, const struct tracering_record *r);

/* ---- one thread ---- */

/* From now on that station's, and no others; NULL: nobody's. What was noted is forgotten, but
 * not when nobody's are wanted. */
void tracering_watch(struct tracering *t, const struct fdb_key *k);
/* False: nobody's. */
bool tracering_watched(const struct tracering *t, struct fdb_key *out);
/* Calls fn for each that is kept, the oldest first. Returns how many were lost. */
uint64_t tracering_each(const struct tracering *t,
    void (*fn)(void *arg, const struct tracering_record *r), void *arg);

#endif
