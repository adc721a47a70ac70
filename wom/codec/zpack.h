/* wom/codec/zpack.h - octets through zstd, when that makes fewer of them.
 *
 * What cannot be compressed (encrypted, or compressed already) is recognised by
 * samples all over it, and costs hardly anything.
 * One for each thread. Layer: wom/codec; its .c owns zstd's header.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_ZPACK_H
#define WOM_CODEC_ZPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZPACK_LEVEL_MIN	(-7)	/* fastest */
#define ZPACK_LEVEL_MAX	19

struct zpack;

struct zpack *zpack_new(void);
/* Takes *pz; NULL is harmless. */
void zpack_free(struct zpack **pz);

/* How hard to try, ZPACK_LEVEL_MIN..ZPACK_LEVEL_MAX: zstd's levels. */
void zpack_set_level(struct zpack *z, int level);

/* Packs len octets of in to out (room for len): how many there are now, or 0:
 * they would not be fewer. */
size_t zpack_pack(struct zpack *z, const void *in, size_t len, void *out);
/* Unpacks to exactly want octets of out; false: these octets do not give them.
 * Uses no more memory for what claims to need more. */
bool zpack_unpack(struct zpack *z, const void *in, size_t len, void *out,
    size_t want);

#endif
