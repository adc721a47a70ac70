/* tests/unit/monitors/programs.c - see programs.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/programs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitors/programfile.h"

void
programs_open(struct programs_folder *f)
{
	if (geteuid() != 0)
		skip();
	(void)snprintf(f->path, sizeof(f->path), "/tmp/gtm-programs-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(chmod(f->path, 0755), 0);
	programfile_set_folder(f->path);
}

const char *
programs_write(struct programs_folder *f, const char *name,
    const char *script, mode_t mode)
{
	FILE *to;

	(void)snprintf(f->file, sizeof(f->file), "%s/%s", f->path, name);
	to = fopen(f->file, "we");
	assert_non_null(to);
	(void)fprintf(to, "#!/bin/sh\n%s\n", script);
	assert_int_equal(fclose(to), 0);
	assert_int_equal(chmod(f->file, mode), 0);
	return f->file;
}

void
programs_close(struct programs_folder *f)
{
	DIR *d = opendir(f->path);
	struct dirent *en;

	programfile_set_folder(PROGRAMFILE_FOLDER);
	assert_non_null(d);
	while ((en = readdir(d)) != NULL)
		if (en->d_name[0] != '.')
			(void)unlinkat(dirfd(d), en->d_name, 0);
	(void)closedir(d);
	assert_int_equal(rmdir(f->path), 0);
}
