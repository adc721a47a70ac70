/* wom/flow/flowin.h - from the peer to the LAN: blocks are decoded and written.
 *
 * What cannot be decoded is asked for again, some times; nothing is ever written of
 * a block that was not right as a whole. The peer gets its credit back for what the
 * socket has taken. Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWIN_H
#define WOM_FLOW_FLOWIN_H

#include "wom/flow/flow.h"

/* Writes, and takes one block at most. */
enum flow_step flowin_step(struct flow *f);

#endif
