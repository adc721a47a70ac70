/* admin/rest/loginlog.c - see loginlog.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/loginlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/rest/users.h"
#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/model/json.h"

static char *
make_line(const struct loginlog_event *ev, real_s now)
{
	struct json *j = json_new_object();
	char from[ADDR_TEXT_MAX], *text, *line;

	json_put_int(j, "time", now);
	json_put_text(j, "event", ev->what);
	json_put_text(j, "user", users_check_name(ev->user) ? ev->user : "?");
	json_put_text(j, "from", addr_format(ev->from, from));
	json_put_text(j, "result", ev->result);
	text = json_line(j);
	line = mem_printf("%s\n", text);
	free(text);
	json_free(&j);
	return line;
}

static int
append(int fd, const char *line, bool matters, struct err *e)
{
	size_t len = strlen(line);
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, errno, "size");
	if (!matters && (size_t)st.st_size > LOGINLOG_MAX)
		return err_set(e, ERR_NOSPACE, "over %zu octets: failures are "
		    "no longer recorded, move the file away", LOGINLOG_MAX);
	errno = ENOSPC;			/* what a short write means here */
	if (write(fd, line, len) != (ssize_t)len || fdatasync(fd) == -1)
		return err_sys(e, errno, "writing");
	return 0;
}

void
loginlog_write(const char *path, const struct loginlog_event *ev, real_s now)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	char *line = make_line(ev, now);
	struct err e = { 0 };
	int rc;

	if (fd == -1)
		rc = err_sys(&e, errno, "opening");
	else
		rc = append(fd, line, strcmp(ev->result, "ok") == 0, &e);
	if (rc != 0)
		log_at(LOG_ERROR, "rest", path, "unwritten", "%s", e.text);
	if (fd != -1)
		(void)close(fd);
	free(line);
}
