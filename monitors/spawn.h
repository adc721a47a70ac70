/* monitors/spawn.h - starts a program: alone in a process group of its own,
 * without privileges, without our descriptors, signals and environment.
 *
 * The memory of this process is neither copied nor, once the call has returned,
 * shared; it does not matter how many threads there are. Who starts a program
 * watches its pidfd and reaps it (program.h). Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SPAWN_H
#define MONITORS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Who a program runs as: neither root nor this process's own user. */
struct spawn_user {
	uid_t		 uid;
	gid_t		 gid;
	const gid_t	*groups;	/* supplementary */
	size_t		 count;
};

struct spawn {
	const char	*path;		/* absolute */
	char *const	*argv, *const *envp;	/* NULL at the end */
	int		 out;		/* becomes its standard output */
	int		 null;		/* of /dev/null: where there is no in, err */
	int		 in, err;	/* its input and errors; 0 = none */
	const struct spawn_user *user;	/* NULL: nobody */
};

/* May we? Only as another user than ours: what runs as that is trusted with our
 * control socket, our files and our memory. Root may, and who has CAP_SETUID and
 * CAP_SETGID. */
bool spawn_may(void);

/*
 * spawn_start - the program runs, or it does not.
 *
 * out    *pidfd  readable when it has ended; close-on-exec, the caller's
 * ret    pid, which is also the number of its process group, or -1 with errno
 *        (of execve, too: it is waited for)
 * does   session and group of its own; becomes its user, else nobody (65534)
 *        without other groups; no capabilities, no new privileges; working
 *        directory /, umask 077, 1,024 descriptors at most, no core files;
 *        killed when the thread that calls this ends
 */
pid_t spawn_start(const struct spawn *s, int *pidfd);

#endif
