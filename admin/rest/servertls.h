/* admin/rest/servertls.h - TLS of a server (core/io/tls.h), with a deadline on
 * every step.
 *
 * Blocks the calling thread, each connection in its own. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_SERVERTLS_H
#define ADMIN_REST_SERVERTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/clock.h"

struct err;
struct servertls;
struct servertls_peer;

/* PEM texts, not kept. NULL with a sentence when they do not read or do not fit
 * each other. */
struct servertls *servertls_new(const char *cert, const char *key,
    struct err *e);
void servertls_free(struct servertls **pt);

/* Shakes hands on a non-blocking descriptor, which stays the caller's. Nothing
 * is allocated before the first octet came. NULL when that fails or takes
 * longer than until (clock_system's monotonic time). */
struct servertls_peer *servertls_accept(struct servertls *t, int fd,
    mono_ns until);
/* Says goodbye when that takes no waiting. NULL is harmless. */
void servertls_free_peer(struct servertls_peer **pp);

/* Octets read, at most cap; 0 = the peer has ended or broken off, -1 = until
 * has passed. */
ssize_t servertls_read(struct servertls_peer *p, void *octets, size_t cap,
    mono_ns until);
/* All of it is on its way, or false: broken off or too slow. */
bool servertls_write(struct servertls_peer *p, const void *octets, size_t len,
    mono_ns until);

/* The last call of a thread that has used the above: what the library keeps for
 * it ends here and not while the process ends. */
void servertls_leave_thread(void);

#endif
