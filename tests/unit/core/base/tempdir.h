/* tests/unit/core/base/tempdir.h - a directory for one test, and files in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_BASE_TEMPDIR_H
#define TESTS_UNIT_CORE_BASE_TEMPDIR_H

#include <stddef.h>

struct tempdir {
	char	path[64];
};

void tempdir_make(struct tempdir *t);
/* With all that is in it, a few directories deep. */
void tempdir_remove(struct tempdir *t);

/* The same as fixtures of a test or a group, with one directory for all. */
extern struct tempdir tempdir;
int tempdir_set_up(void **state);
int tempdir_tear_down(void **state);

/* "PATH/name" in one of a few buffers that take turns. */
const char *tempdir_file(const struct tempdir *t, const char *name);
void tempdir_write(const char *path, const void *octets, size_t len);
/* For the caller to free; NULL when there is no such file. */
char *tempdir_read(const char *path, size_t *len);

#endif
