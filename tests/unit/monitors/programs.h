/* tests/unit/monitors/programs.h - a folder of small programs that tests make
 * and that root alone may write.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_PROGRAMS_H
#define TESTS_UNIT_MONITORS_PROGRAMS_H

#include <limits.h>
#include <sys/types.h>

struct programs_folder {
	char	path[64];
	char	file[PATH_MAX];		/* the newest */
};

/* Makes one, which monitors' programs are in from here on. Skips the test when
 * its user is not root: nobody else's programs are run. */
void programs_open(struct programs_folder *f);
/* A shell script of this name with this mode; its path. */
const char *programs_write(struct programs_folder *f, const char *name,
    const char *script, mode_t mode);
/* Removes it, and all that is in it. */
void programs_close(struct programs_folder *f);

#endif
