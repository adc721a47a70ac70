/* monitors/programfile.c - see programfile.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/programfile.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static const char *folder = PROGRAMFILE_FOLDER;

void
programfile_set_folder(const char *path)
{
	folder = path;
}

const char *
programfile_folder(void)
{
	return folder;
}

/* A name that cannot lead anywhere else, nor be taken for an option. */
static bool
is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+";

	return *text != '\0' && *text != '.' && *text != '-' &&
	    strlen(text) <= NAME_MAX && text[strspn(text, letters)] == '\0';
}

char *
programfile_path(const char *run, struct err *e)
{
	return programfile_path_in(folder, run, e);
}

char *
programfile_path_in(const char *in, const char *run, struct err *e)
{
	static const char common[] = "/Common/";
	size_t len = strlen(in);
	const char *name = run;

	if (strncmp(run, common, sizeof(common) - 1) == 0)
		name = run + sizeof(common) - 1;
	else if (strncmp(run, in, len) == 0 && run[len] == '/')
		name = run + len + 1;
	else if (*run == '/') {
		(void)err_set(e, ERR_RANGE, "%.255s is not in %s, where the "
		    "programs are that may be run", run, in);
		return NULL;
	}
	if (is_name(name))
		return mem_printf("%s/%s", in, name);
	(void)err_set(e, ERR_RANGE, "\"%.255s\" is not the name of a program "
	    "in %s: letters, digits and . _ - +", name, in);
	return NULL;
}

static int
tell(struct err *e, int sys_errno, const char *path, const char *what)
{
	(void)err_set(e, ERR_IO, "%.255s: %s", path, what);
	return sys_errno;
}

/* One part of a path; last is the file itself. */
static int
check_part(const char *path, bool last, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return tell(e, errno, path, strerrordesc_np(errno));
	if (S_ISLNK(st.st_mode))
		return tell(e, ELOOP, path, "is a symbolic link");
	if (st.st_uid != 0)
		return tell(e, EPERM, path, "is not owned by root");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 &&
	    (last || (st.st_mode & S_ISVTX) == 0))
		return tell(e, EPERM, path, "others than root may write it");
	if (!last)
		return S_ISDIR(st.st_mode) ? 0 :
		    tell(e, ENOTDIR, path, strerrordesc_np(ENOTDIR));
	if (!S_ISREG(st.st_mode))
		return tell(e, EACCES, path, "is not a regular file");
	if ((st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
		return tell(e, EACCES, path, "is not executable");
	return 0;
}

int
programfile_check(const char *path, struct err *e)
{
	char part[PATH_MAX];
	const char *slash = path;
	int rc = strlen(path) < sizeof(part) ? check_part("/", false, e) :
	    tell(e, ENAMETOOLONG, path, strerrordesc_np(ENAMETOOLONG));

	while (rc == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		rc = check_part(part, false, e);
	}
	return rc != 0 ? rc : check_part(path, true, e);
}
