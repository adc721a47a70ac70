/* wom/flow/flowsocket.h - LAN sockets of flows: how they are made, kept and ended.
 *
 * Layer: wom/flow; its .c knows IP_TRANSPARENT. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_FLOW_FLOWSOCKET_H
#define WOM_FLOW_FLOWSOCKET_H

#include <stdint.h>

#include "core/base/addr.h"

/* Starts a connection to dest, non-blocking, whose packets have a mark (0: none); from
 * the address of source, though it is another host's, when that has a family: its port,
 * too, when nobody has it. fd >= 0, or -1 with errno: EPERM, EADDRNOTAVAIL and
 * EADDRINUSE are about source and mark. */
int flowsocket_connect(const struct addrport *dest,
    const struct addrport *source, uint32_t mark);
/* How a LAN socket is to be from here on: no waiting for more, a peer that has
 * vanished is found out, and should this process die it ends with RST. */
void flowsocket_prepare(int fd);
/* Ends it with RST. */
void flowsocket_reset(int fd);
/* Ends it as it is: what was written still goes out. */
void flowsocket_close(int fd);
/* Smoothed round trip time as the kernel sees it; 0: not known. */
uint32_t flowsocket_rtt_us(int fd);

#endif
