/* core/base/procusage.c - see procusage.h. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/procusage.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_ROOM	64

static const char *
path_of(pid_t pid, const char *what, char path[PATH_ROOM])
{
	(void)snprintf(path, PATH_ROOM, "/proc/%ld/%s", (long)pid, what);
	return path;
}

static bool
read_cpu(pid_t pid, struct procusage *out)
{
	struct timespec t;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &t) == -1)
		return false;
	out->cpu_s = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	return true;
}

/* The second number of statm, in pages. */
static bool
read_memory(pid_t pid, struct procusage *out)
{
	char path[PATH_ROOM];
	unsigned long long pages = 0;
	FILE *f = fopen(path_of(pid, "statm", path), "re");
	bool well;

	if (f == NULL)
		return false;
	well = fscanf(f, "%*s %llu", &pages) == 1;
	(void)fclose(f);
	out->resident = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return well;
}

/* New kernels tell the count as the folder's size. */
static uint64_t
count_fds(pid_t pid)
{
	char path[PATH_ROOM];
	uint64_t n = 0;
	struct stat st;
	DIR *d;

	if (stat(path_of(pid, "fd", path), &st) == 0 && st.st_size > 0)
		return (uint64_t)st.st_size;
	d = opendir(path);
	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n > 2 ? n - 2 : 0;	/* without . and .. */
}

bool
procusage_read(pid_t pid, struct procusage *out)
{
	struct rlimit limit;

	*out = (struct procusage){ .fds = 0 };
	if (!read_cpu(pid, out) || !read_memory(pid, out))
		return false;
	out->fds = count_fds(pid);
	if (out->fds != 0 && prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == 0)
		out->fds_max = limit.rlim_cur;
	return true;
}
