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
#include "core/model/checksum.h"
#include "core/model/statefile.h"

#define HEAD_MAX	96	/* octets of a header line with its end */
#define HEAD_START	"#commit "
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

static uint64_t
check_of(uint64_t number, const char *body, size_t len)
{
	uint64_t h = CHECKSUM_START;

	for (int shift = 0; shift < 64; shift += 8)
		h = checksum_add(h, &(uint8_t){ (uint8_t)(number >> shift) },
		    1);
	return checksum_add(h, body, len);
}

static size_t
format_head(char head[HEAD_MAX], uint64_t number, const char *body,
    size_t len)
{
	int n = snprintf(head, HEAD_MAX, HEAD_START "%" PRIu64
	    " length %zu check %016" PRIx64 "\n", number, len,
	    check_of(number, body, len));

	return (size_t)n;
}

/*
 * Is there a whole record at text? Then *number and the length of header and
 * body. The header must be what we would write for this body, to the octet.
 */
static bool
whole_record(const char *text, size_t len, struct journal_record *r,
    size_t *head_len)
{
	char head[HEAD_MAX];
	char *end;

	if (len < sizeof(HEAD_START) ||
	    memcmp(text, HEAD_START, sizeof(HEAD_START) - 1) != 0)
		return false;
	r->number = strtoull(text + sizeof(HEAD_START) - 1, &end, 10);
	if (strncmp(end, " length ", 8) != 0)
		return false;
	r->len = strtoull(end + 8, &end, 10);
	*head_len = (size_t)(end - text) + sizeof(" check 0123456789abcdef");
	if (*head_len > len || r->len > len - *head_len)
		return false;
	r->body = text + *head_len;
	return format_head(head, r->number, r->body, r->len) == *head_len &&
	    memcmp(head, text, *head_len) == 0;
}

/* Does a whole record start anywhere in text? */
static bool
holds_record(const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	struct journal_record r;
	size_t head;

	while ((p = memmem(p, (size_t)(end - p), HEAD_START,
	    sizeof(HEAD_START) - 1)) != NULL) {
		if (whole_record(p, (size_t)(end - p), &r, &head))
			return true;
		p++;
	}
	return false;
}

/* Walks whole records with ascending numbers. Returns where that ends. */
static size_t
scan(const char *text, size_t len, uint64_t *next, journal_record_fn *fn,
    void *arg)
{
	struct journal_record r;
	unsigned line = 1;
	size_t off = 0, head;
	uint64_t want = 0;

	while (whole_record(text + off, len - off, &r, &head) &&
	    (want == 0 || r.number == want)) {
		r.line = line + 1;
		want = r.number + 1;
		if (fn != NULL)
			fn(arg, &r);
		for (size_t i = 0; i < head + r.len; i++)
			line += text[off + i] == '\n';
		off += head + r.len;
	}
	*next = want != 0 ? want : 1;
	return off;
}

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
	whole = scan(text, len, &next, NULL, NULL);
	if (holds_record(text + whole, len - whole)) {
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
		(void)scan(text, whole, &next, fn, arg);
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
		whole = scan(text, len, &next, NULL, NULL);
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
	whole = scan(text, len < j->len ? len : j->len, &next, NULL, NULL);
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

/* Header and body as they stand in the file, for the caller to free. */
static char *
format_record(const struct journal *j, const char *body, size_t len,
    size_t *whole)
{
	char head[HEAD_MAX], *text;
	size_t head_len = format_head(head, j->next, body, len);

	text = mem_zalloc(1, head_len + len);
	memcpy(text, head, head_len);
	memcpy(text + head_len, body, len);
	*whole = head_len + len;
	return text;
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
	text = format_record(j, body, len, &whole);
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
	char *text = format_record(j, body, len, &whole);
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
