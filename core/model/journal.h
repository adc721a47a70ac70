/* core/model/journal.h - a file of records that are on disk before anybody is
 * told so.
 *
 *	#commit 17 length 234 check 0123456789abcdef
 *	… 234 octets, which end with a line end …
 *
 * Numbers go up by one. The check covers number and octets, so a record is
 * whole or it is not. What is not whole and has no whole record behind it is a
 * write that a crash cut off: nobody was told that it succeeded, and it is cut.
 * What is not whole and has whole records behind it is damage, and an error.
 * Zeros behind the last record are room for the next ones.
 *
 * A record is appended, and then it is on disk; or it is written, and one sync
 * later makes all that was written before it durable, wherever that sync is
 * made: what waits for it counts for nothing until then.
 * What the octets mean is the caller's. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_JOURNAL_H
#define CORE_MODEL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct err;
struct journal;

struct journal_record {
	uint64_t	 number;
	const char	*body;		/* terminated, borrowed */
	size_t		 len;
	unsigned	 line;		/* of the body's first octet, from 1 */
};

typedef void journal_record_fn(void *arg, const struct journal_record *r);

/* Opens or makes it. ret 0, ERR_IO or ERR_NOSPACE. */
int journal_open(const char *path, struct journal **pj, struct err *e);
void journal_close(struct journal **pj);

/* Opens another process's journal, which may only be read. ret 0 or ERR_IO. */
int journal_peek(const char *path, struct journal **pj, struct err *e);
/* The peeked journal is ours to write. ERR_CONFLICT when what it holds is not
 * what was read, ERR_IO; then it is as it was. */
int journal_inherit(struct journal *j, struct err *e);
/* It is another process's from here on: closes without touching the file. */
void journal_leave(struct journal **pj);
const char *journal_path(const struct journal *j);

/*
 * journal_read - all records, in order. While nothing waits, as all below.
 *
 * A torn tail is cut off, with a warning; what it held is kept in PATH.cut.
 * ret 0, or ERR_IO, ERR_NOSPACE, or ERR_PARSE when a record is damaged: then
 * fn was called for none, and the finding names the record and its offset.
 */
int journal_read(struct journal *j, journal_record_fn *fn, void *arg,
    struct diag *out);

/*
 * journal_append - one more record; on disk when this returns 0.
 *
 * On error (ERR_NOSPACE, ERR_IO) the journal is what it was. After a sync that
 * failed the kernel's word about the file counts for nothing: it is written
 * anew, from what passes its checks, before the next record.
 */
int journal_append(struct journal *j, const char *body, size_t len,
    struct err *e);

/*
 * journal_write - one more record, which waits for a sync.
 *
 * Not while journal_must_settle (asserted). On error (ERR_NOSPACE, ERR_IO) the
 * journal is what it was, and what waits goes on waiting.
 */
int journal_write(struct journal *j, const char *body, size_t len,
    struct err *e);
/* Nothing may be written before what waits is settled. */
bool journal_must_settle(const struct journal *j);

/* The next sync is for all that is written by now: the descriptor to be synced,
 * by any thread. Until journal_sync_end no other begins. */
int journal_sync_begin(struct journal *j);
/* That sync has ended so: with 0, or with an errno. Then all that waits, also
 * what was written since, is gone, and ERR_IO or ERR_NOSPACE comes back. */
int journal_sync_end(struct journal *j, int sys_errno, struct err *e);

/* Octets of all its records. */
size_t journal_len(const struct journal *j);

/* One record in place of all there are, so that a journal does not grow for
 * ever: a crash leaves the old ones or the new one. On error the old stay. */
int journal_replace(struct journal *j, const char *body, size_t len,
    struct err *e);

/* Forgets all records, durably. */
int journal_clear(struct journal *j, struct err *e);

#endif
