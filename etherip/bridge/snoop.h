/* etherip/bridge/snoop.h - which station has which address, from what stations say of
 * themselves: ARP, RARP, neighbour discovery. For names, for probes and announcements, and for
 * opaque groups, which answer by it.
 *
 * One fixed table. One thread at a time (the control loop's) writes; any thread may look an
 * address up meanwhile, without a lock. Addresses live in sets of eight that a secret chooses,
 * as stations do in fdb.h; what is full stays as it is. A station has SNOOP_OF_MAX addresses at
 * most, the oldest of them gives way. Nothing here is proof: who lies about its address is
 * believed as any neighbour would believe it, until somebody else says otherwise.
 * Time comes as whole seconds from any start. Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_SNOOP_H
#define ETHERIP_BRIDGE_SNOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "etherip/bridge/fdb.h"

struct ethframe;
struct snoop;

#define SNOOP_LIMIT	16384u	/* addresses */
#define SNOOP_LIMIT_MAX	(UINT32_C(1) << 20)
#define SNOOP_AGEING_S	1200u	/* as long as stations keep an ARP entry */
#define SNOOP_OF_MAX	64	/* addresses of one station */

/* What a frame tells. */
struct snoop_fact {
	struct addr ip;		/* family 0: the station tells that it is here, no more */
	uint64_t mac;
	uint16_t vlan;		/* of the tag, 0: none */
	bool	 router;	/* it says so (IPv6) */
	uint8_t	 member;	/* by which it came */
	uint32_t seen_s;
};

struct snoop_config {
	uint32_t limit;		/* addresses, 1..SNOOP_LIMIT_MAX */
	uint32_t ageing_s;	/* without being told again; 0: never */
};

/* ---- any thread ---- */

/* What a frame tells of who sent it: true, all of it but member and seen_s. Who speaks for
 * others (the frame's source is another station) tells nothing. */
bool snoop_read(struct snoop_fact *out, const struct ethframe *f,
    const uint8_t *octets, size_t len);

/* Who has it? False: not known, or too long ago. Two cache lines. */
bool snoop_find(const struct snoop *s, const struct addr *ip, uint16_t vlan,
    uint32_t now_s, struct snoop_fact *out);

/* ---- the thread that writes ---- */

struct snoop *snoop_new(const struct snoop_config *c);
/* Takes *ps; nobody uses it any more. NULL is harmless. */
void snoop_free(struct snoop **ps);
/* From now on. */
void snoop_set_ageing(struct snoop *s, uint32_t ageing_s);

enum snoop_seen {
	SNOOP_KNOWN,
	SNOOP_NEW,
	SNOOP_CHANGED,		/* another station had it: *was */
	SNOOP_NO_FACT,		/* no address, or none that a station can have */
	SNOOP_FULL
};

/* was may be NULL. */
enum snoop_seen snoop_learn(struct snoop *s, const struct snoop_fact *f,
    uint64_t *was);
/* Up to cap addresses of a station, those told last first. Returns how many. */
size_t snoop_of(const struct snoop *s, const struct fdb_key *k,
    uint32_t now_s, struct snoop_fact *out, size_t cap);
/* Forgets all addresses of a station. Returns how many. */
size_t snoop_forget(struct snoop *s, const struct fdb_key *k);
/* Forgets what is too old among the next `sets` sets, round and round. Returns how many. */
size_t snoop_sweep(struct snoop *s, size_t sets, uint32_t now_s);
size_t snoop_sets(const struct snoop *s);
/* Calls fn for each that is not too old, in no order; fn changes nothing here. */
void snoop_each(const struct snoop *s, uint32_t now_s,
    void (*fn)(void *arg, const struct snoop_fact *f), void *arg);
/* Addresses that are there; what is too old counts until it is swept. */
uint32_t snoop_count(const struct snoop *s);

#endif
