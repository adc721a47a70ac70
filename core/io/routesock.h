/* core/io/routesock.h - asks the kernel about its routing, and has it changed.
 *
 * The kernel answers within the call that asks, so none of this waits.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_ROUTESOCK_H
#define CORE_IO_ROUTESOCK_H

#include <stdint.h>

struct addr;
struct routemsg;
struct routemsg_way;

/* A close-on-exec descriptor, the caller's; or -1 with errno. */
int routesock_open(void);

/* Sends m, which asks to be acknowledged. 0, or the errno of what the kernel
 * says: EPERM without CAP_NET_ADMIN. */
int routesock_change(int fd, struct routemsg *m);

/* The way of a packet with this mark. 0, or the errno: there is none. */
int routesock_way(int fd, const struct addr *to, uint32_t mark,
    struct routemsg_way *out);

#endif
