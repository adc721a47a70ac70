/* etherip/bpf/bpfpins.c - see bpfpins.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfpins.h"

#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

bool
bpfpins_make(const char *pins)
{
	char path[BPFPINS_PATH];
	size_t len = strlen(pins), at;
	struct statfs fs;

	if (len == 0 || len >= sizeof(path) || pins[0] != '/')
		return false;
	memcpy(path, pins, len + 1);
	for (at = len; statfs(path, &fs) != 0; path[at] = '\0') {
		while (at > 1 && path[at] != '/')
			at--;
		if (errno != ENOENT || at <= 1)
			return false;
	}
	if ((unsigned long)fs.f_type != BPF_FS_MAGIC)
		return false;
	for (at = 1; at <= len; at++) {
		if (pins[at] != '/' && pins[at] != '\0')
			continue;
		memcpy(path, pins, at);
		path[at] = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

const char *
bpfpins_path(char path[BPFPINS_PATH], const char *pins, const char *name)
{
	(void)snprintf(path, BPFPINS_PATH, "%s/%s", pins, name);
	return path;
}

void
bpfpins_remove(const char *pins)
{
	DIR *d = opendir(pins);
	char path[BPFPINS_PATH];
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, "eip_", 4) == 0)
			(void)unlink(bpfpins_path(path, pins, entry->d_name));
	(void)closedir(d);
	(void)rmdir(pins);
}
