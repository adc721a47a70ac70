/* gtmd/migrate/migjournal.h - the record of one run of a migration, on disk.
 *
 * One file a run, one event a record, a record one line of JSON in the frame of
 * core/model/journal.h: numbered, with a check, so that it is whole or is not.
 * Nothing is ever taken back or written over. What counts is written before
 * anybody acts on it. Control loop only. Layer: gtmd/migrate.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGJOURNAL_H
#define GTMD_MIGRATE_MIGJOURNAL_H

#include <stddef.h>
#include <stdint.h>

struct diag;
struct err;
struct json;
struct migevent;
struct migjournal;
struct migstate;

/* One of all records, in their order; ev is borrowed. m has ev folded in. */
typedef void migjournal_fn(void *arg, const struct migstate *m,
    const struct migevent *ev, uint64_t number);

struct migjournal_reader {
	migjournal_fn	*fn;
	void		*arg;
};

/*
 * migjournal_open - makes the file, or reads it and folds what it holds.
 *
 * in     reader  its fn is called for each record; NULL = nobody
 * out    pm  the state: PLANNED for a new file. For the caller to free
 * ret    0; ERR_IO, ERR_NOSPACE; ERR_PARSE, ERR_CONFLICT … when a record is
 *        damaged, is not to be understood or does not fit those before it: the
 *        findings say which, nothing is made and nothing changed
 *
 * A tail that a crash cut off was acted on by nobody, and goes, with a warning.
 */
int migjournal_open(const char *path, const struct migjournal_reader *reader,
    struct migjournal **pj, struct migstate **pm, struct diag *out);
/* Reads another process's, or one that has ended; pj as of migjournal_open, but
 * that nothing can be put until migjournal_inherit. NULL for pj: only read. */
int migjournal_peek(const char *path, const struct migjournal_reader *reader,
    struct migjournal **pj, struct migstate **pm, struct diag *out);
/* It is ours to write from here on. ERR_CONFLICT when it was written since it
 * was read: open it anew; ERR_IO. */
int migjournal_inherit(struct migjournal *j, struct err *e);
/* Takes *pj; NULL is harmless. leave: it is another process's from here on, and
 * the file is not touched. */
void migjournal_close(struct migjournal **pj);
void migjournal_leave(struct migjournal **pj);

/*
 * migjournal_put - one more event: on disk when this returns, and folded into m.
 *
 * Takes ev's spec as migstate_fold does. A SAMPLE waits for the sync of the next
 * event, or of migjournal_settle: a crash may lose it.
 * ret    0, or ERR_CONFLICT (does not fit), ERR_IO, ERR_NOSPACE with a sentence:
 *        then nothing has happened, neither on disk nor in m
 */
int migjournal_put(struct migjournal *j, struct migstate *m, struct migevent *ev,
    struct err *e);
/* What was written is on disk. ret 0, ERR_IO, ERR_NOSPACE. */
int migjournal_settle(struct migjournal *j, struct err *e);
/* Octets of all records. */
size_t migjournal_len(const struct migjournal *j);

#endif
