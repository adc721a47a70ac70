/* core/model/journal.c - see journal.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/journalrecord.h"
#include "core/model/statefile.h"

/* Zeros written ahead of the records. A sync then flushes octets alone, and not
 * also the file's new length and place: half the time on ext4. */
#define AHEAD		((size_t)512 << 10)

/* So far: octets, and the number that comes next. */
struct extent {
	size_t		 len;
	uint64_t	 next;
};

struct journal {
	unsigned	 magic;
#define JOURNAL_MAGIC	0x10c41001u
	char		*path;
	int		 fd;
	size_t		 len;		/* octets of records */
	size_t		 room;		/* octets in the file, zeros behind
					 * the records; 0 = nobody knows */
	uint64_t	 next;		/* number of the next record */
	struct extent	 synced;	/* what is acknowledged of it */
	struct extent	 under_way;	/* what a sync will acknowledge */
	bool		 syncing;
	bool		 suspect;	/* disk and cache may differ */
	bool		 peeked;	/* another process's: nothing is written */
};

static bool
waits(const struct journal *j)
{
	return j->syncing || j->len != j->synced.len;
}

/* All that is written is acknowledged. */
static void
acknowledge(struct journal *j)
{
	j->synced = (struct extent){ j->len, j->next };
}

/* Takes the descriptor. */
static struct journal *
make(const char *path, int fd)
{
	struct journal *j = mem_zalloc(1, sizeof(*j));

	j->magic = JOURNAL_MAGIC;
	j->path = mem_strdup(path);
	j->fd = fd;
	j->next = 1;
	acknowledge(j);
	return j;
}

int
journal_open(const char *path, struct journal **pj, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc;

	if (fd == -1)
		return err_sys(e, errno, "%s: cannot open", path);
	rc = statefile_sync_dir(path, e);
	if (rc != 0) {
		(void)close(fd);
		return rc;
	}
	*pj = make(path, fd);
	return 0;
}

int
journal_peek(const char *path, struct journal **pj, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return err_sys(e, errno, "%s: cannot open", path);
	*pj = make(path, fd);
	(*pj)->peeked = true;
	return 0;
}

void
journal_leave(struct journal **pj)
{
	struct journal *j = *pj;

	*pj = NULL;
	if (j == NULL)
		return;
	OBJ_CHECK(j, JOURNAL_MAGIC);
	(void)close(j->fd);
	free(j->path);
	j->magic = 0;
	free(j);
}

void
journal_close(struct journal **pj)
{
	struct journal *j = *pj;

	/* A file at rest is text to its end. Failing that, zeros do no harm. */
	if (j != NULL && j->room > j->len && !j->suspect && !j->peeked &&
	    ftruncate(j->fd, (off_t)j->len) == -1)
		j->room = 0;
	journal_leave(pj);
}

const char *
journal_path(const struct journal *j)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	return j->path;
}

/* What is left of a tail without the zeros at its end. */
static size_t
without_zeros(const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == '\0')
		len--;
	return len;
}

/* A torn tail: keeps what it was for whoever wants to know, and cuts it. */
static int
cut_tail(struct journal *j, const char *tail, size_t len, struct diag *out)
{
	char *keep;
	struct err e;

	if (j->peeked)
		return diag_error(out, NULL, ERR_BUSY, "%s: record %" PRIu64
		    " is being written by another process", j->path, j->next);
	keep = mem_printf("%s.cut", j->path);
	(void)statefile_write(keep, tail, len, NULL);
	free(keep);
	diag_warn(out, NULL, "%s: record %" PRIu64 " at offset %zu was cut off "
	    "by a crash before it was acknowledged; %zu octets dropped",
	    j->path, j->next, j->len, len);
	j->room = 0;
	if (ftruncate(j->fd, (off_t)j->len) == -1 || fsync(j->fd) == -1) {
		j->suspect = true;
		(void)err_sys(&e, errno, "%s: cannot cut", j->path);
		return diag_err(out, NULL, &e);
	}
	return 0;
}

int
journal_read(struct journal *j, journal_record_fn *fn, void *arg,
    struct diag *out)
{
	size_t len, tail, whole;
	uint64_t next;
	struct err e;
	char *text;
	int rc;

	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(!waits(j));
	rc = statefile_read_fd(j->fd, j->path, &text, &len, &e);
	if (rc != 0)
		return diag_err(out, NULL, &e);
	whole = journalrecord_scan(text, len, &next, NULL, NULL);
	if (journalrecord_within(text + whole, len - whole)) {
		rc = diag_error(out, NULL, ERR_PARSE, "%s: record %" PRIu64
		    " at offset %zu is damaged or missing", j->path, next,
		    whole);
		free(text);
		return rc;
	}
	j->len = whole;
	j->room = len;
	j->next = next > j->next ? next : j->next;
	acknowledge(j);
	tail = without_zeros(text + whole, len - whole);
	if (tail > 0)
		rc = cut_tail(j, text + whole, tail, out);
	if (rc == 0)
		(void)journalrecord_scan(text, whole, &next, fn, arg);
	free(text);
	return rc;
}

int
journal_inherit(struct journal *j, struct err *e)
{
	size_t len, whole;
	uint64_t next;
	char *text;
	int fd, rc;

	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(j->peeked);
	fd = open(j->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return err_sys(e, errno, "%s: cannot open", j->path);
	rc = statefile_read_fd(fd, j->path, &text, &len, e);
	if (rc == 0) {
		whole = journalrecord_scan(text, len, &next, NULL, NULL);
		if (whole != j->len || next != j->next ||
		    without_zeros(text, len) > whole)
			rc = err_set(e, ERR_CONFLICT, "%s: was written since "
			    "it was read", j->path);
		free(text);
	}
	if (rc != 0) {
		(void)close(fd);
		return rc;
	}
	(void)close(j->fd);
	j->fd = fd;
	j->room = len;
	j->peeked = false;
	return 0;
}

/* A new file has the name: it is the journal from here on. */
static int
reopen(struct journal *j, struct err *e)
{
	int fd = open(j->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return err_sys(e, errno, "%s: cannot open", j->path);
	(void)close(j->fd);
	j->fd = fd;
	j->room = 0;
	j->suspect = false;
	return 0;
}

/*
 * Writes the file anew from its records. The copy in the kernel's memory may
 * differ from the disk; but what passes its checks is what was acknowledged,
 * and the new file is synced before it takes the old one's place.
 */
static int
rewrite(struct journal *j, struct err *e)
{
	size_t len, whole;
	uint64_t next;
	char *text;
	int rc;

	rc = statefile_read_fd(j->fd, j->path, &text, &len, e);
	if (rc != 0)
		return rc;
	whole = journalrecord_scan(text, len < j->len ? len : j->len, &next, NULL, NULL);
	if (whole != j->len)
		rc = err_set(e, ERR_IO, "%s: acknowledged records are lost "
		    "behind offset %zu", j->path, whole);
	else
		rc = statefile_write(j->path, text, whole, e);
	free(text);
	return rc != 0 ? rc : reopen(j, e);
}

static int
write_at(const struct journal *j, size_t off, const char *p, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(j->fd, p + done, len - done,
		    (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/*
 * Zeros behind the records, for the next len octets and more. They are not
 * synced here: the next record's sync does it. Where there is no room for them
 * records are written without: slower, and down to the disk's last octet.
 */
static void
make_room(struct journal *j, size_t len)
{
	static const char zeros[4096];
	size_t off = j->len, goal = j->len + len + AHEAD;

	if (j->len + len <= j->room)
		return;
	goal -= goal % sizeof(zeros);
	if (fallocate(j->fd, 0, (off_t)off, (off_t)(goal - off)) == 0)
		while (off < goal && write_at(j, off, zeros, goal - off <
		    sizeof(zeros) ? goal - off : sizeof(zeros)) == 0)
			off += sizeof(zeros);
	j->room = goal;
	if (off >= goal)
		return;
	j->room = 0;
	if (ftruncate(j->fd, (off_t)j->len) == -1)
		j->suspect = true;
}

/* Takes back what was written behind the records. A file that a sync is made of
 * is not exchanged for another. */
static void
undo(struct journal *j)
{
	j->room = 0;
	if (ftruncate(j->fd, (off_t)j->len) == -1)
		j->suspect = true;
	if (j->suspect && !waits(j))
		(void)rewrite(j, NULL);
}

bool
journal_must_settle(const struct journal *j)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	return j->suspect && waits(j);
}

int
journal_write(struct journal *j, const char *body, size_t len, struct err *e)
{
	char *text;
	size_t whole;
	int rc = 0;

	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(!journal_must_settle(j));
	if (j->suspect && (rc = rewrite(j, e)) != 0)
		return rc;
	text = journalrecord_format(j->next, body, len, &whole);
	make_room(j, whole);
	if (write_at(j, j->len, text, whole) == -1) {
		rc = err_sys(e, errno, "%s: cannot write", j->path);
		undo(j);
	} else {
		j->len += whole;
		j->next++;
	}
	free(text);
	return rc;
}

int
journal_sync_begin(struct journal *j)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(!j->syncing);
	j->syncing = true;
	j->under_way = (struct extent){ j->len, j->next };
	return j->fd;
}

int
journal_sync_end(struct journal *j, int sys_errno, struct err *e)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(j->syncing);
	j->syncing = false;
	if (sys_errno == 0) {
		j->synced = j->under_way;
		return 0;
	}
	j->len = j->synced.len;
	j->next = j->synced.next;
	j->suspect = true;
	undo(j);
	return err_sys(e, sys_errno, "%s: cannot sync", j->path);
}

int
journal_append(struct journal *j, const char *body, size_t len,
    struct err *e)
{
	int rc;

	assert(!waits(j));
	rc = journal_write(j, body, len, e);
	if (rc != 0)
		return rc;
	rc = fdatasync(journal_sync_begin(j));
	return journal_sync_end(j, rc == -1 ? errno : 0, e);
}

size_t
journal_len(const struct journal *j)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	return j->len;
}

int
journal_replace(struct journal *j, const char *body, size_t len,
    struct err *e)
{
	size_t whole;
	char *text = journalrecord_format(j->next, body, len, &whole);
	int rc;

	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(!waits(j));
	rc = statefile_write(j->path, text, whole, e);
	free(text);
	if (rc == 0)
		rc = reopen(j, e);
	if (rc != 0) {
		/* Whichever file has the name now: what we hold open is
		 * complete, and is written to that name first of all. */
		j->suspect = true;
		return rc;
	}
	j->len = whole;
	j->next++;
	acknowledge(j);
	return 0;
}

int
journal_clear(struct journal *j, struct err *e)
{
	OBJ_CHECK(j, JOURNAL_MAGIC);
	assert(!waits(j));
	if (ftruncate(j->fd, 0) == -1)
		return err_sys(e, errno, "%s: cannot cut", j->path);
	j->len = j->room = 0;
	acknowledge(j);
	if (fsync(j->fd) == -1) {
		j->suspect = true;
		return err_sys(e, errno, "%s: cannot sync", j->path);
	}
	return 0;
}
