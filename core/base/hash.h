/* core/base/hash.h - keyed 64-bit hash of octets, for tables in memory.
 *
 * Two secret words enter the product of each 16 octets, so that without them
 * nobody can prepare collisions; it is no message authentication. The value
 * differs between processes and byte orders: never store or send it.
 * Layer: core/base, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t k[2];
};

/* Spreads a seed over the key. Any seed is good, as long as it is secret. */
void hash_key_init(struct hash_key *key, uint64_t seed);

/* Hash of len octets at p (NULL when len is 0); reads nothing beyond them.
 * All 64 bits are fit for use as an index or a tag. No allocation. */
uint64_t hash_octets(const struct hash_key *key, const void *p, size_t len);

#endif
