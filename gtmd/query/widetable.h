/* gtmd/query/widetable.h - wide IPs by name: exact names first, then patterns.
 *
 * One writer (the control loop), any number of readers without locks: an
 * open-addressing table whose slots are published one by one, so that adding or
 * removing one name costs the same among ten and among 100,000. Removed
 * entries are freed after a grace period. Every ancestor of a wide IP's name is
 * there too, as an empty non-terminal (RFC 8020).
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WIDETABLE_H
#define GTMD_QUERY_WIDETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/wire/dnsname.h"
#include "gtmd/types/recordtype.h"

struct decision_slot;
struct err;
struct wide;

#define WIDETABLE_ALIKE_MAX	64	/* patterns, see widetable_put */

struct widetable;

struct widetable *widetable_new(void);
void widetable_free(struct widetable **pt);

/* Control loop. domain is text and may be a pattern ('*' any run of octets,
 * '?' one octet, dots included). ERR_EXISTS: several full paths may not share a
 * domain and type. ERR_PARSE: no domain name. ERR_RANGE: more than
 * WIDETABLE_ALIKE_MAX patterns that differ only between their first and their
 * last '*' or '?' (each query would have to try them all). Readers see the
 * name as soon as the call returns. Cost: the same at any size, labels + 1
 * look-ups. */
int widetable_put(struct widetable *t, const char *domain, enum wide_type type,
    struct decision_slot *slot, struct err *e);
void widetable_remove(struct widetable *t, const char *domain,
    enum wide_type type);

/*
 * Readers. The entry of this exact name, else of the most specific pattern
 * (most literal octets) that matches and has a slot of some type; NULL.
 * name is lower-case wire form of len octets, hash its dnsname_hash.
 */
const struct wide *widetable_find(const struct widetable *t,
    const uint8_t *name, size_t len, uint64_t hash);

/* For a batch: ask for the memory first, then look at it. Hints only. */
void widetable_prefetch(const struct widetable *t, uint64_t hash);
void widetable_prefetch_entry(const struct widetable *t, uint64_t hash);

/* Is the name an ancestor of some wide IP's name (and not one itself)? */
bool widetable_is_ancestor(const struct widetable *t, const uint8_t *name,
    size_t len, uint64_t hash);

/* Does the name exist here, as a wide IP's exact name or an ancestor? */
bool widetable_check(const struct widetable *t, const uint8_t *name,
    size_t len, uint64_t hash);

/* The closest name at or above this one that has a wide IP: the apex of its
 * own zone when no served zone is closer. For a pattern it is the literal
 * suffix. Returns its octets (a suffix of name), 0 when there is none. */
size_t widetable_find_apex(const struct widetable *t, const uint8_t *name,
    size_t len);

#endif
