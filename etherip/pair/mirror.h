/* etherip/pair/mirror.h - what the active unit of a pair knows of stations and of their
 * addresses, kept by the other for the moment when it takes over.
 *
 * The active one sends all it knows in a pass, one batch after the other, each again until it
 * is confirmed; then waits, and begins the next. The other one keeps the last pass that was
 * whole. A station's place is a text of the caller's (a group and a tunnel). Stations come
 * first; addresses follow where the other end takes them (mirrorwire.h has the octets).
 * Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PAIR_MIRROR_H
#define ETHERIP_PAIR_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/snoop.h"
#include "etherip/pair/mirrorwire.h"

#define MIRROR_PLACE_MAX	MIRRORWIRE_PLACE_MAX
#define MIRROR_STATIONS_MAX	65536u	/* of a pass; what is beyond is left out */
#define MIRROR_ADDRESSES_MAX	65536u
#define MIRROR_AGAIN_MS		100u	/* a batch that is not confirmed */
#define MIRROR_REST_MS		5000u	/* between two passes */

struct mirror_station {
	const char	*place;		/* the mirror's own copy */
	struct fdb_key	 key;
};

struct mirror_address {
	const char	*place;
	struct snoop_fact fact;		/* but for its member; seen_s: of the clock that
					 * mirror_fill and mirror_take are told */
};

struct mirror;

struct mirror *mirror_new(void);
/* Takes *pm; NULL is harmless. */
void mirror_free(struct mirror **pm);

/* ---- of the active unit ---- */

/* Time for a new pass? Then mirror_add says what there is, and mirror_go begins. */
bool mirror_wants(const struct mirror *m, mono_ns now);
/* False: there is no room for it, or its place is too long. Best place by place. */
bool mirror_add(struct mirror *m, const char *place, const struct fdb_key *k);
bool mirror_add_address(struct mirror *m, const char *place,
    const struct snoop_fact *f);
void mirror_go(struct mirror *m, mono_ns now);
/* The batch to send now, if any: its octets in out (cap: LEASEWIRE_BODY_MAX), or 0. */
size_t mirror_fill(struct mirror *m, uint8_t *out, size_t cap, mono_ns now);

/* ---- of both ---- */

/* A body has come. Returns the octets of the answer in out, or 0: it needs none, or is none of
 * ours (counted). */
size_t mirror_take(struct mirror *m, const uint8_t *body, size_t len,
    uint8_t *out, size_t cap, mono_ns now);

/* ---- of the other ---- */

/* What came in the last pass that was whole; borrowed until the next call. */
const struct mirror_station *mirror_stations(const struct mirror *m,
    size_t *count);
const struct mirror_address *mirror_addresses(const struct mirror *m,
    size_t *count);
/* Forgets all of it, and all that is under way: the role is another. */
void mirror_clear(struct mirror *m);

struct mirror_counts {
	uint64_t passes_sent, passes_kept;	/* kept: by their stations */
	uint64_t malformed, left_out;
};

/* Since its birth. */
const struct mirror_counts *mirror_counts(const struct mirror *m);

#endif
