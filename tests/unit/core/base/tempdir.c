/* tests/unit/core/base/tempdir.c - see tempdir.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/base/tempdir.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tempdir tempdir;

void
tempdir_make(struct tempdir *t)
{
	const char *base = getenv("TMPDIR"), *made;

	(void)snprintf(t->path, sizeof(t->path), "%s/unit-test-XXXXXX",
	    base != NULL ? base : "/tmp");
	made = mkdtemp(t->path);
	assert(made != NULL);
}

/* The directories of these tests are two deep. */
static void
remove_tree(const char *path, int depth)
{
	DIR *d = opendir(path);
	const struct dirent *en;
	char sub[512];

	assert(depth < 4);
	while (d != NULL && (en = readdir(d)) != NULL) {
		if (strcmp(en->d_name, ".") == 0 ||
		    strcmp(en->d_name, "..") == 0)
			continue;
		(void)snprintf(sub, sizeof(sub), "%s/%s", path, en->d_name);
		if (unlink(sub) == -1)
			remove_tree(sub, depth + 1);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(path);
}

void
tempdir_remove(struct tempdir *t)
{
	remove_tree(t->path, 0);
}

int
tempdir_set_up(void **state)
{
	(void)state;
	tempdir_make(&tempdir);
	return 0;
}

int
tempdir_tear_down(void **state)
{
	(void)state;
	tempdir_remove(&tempdir);
	return 0;
}

const char *
tempdir_file(const struct tempdir *t, const char *name)
{
	static char turns[8][160];
	static unsigned turn;
	char *text = turns[turn++ % 8];

	(void)snprintf(text, sizeof(turns[0]), "%s/%s", t->path, name);
	return text;
}

void
tempdir_write(const char *path, const void *octets, size_t len)
{
	FILE *f = fopen(path, "we");
	size_t n;

	assert(f != NULL);
	n = fwrite(octets, 1, len, f);
	assert(n == len);
	(void)fclose(f);
}

char *
tempdir_read(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text;
	size_t n;

	if (f == NULL)
		return NULL;
	text = calloc(1, (1u << 20) + 1);
	n = fread(text, 1, 1u << 20, f);
	(void)fclose(f);
	if (len != NULL)
		*len = n;
	return text;
}
