/* wom/codec/dedupdomain.h - streams of one peer that are not to learn of each other by
 * what de-duplication saves.
 *
 * Who may send through a tunnel sees how long that takes, and so whether what he sends
 * was there before; with a guess at what others have sent he could try it. So each
 * domain is for itself: names of blocks are others in it, anchors stand elsewhere,
 * and nothing that is another's is read. What all share is the room: how much others
 * send can still be felt, what they send cannot. It has a number that both ends make
 * of its name; 0 is that of streams that name none. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_DEDUPDOMAIN_H
#define WOM_CODEC_DEDUPDOMAIN_H

#include <stdint.h>

struct blockid_key;
struct encoder_config;

/* The number of a name under the sites' secret. */
uint64_t dedupdomain_of(struct blockid_key *k, const char *name);
/* All that is encoded, decoded and looked for with history, index and key from now on is
 * of that domain; at first it is 0. Cheap when it is the same as before. */
void dedupdomain_enter(const struct encoder_config *c, uint64_t domain);

#endif
