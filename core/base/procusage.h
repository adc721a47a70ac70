/* core/base/procusage.h - what a process of this machine uses, as the kernel
 * tells it (proc(5)). Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_PROCUSAGE_H
#define CORE_BASE_PROCUSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct procusage {
	double		 cpu_s;		/* of all its threads, user and system */
	uint64_t	 resident;	/* octets of memory */
	/* Descriptors, and how many there may be. Both 0 when the kernel does not
	 * tell us: the process is another user's by now. */
	uint64_t	 fds, fds_max;
};

/* False when there is no such process. Some 50 us, but on kernels before 6.2
 * 0.2 us more for each descriptor. */
bool procusage_read(pid_t pid, struct procusage *out);

#endif
