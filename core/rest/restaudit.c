/* core/rest/restaudit.c - see restaudit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restaudit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

struct restaudit {
	unsigned	 magic;
#define RESTAUDIT_MAGIC	0x2ea0d17fu
	int		 fd;
	char		*path;
	uint64_t	 serial;
	int64_t		 real_s;
};

/* A line that a crash or a full disk cut short is ended, so that the next one
 * starts on its own. */
static int
end_last_line(const struct restaudit *a)
{
	struct stat st;
	char last;

	if (fstat(a->fd, &st) == -1)
		return -1;
	if (st.st_size == 0 || pread(a->fd, &last, 1, st.st_size - 1) != 1 ||
	    last == '\n')
		return 0;
	return write(a->fd, "\n", 1) == 1 ? 0 : -1;
}

struct restaudit *
restaudit_new(const char *path, struct err *e)
{
	struct restaudit *a = mem_zalloc(1, sizeof(*a));

	a->magic = RESTAUDIT_MAGIC;
	a->path = mem_strdup(path);
	a->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (a->fd == -1) {
		(void)err_sys(e, errno, "audit file %s", path);
		restaudit_free(&a);
	}
	return a;
}

void
restaudit_free(struct restaudit **pa)
{
	struct restaudit *a = *pa;

	*pa = NULL;
	if (a == NULL)
		return;
	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	if (a->fd != -1)
		(void)close(a->fd);
	free(a->path);
	a->magic = 0;
	free(a);
}

void
restaudit_mark(struct restaudit *a, uint64_t serial, int64_t real_s)
{
	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	a->serial = serial;
	a->real_s = real_s;
}

static struct json *
record(const struct restaudit *a, const struct restrequest *q,
    const struct restreply *r)
{
	struct json *j = json_new_object();

	json_put_int(j, "time", a->real_s);
	json_put_int(j, "uid", q->peer.uid);
	if (*q->peer.user != '\0')
		json_put_text(j, "user", q->peer.user);
	json_put_text(j, "role", restpeer_role_name(q->peer.role));
	if (*q->peer.from != '\0')
		json_put_text(j, "from", q->peer.from);
	json_put_text(j, "method", restrequest_method_name(q->method));
	json_put_text(j, "path", q->target);
	json_put_int(j, "result", r->status);
	if (r->status >= 400)
		json_put_text(j, "message", json_get_text(json_find(r->body,
		    "message")));
	json_put_int(j, "serial", (int64_t)a->serial);
	return j;
}

int
restaudit_write(struct restaudit *a, const struct restrequest *q,
    const struct restreply *r, struct json **changes, struct err *e)
{
	struct json *j = record(a, q, r);
	char *line, *text;
	size_t len;
	ssize_t n = -1;

	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	if (*changes != NULL)
		json_put(j, "changes", changes);
	line = json_line(j);
	text = mem_printf("%s\n", line);
	len = strlen(text);
	errno = ENOSPC;			/* what a short write means here */
	if (end_last_line(a) == 0)
		n = write(a->fd, text, len);
	free(text);
	free(line);
	json_free(&j);
	if (n < 0 || (size_t)n != len || fdatasync(a->fd) == -1)
		return err_sys(e, errno, "audit file %s", a->path);
	return 0;
}
