/* wom/flow/flowshare.h - what may be copied from: what the peer has, or is sure to get
 * before.
 *
 * A block that was just sent is in our history, but in the peer's only when it has taken
 * it; and streams overtake each other. So what waits to be taken counts as shared for
 * later blocks of its own stream, which cannot be decoded before it, and for other
 * streams when it has been taken: else most blocks of many streams at once would be
 * asked for again.
 *
 * A peer with less room has lost what is old. When it lacks several blocks in a short
 * while, what is older is taken for lost, too, or each would cost a round trip to find
 * out. Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWSHARE_H
#define WOM_FLOW_FLOWSHARE_H

#include <stddef.h>
#include <stdint.h>

struct blockid;
struct flow;
struct flowblock;
struct history;

/* A block of f's is to be encoded next. Costs nothing as long as it is always the same
 * one's, else some 100 ns for each block that both of them wait for. */
void flowshare_begin(struct flow *f);
/* It was, to len octets; it waits to be taken as b. */
void flowshare_sent(struct flow *f, struct flowblock *b, const uint8_t *encoded,
    size_t len);
/* The peer has taken it. */
void flowshare_taken(struct flow *f, const struct flowblock *b);
/* The peer lacks these. *score goes up with each, and down with each block that is
 * taken; 0 at first. */
void flowshare_lost(struct history *h, unsigned *score,
    const struct blockid *names, size_t count);
/* f is no more; what was not taken may never be. */
void flowshare_forget(struct flow *f);

#endif
