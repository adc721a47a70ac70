/* core/io/unixsock.h - sockets at a path: one that listens in the place of a
 * process that is gone, and who connects to it.
 *
 * All are close-on-exec. Layer: core/io, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_UNIXSOCK_H
#define CORE_IO_UNIXSOCK_H

#include <sys/types.h>

struct err;

/*
 * unixsock_listen - a socket that listens at a path; not blocking.
 *
 * A socket that nobody listens at any more is replaced; nothing else is. Nobody
 * can connect before the file has its mode.
 * type     SOCK_STREAM or SOCK_SEQPACKET
 * backlog  who may wait to be accepted
 * ret      the descriptor; ERR_BUSY, ERR_EXISTS (a file that is no socket),
 *          ERR_RANGE (the path is too long) or ERR_IO, with a sentence that
 *          starts with the path. Then no socket of ours is left there.
 */
int unixsock_listen(const char *path, int type, mode_t mode, int backlog,
    struct err *e);

/* Connects; type may have SOCK_NONBLOCK beside. ret the descriptor, or -1 with
 * errno; ENOENT and ECONNREFUSED: nobody listens. */
int unixsock_connect(const char *path, int type);

#endif
