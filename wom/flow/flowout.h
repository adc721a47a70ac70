/* wom/flow/flowout.h - from the LAN to the peer: blocks are formed, encoded and given to
 * the session.
 *
 * A block goes as soon as nothing of its stream waits for the link; while something
 * does, it becomes fuller. So a keystroke goes at once, and what fills the link is in
 * whole blocks, without a timer. Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWOUT_H
#define WOM_FLOW_FLOWOUT_H

#include "wom/flow/flow.h"

/* Reads, and sends one block at most. */
enum flow_step flowout_step(struct flow *f);
/* A helper has packed a block of f's, which is in s: it goes. */
void flowout_packed(struct flow *f, const struct flowpack_slot *s);
/* The peer has taken some: what they were made of is not kept any longer. */
void flowout_taken(struct flow *f);
/* The peer lacks what a block copies from: it goes alone. */
enum flow_step flowout_again(struct flow *f);

#endif
