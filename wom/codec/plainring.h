/* wom/codec/plainring.h - blocks of an encrypted store that are at hand in clear, in
 * a memory of a fixed size.
 *
 * A ring: what comes in takes the place of what came in longest ago, unless that has
 * been asked for since it was passed over last. What was given out stays where it is
 * until plainring_rest says that nobody looks at it any more. The memory is the
 * same for ever, so that nothing is paid to the system after the first round.
 * One owner; no lock. Layer: wom/codec, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_PLAINRING_H
#define WOM_CODEC_PLAINRING_H

#include <stddef.h>
#include <stdint.h>

#define PLAINRING_ALIGN	4096	/* octets; pieces take whole ones */

struct plainring;

/* Of so many octets (taken from the system as they are used), for blocks that are
 * known by numbers below slots. NULL with errno: no such mapping. */
struct plainring *plainring_new(size_t octets, uint32_t slots);
/* Takes *pr; NULL is harmless. */
void plainring_free(struct plainring **pr);

/* The octets of a block, which stay until plainring_rest; NULL: they are not here. */
const uint8_t *plainring_find(struct plainring *r, uint32_t slot);
/* Room for the len octets (rounded up, all of which may be written) of a block that is
 * not here, and is from now on; they stay as above. NULL: what is here has been given
 * out, all of it. */
uint8_t *plainring_take(struct plainring *r, uint32_t slot, size_t len);
/* That block is no more, if it was here. */
void plainring_forget(struct plainring *r, uint32_t slot);
/* Nothing that was given out is looked at any more. */
void plainring_rest(struct plainring *r);

#endif
