/* core/io/routesock.h - asks the kernel about its routing, and has it changed.
 *
 * The kernel answers within the call that asks, so none of this waits.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_ROUTESOCK_H
#define CORE_IO_ROUTESOCK_H

#include <stddef.h>
#include <stdint.h>

struct addr;
struct nlmsghdr;
struct routemsg;
struct routemsg_way;

/* A close-on-exec descriptor, the caller's; or -1 with errno. */
int routesock_open(void);

/* Sends m, which asks to be acknowledged. 0, or the errno of what the kernel
 * says: EPERM without CAP_NET_ADMIN. */
int routesock_change(int fd, struct routemsg *m);

/* Sends m, which asks for all there is of something (NLM_F_DUMP), and calls fn for each
 * message of the answer, whole and len octets long. 0, or the errno. */
int routesock_dump(int fd, struct routemsg *m,
    void (*fn)(void *arg, const struct nlmsghdr *h, size_t len), void *arg);

/* The way of a packet with this mark. 0, or the errno: there is none. */
int routesock_way(int fd, const struct addr *to, uint32_t mark,
    struct routemsg_way *out);

#endif
