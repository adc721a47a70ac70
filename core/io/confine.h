/* core/io/confine.h - what a process gives up for good once it knows what it needs:
 * other users' rights, capabilities, calls of the system, folders to write to. So
 * a fault in it is a fault in it alone.
 *
 * Each is asked for apart, before the process has threads, and holds for all that
 * come after. A kernel that lacks one is no error: that is told, and the rest
 * counts. With this, the owner of libseccomp. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_CONFINE_H
#define CORE_IO_CONFINE_H

#include <stddef.h>
#include <stdint.h>

struct err;

/* Of capabilities(7), as bits: CONFINE_CAP(CAP_NET_ADMIN). */
#define CONFINE_CAP(n)	(UINT64_C(1) << (n))

/* Becomes the user and its groups, for good; what is kept of capabilities are those
 * of caps that it has. Name NULL: stays who it is. 0; ERR_NOTFOUND, ERR_DENIED, ERR_IO. */
int confine_user(const char *name, uint64_t caps, struct err *e);

#define CONFINE_BUT_BPF	1u

/* Refuses (EPERM) what no server of ours ever does: run programs, trace, mount,
 * load code into the kernel, change who one is, look into other processes, and the
 * calls that would go past this (io_uring). What is refused is listed and not what
 * is allowed, for what libc calls changes from release to release; the unit file
 * has the other list. but: 0, or CONFINE_BUT_BPF for who puts programs into the kernel's
 * network. 0; ERR_UNSUPPORTED, ERR_IO: the kernel takes no filter. */
int confine_calls(unsigned but, struct err *e);

/* Refuses (EPERM) every call but these, by their numbers (SYS_…): for a small process whose
 * calls are known. Those that this architecture has not (-1) count for nothing. 0;
 * as confine_calls. */
int confine_only(const int *calls, size_t count, struct err *e);

/* From here on writes, cuts (Linux 6.2 and later), makes and removes files below these
 * folders alone (those that are not there, NULL: nothing), moves none from folder to
 * folder, and executes none; reads as before. 0;
 * ERR_UNSUPPORTED: a kernel without Landlock; ERR_IO. */
int confine_files(const char *const *folders, size_t count, struct err *e);

#endif
