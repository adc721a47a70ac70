/* etherip/bridge/fdb.h - the forwarding database of a VLAN group: which member each
 * station was seen behind last (IEEE 802.1Q-2018 section 8.8).
 *
 * One fixed table for all threads that carry frames, without lock: a lookup touches two
 * cache lines, learning what is known already as many. Stations live in sets of eight; the
 * set follows from a secret, so that nobody can fill one by choice. What is full stays as
 * it is: known stations keep their places, new ones are flooded to and not learned.
 *
 * It does not decide what becomes of a frame (forward.h), nor whether a station that moves
 * all the time is to be believed (dampening.h): it says what it saw. Time comes as whole
 * seconds from any start but 0. Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_FDB_H
#define ETHERIP_BRIDGE_FDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fdb;

#define FDB_MEMBERS_MAX	64	/* of a group; a member is a number below it */
#define FDB_NONE	0xffu	/* no member */

#define FDB_LIMIT_MAX	(UINT32_C(1) << 20)	/* stations */
#define FDB_LIMIT	16384u
#define FDB_AGEING_S	300u	/* as 802.1Q recommends */

/* A station: its address, the first octet highest, of 48 bits, and the VLAN of the tag of
 * its frames; 0: they have none. */
struct fdb_key {
	uint64_t mac;
	uint16_t vlan;
};

static inline bool
fdb_key_equal(const struct fdb_key *a, const struct fdb_key *b)
{
	return a->mac == b->mac && a->vlan == b->vlan;
}

struct fdb_config {
	uint32_t limit;		/* stations that are learned, 1..FDB_LIMIT_MAX */
	uint32_t ageing_s;	/* without a frame, then it is forgotten; 0: never */
};

struct fdb *fdb_new(const struct fdb_config *c);
/* Takes *pf; nobody uses it any more. NULL is harmless. */
void fdb_free(struct fdb **pf);

/* The limit of one member, below that of all; 0: none of its own. */
void fdb_set_member_limit(struct fdb *f, unsigned member, uint32_t limit);
/* From now on. */
void fdb_set_ageing(struct fdb *f, uint32_t ageing_s);

/* ---- any thread ---- */

/* The member behind which it is; FDB_NONE: not known, or too long ago. */
unsigned fdb_find(const struct fdb *f, const struct fdb_key *k, uint32_t now_s);

enum fdb_seen {
	FDB_KNOWN,	/* it is where it was */
	FDB_NEW,
	FDB_MOVED,	/* *was tells where from */
	FDB_PINNED,	/* it was seen here, and is to be looked for where it is pinned
			 * (*was) */
	FDB_FULL	/* there is no room for it */
};

/* A frame came from it, by that member. Of threads that see it move at once one is told
 * FDB_MOVED. was may be NULL. */
enum fdb_seen fdb_learn(struct fdb *f, const struct fdb_key *k,
    unsigned member, uint32_t now_s, unsigned *was);

/* ---- one thread at a time, beside those ---- */

/* Why a station stays where it is, whatever is seen, and is not forgotten with time;
 * or'ed. */
enum {
	FDB_STATIC	= 0x1,	/* configured; not flushed either */
	FDB_FROZEN	= 0x2,	/* its move is under way */
	FDB_DAMPED	= 0x4	/* it moved too often */
};

/* It is behind that member from now on, with these pins and no others. False: there is no
 * room; limits are not asked. */
bool fdb_put(struct fdb *f, const struct fdb_key *k, unsigned member,
    unsigned pins, uint32_t now_s);
/* Adds and takes away pins of a station that is known. False: it is not. */
bool fdb_pin(struct fdb *f, const struct fdb_key *k, unsigned add,
    unsigned take);
/* Forgets it. False: it was not known. */
bool fdb_remove(struct fdb *f, const struct fdb_key *k);
/* Forgets all that is behind a member (FDB_NONE: behind any), but for what is configured.
 * Returns how many. */
size_t fdb_flush(struct fdb *f, unsigned member);
/* Forgets what is too old among the next `sets` sets of eight, from where it stopped last,
 * round and round. Returns how many. To be called so often that it comes round within the
 * ageing time: fdb_sets says how many there are. */
size_t fdb_sweep(struct fdb *f, size_t sets, uint32_t now_s);
size_t fdb_sets(const struct fdb *f);

struct fdb_station {
	struct fdb_key key;
	unsigned member, pins;
	uint32_t seen_s;	/* when last, of the clock that fdb_learn is told */
};

/* All that is known of one; from any thread. False: as fdb_find's FDB_NONE. */
bool fdb_get(const struct fdb *f, const struct fdb_key *k, uint32_t now_s,
    struct fdb_station *out);

/* Calls fn for each that is not too old, in no order. Who comes or goes meanwhile may be
 * told or not; nobody twice. */
void fdb_each(const struct fdb *f, uint32_t now_s,
    void (*fn)(void *arg, const struct fdb_station *s), void *arg);

/* Stations that are there; FDB_NONE: behind any member. What is too old counts until it is
 * swept. */
uint32_t fdb_count(const struct fdb *f, unsigned member);

#endif
