/* core/io/filesync.h - makes a file's octets durable (fdatasync) in a thread of
 * its own, while the loop goes on.
 *
 * One sync at a time; its end is told in the loop's thread. The thread touches
 * nothing but the descriptor. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_FILESYNC_H
#define CORE_IO_FILESYNC_H

struct err;
struct filesync;
struct loop;

/* A sync has ended: 0, or an errno. May begin the next one. */
typedef void filesync_fn(void *arg, int sys_errno);

/* NULL with a sentence in e when the system refuses thread or descriptor. */
struct filesync *filesync_new(struct loop *l, filesync_fn *done, void *arg,
    struct err *e);
/* One that is under way is waited for and not told. NULL is harmless. */
void filesync_free(struct filesync **pf);

/* Begins; fd stays the caller's, and open until done was called. While another
 * is under way: asserted. */
void filesync_start(struct filesync *f, int fd);
/* Waits for the end of the one under way, and tells it. */
void filesync_wait(struct filesync *f);

#endif
