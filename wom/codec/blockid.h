/* wom/codec/blockid.h - the name of a block: 16 octets that say what is in it.
 *
 * GMAC (NIST SP 800-38D) under a key that the two sites of a trust domain share
 * and nobody else knows, with a fixed nonce: a universal hash. Whoever chooses
 * the octets of two different blocks without having seen a name gives them the
 * same one with a chance of len / 2^131 at most; names cross the WAN inside TLS only.
 * So a guest cannot make a block that stands for another, and the same octets
 * have the same name whoever sent them first. Some 5 GB/s a core.
 *
 * Within a trust domain there are smaller ones, whose streams are not to know of each
 * other (dedupdomain.h): each has a nonce of its own, so that the same octets have
 * another name in each.
 *
 * One for each thread. Layer: wom/codec; its .c owns OpenSSL's EVP here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_BLOCKID_H
#define WOM_CODEC_BLOCKID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BLOCKID_OCTETS	16
#define BLOCKID_SECRET	16

struct blockid {
	uint8_t octets[BLOCKID_OCTETS];
};

struct blockid_key;

/* NULL: OpenSSL gives no AES-128-GCM here. */
struct blockid_key *blockid_key_new(const uint8_t secret[BLOCKID_SECRET]);
/* Takes *pk; NULL is harmless. */
void blockid_key_free(struct blockid_key **pk);

/* The name of len octets at data in the domain that was entered last, 0 at first.
 * Allocates nothing. */
struct blockid blockid_of(struct blockid_key *k, const void *data, size_t len);
/* The same in a certain domain. */
struct blockid blockid_in(struct blockid_key *k, uint64_t domain,
    const void *data, size_t len);
void blockid_key_enter(struct blockid_key *k, uint64_t domain);

static inline bool
blockid_equal(const struct blockid *a, const struct blockid *b)
{
	return memcmp(a->octets, b->octets, BLOCKID_OCTETS) == 0;
}

#endif
