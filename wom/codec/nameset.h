/* wom/codec/nameset.h - which blocks a site knows, in few octets, for a peer that
 * has just come: what both know need not be sent.
 *
 * The first 48 bits of each name, ascending, as differences; of a million names
 * 30 bits each. Names are as good as random, so that of a million blocks
 * here and a million there the chance that even one is taken for another is 1 in
 * 256; then the peer says that it lacks it. docs/notes/wom-store.md has the form
 * octet by octet. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_NAMESET_H
#define WOM_CODEC_NAMESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMESET_HEAD		6	/* octets of an empty one */
#define NAMESET_NAMES_MAX	(UINT32_C(1) << 20)
#define NAMESET_OCTETS_MAX	(NAMESET_HEAD + 4 * (size_t)NAMESET_NAMES_MAX)

struct history;

/* Writes what h holds to out, which has room for cap (at least NAMESET_HEAD; no
 * more than NAMESET_OCTETS_MAX is used): the newest blocks, as many as fit. Returns
 * how many octets that took. Takes 8 octets of memory for each name, and some
 * 300 ns. */
size_t nameset_write(const struct history *h, uint8_t *out, size_t cap);

/* The peer has, as far as we know, what is in the set of len octets at in and
 * nothing else: each block of h is marked so. *shared is how many are. False:
 * it is no set, and h is as it was. */
bool nameset_mark(struct history *h, const uint8_t *in, size_t len,
    uint32_t *shared);

#endif
