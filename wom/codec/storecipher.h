/* wom/codec/storecipher.h - what a store looks like on a disk that others may come by:
 * its octets and heads under keys of its own, made from the operator's and from
 * what the file has drawn.
 *
 * AES-256 in XTS mode (NIST SP 800-38E), a unit for each block and each head, with a
 * tweak that says which one it is. XTS needs no room for tags and has no number that
 * must not come twice, which a store that may be put back from a copy or lose its last
 * writes could not promise; that nothing was changed is told by the blocks' names, a
 * MAC under a secret that is not on that disk (blockid.h). What is left to see:
 * how full the store is, and, with two copies of it, which places were written in
 * between. One owner; no lock. Layer: wom/codec; its .c owns OpenSSL's EVP here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_STORECIPHER_H
#define WOM_CODEC_STORECIPHER_H

#include <stddef.h>
#include <stdint.h>

#define STORECIPHER_KEY		32	/* octets of the operator's key */
#define STORECIPHER_SALT	16	/* that the file has drawn, in clear there */
#define STORECIPHER_MARK	8
#define STORECIPHER_CHECK	16
#define STORECIPHER_UNIT_MIN	16	/* octets */

struct storecipher;

/* What is sealed, which nothing else that is sealed is at the same time. */
struct storecipher_unit {
	enum { STORECIPHER_OCTETS, STORECIPHER_HEAD } kind;
	uint64_t number, place;
};

/* NULL: OpenSSL gives none of it here. Some 10 us. */
struct storecipher *storecipher_new(const uint8_t key[STORECIPHER_KEY],
    const uint8_t salt[STORECIPHER_SALT]);
/* Takes *pc and wipes it; NULL is harmless. */
void storecipher_free(struct storecipher **pc);

/* len octets (STORECIPHER_UNIT_MIN to 2^24) from in to out, which may be the same;
 * len is the same both ways. Allocates nothing. */
void storecipher_seal(struct storecipher *c, const struct storecipher_unit *u,
    const uint8_t *in, size_t len, uint8_t *out);
void storecipher_open(struct storecipher *c, const struct storecipher_unit *u,
    const uint8_t *in, size_t len, uint8_t *out);

/* By which a file shows under which key it is, STORECIPHER_MARK octets that may be
 * seen; and a key of checks (siphash.h) within what is sealed. */
const uint8_t *storecipher_mark(const struct storecipher *c);
const uint8_t *storecipher_check_key(const struct storecipher *c);

#endif
