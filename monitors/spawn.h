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
#include <sys/types.h>

struct spawn {
	const char	*path;		/* absolute */
	char *const	*argv, *const *envp;	/* NULL at the end */
	int		 out;		/* becomes its standard output */
	int		 null;		/* of /dev/null: input and errors */
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
 * does   session and group of its own; becomes nobody (65534), no
 *        supplementary groups, no capabilities, no new privileges; working
 *        directory /, umask 077, 1,024 descriptors at most, no core files;
 *        killed when the thread that calls this ends
 */
pid_t spawn_start(const struct spawn *s, int *pidfd);

#endif
