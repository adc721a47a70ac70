/* core/io/parcel.h - messages with descriptors between two processes of one
 * machine: whole, in order, over SOCK_SEQPACKET UNIX sockets (unix(7),
 * SCM_RIGHTS). Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_PARCEL_H
#define CORE_IO_PARCEL_H

#include <stddef.h>
#include <sys/types.h>

#define PARCEL_FDS_MAX	64

/* What came. */
struct parcel {
	void		*data;		/* room of cap octets, the caller's */
	size_t		 cap, len;
	int		 fds[PARCEL_FDS_MAX];	/* close-on-exec, 3 and above */
	size_t		 fd_count;
};

struct err;

/* Listens at path with mode 0600, in the place of a socket that nobody listens
 * at any more. ret the descriptor, or ERR_BUSY, ERR_EXISTS (a file that is no
 * socket), ERR_RANGE (the path is too long) or ERR_IO. */
int parcel_listen(const char *path, struct err *e);
/* Connects. ret the descriptor, or -1 with errno; ENOENT and ECONNREFUSED:
 * nobody listens. */
int parcel_connect(const char *path);

/* Sends one message now; the descriptors stay the caller's. ret 0, or -1 with
 * errno. */
int parcel_send(int fd, const void *data, size_t len, const int *fds,
    size_t fd_count);

/* Waits for the next message, timeout_ms at most (0: not at all). The
 * descriptors are the caller's. ret 1; 0 = the other end has closed; -1 with
 * errno, ETIMEDOUT among them, and EMSGSIZE for what has no room. */
int parcel_receive(int fd, struct parcel *p, int timeout_ms);
/* Closes the descriptors that nobody took (set to -1). */
void parcel_close_fds(struct parcel *p);

/* An unnamed file with that content, to be sent. ret the descriptor, or -1 with
 * errno. */
int parcel_file(const char *name, const void *octets, size_t len);

/* Who is at the other end of an accepted connection: 0, or -1 with errno. */
int parcel_peer(int fd, pid_t *pid, uid_t *uid);

#endif
