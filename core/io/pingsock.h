/* core/io/pingsock.h - a socket that sends ICMP echoes and hears what comes of
 * them, for one family.
 *
 * A raw socket where the process may have one (CAP_NET_RAW), which hears routers,
 * too; else a ping socket (net.ipv4.ping_group_range), to which the system gives
 * an ident of its own and no replies but those to it. Which one it is decides how
 * core/wire/icmpecho.h reads it. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_PINGSOCK_H
#define CORE_IO_PINGSOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Non-blocking and close-on-exec; a raw one is given echo replies, unreachable
 * destinations and exceeded times only. family: AF_INET or AF_INET6. Gives
 * fd >= 0 and *raw, or -1 with errno. */
int pingsock_open(uint8_t family, bool *raw);

#endif
