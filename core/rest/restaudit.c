/* core/rest/restaudit.c - see restaudit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restaudit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restpeer.h"

#define AHEAD		((size_t)64 << 10)	/* taken beyond what is needed */
#define TAIL_FIRST	((size_t)64 << 10)
#define TAIL_MAX	((size_t)64 << 20)

struct restaudit {
	unsigned	 magic;
#define RESTAUDIT_MAGIC	0x2ea0d17fu
	int		 fd;
	char		*path;
	size_t		 len;		/* of the file when it was last seen */
	size_t		 reserved;	/* up to here the disk has room */
	char		*late;		/* a line that could not be written */
	bool		 dirty;		/* not synced */
};

static int
fail(const struct restaudit *a, struct err *e)
{
	return err_sys(e, errno, "audit file %s", a->path);
}

/* Looks how long it is; somebody may have emptied it, and the room is gone. */
static int
look(struct restaudit *a, struct err *e)
{
	struct stat st;

	if (fstat(a->fd, &st) == -1)
		return fail(a, e);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_IO, "audit file %s: is no regular file",
		    a->path);
	if ((size_t)st.st_size < a->len)
		a->reserved = 0;
	a->len = (size_t)st.st_size;
	return 0;
}

struct restaudit *
restaudit_new(const char *path, struct err *e)
{
	struct restaudit *a = mem_zalloc(1, sizeof(*a));

	a->magic = RESTAUDIT_MAGIC;
	a->path = mem_strdup(path);
	a->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (a->fd == -1) {
		(void)fail(a, e);
		restaudit_free(&a);
	} else if (look(a, e) != 0) {
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
	free(a->late);
	free(a->path);
	a->magic = 0;
	free(a);
}

/* ---- the last change on record ---- */

static uint64_t
change_in(const char *line, size_t len)
{
	struct json *j;
	int64_t n = 0;

	if (memmem(line, len, "\"change\":", 9) == NULL)
		return 0;
	j = json_parse(line, len, NULL);
	if (j != NULL)
		n = json_get_int(json_find(j, "change"));
	json_free(&j);
	return n > 0 ? (uint64_t)n : 0;
}

/* Whole lines from the last backwards; numbers go up, so that the first that
 * has one decides. */
static uint64_t
change_in_lines(const char *text, size_t len)
{
	uint64_t n = 0;

	while (n == 0 && len > 0) {
		const char *end = memrchr(text, '\n', len - 1);
		size_t start = end != NULL ? (size_t)(end - text) + 1 : 0;

		n = change_in(text + start, len - start);
		len = start;
	}
	return n;
}

uint64_t
restaudit_last(const struct restaudit *a)
{
	size_t want = TAIL_FIRST;
	uint64_t n = 0;

	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	while (n == 0) {
		size_t len = want < a->len ? want : a->len;
		char *text = mem_zalloc(1, len + 1);
		ssize_t got = pread(a->fd, text, len, (off_t)(a->len - len));

		if (got > 0)
			n = change_in_lines(text, (size_t)got);
		free(text);
		if (len == a->len || want >= TAIL_MAX)
			break;
		want *= 8;
	}
	return n;
}

/* ---- lines ---- */

struct json *
restaudit_record(const struct restaudit_entry *en, struct json **changes)
{
	struct json *j = json_new_object();

	json_put_int(j, "time", en->time);
	if (en->peer != NULL) {
		json_put_int(j, "uid", en->peer->uid);
		if (*en->peer->user != '\0')
			json_put_text(j, "user", en->peer->user);
		json_put_text(j, "role", restpeer_role_name(en->peer->role));
		if (*en->peer->from != '\0')
			json_put_text(j, "from", en->peer->from);
	}
	json_put_text(j, "method", en->method);
	json_put_text(j, "path", en->path);
	json_put_int(j, "result", en->result);
	if (en->message != NULL)
		json_put_text(j, "message", en->message);
	json_put_int(j, "serial", (int64_t)en->serial);
	if (en->change != 0)
		json_put_int(j, "change", (int64_t)en->change);
	if (*changes != NULL)
		json_put(j, "changes", changes);
	return j;
}

/* Room beyond the size limit can be taken and not be used. */
static int
check_limit(const struct restaudit *a, size_t len, struct err *e)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) == -1 ||
	    limit.rlim_cur == RLIM_INFINITY || a->len + len <= limit.rlim_cur)
		return 0;
	errno = EFBIG;
	return fail(a, e);
}

/* Where no room can be taken, room that is free now is the best there is. */
static int
check_free(const struct restaudit *a, size_t len, struct err *e)
{
	struct statvfs v;

	if (fstatvfs(a->fd, &v) == -1)
		return fail(a, e);
	if (v.f_bavail > (len + AHEAD) / v.f_frsize)
		return 0;
	errno = ENOSPC;
	return fail(a, e);
}

static int
take_room(struct restaudit *a, size_t len, struct err *e)
{
	size_t want = len + AHEAD;
	int rc = check_limit(a, len, e);

	if (rc != 0)
		return rc;
	if (a->len + len <= a->reserved)
		return 0;
	if (fallocate(a->fd, FALLOC_FL_KEEP_SIZE, (off_t)a->len,
	    (off_t)want) == -1) {
		if (errno == EOPNOTSUPP || errno == ENOSYS)
			return check_free(a, len, e);
		want = len;
		if (fallocate(a->fd, FALLOC_FL_KEEP_SIZE, (off_t)a->len,
		    (off_t)want) == -1)
			return fail(a, e);
	}
	a->reserved = a->len + want;
	return 0;
}

/* A line that a crash cut short is ended, so that the next one starts on its
 * own. */
static int
end_last_line(struct restaudit *a, struct err *e)
{
	char last;
	int rc = look(a, e);

	if (rc != 0 || a->len == 0 ||
	    pread(a->fd, &last, 1, (off_t)a->len - 1) != 1 || last == '\n')
		return rc;
	if (write(a->fd, "\n", 1) == 1)
		return look(a, e);
	return fail(a, e);
}

static int
write_line(struct restaudit *a, const char *line, struct err *e)
{
	char *text;
	size_t len;
	ssize_t n;
	int rc = end_last_line(a, e);

	if (rc != 0)
		return rc;
	text = mem_printf("%s\n", line);
	len = strlen(text);
	a->dirty = true;
	errno = ENOSPC;			/* what a short write means here */
	n = write(a->fd, text, len);
	if (n >= 0 && (size_t)n == len) {
		a->len += len;
	} else {
		rc = fail(a, e);
		/* Half a line is worse than none; failing this, it is ended. */
		if (n > 0)
			(void)!ftruncate(a->fd, (off_t)a->len);
	}
	free(text);
	return rc;
}

/* A line that did not get there at its time. */
static int
catch_up(struct restaudit *a, struct err *e)
{
	int rc = 0;

	if (a->late != NULL)
		rc = write_line(a, a->late, e);
	if (rc == 0) {
		free(a->late);
		a->late = NULL;
	}
	return rc;
}

int
restaudit_reserve(struct restaudit *a, size_t len, struct err *e)
{
	int rc;

	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	rc = catch_up(a, e);
	if (rc == 0)
		rc = end_last_line(a, e);
	return rc != 0 ? rc : take_room(a, len + 1, e);
}

int
restaudit_append(struct restaudit *a, const char *line, struct err *e)
{
	int rc;

	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	rc = catch_up(a, e);
	if (rc == 0)
		rc = write_line(a, line, e);
	if (rc != 0 && a->late == NULL)
		a->late = mem_strdup(line);
	return rc;
}

int
restaudit_sync(struct restaudit *a, struct err *e)
{
	int rc;

	OBJ_CHECK(a, RESTAUDIT_MAGIC);
	rc = catch_up(a, e);
	if (rc != 0 || !a->dirty)
		return rc;
	if (fdatasync(a->fd) == -1)
		return fail(a, e);
	a->dirty = false;
	return 0;
}
