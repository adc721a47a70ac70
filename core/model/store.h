/* core/model/store.h - where the configuration lives: load, commit, watch.
 *
 * The state is the configuration file plus the journal of changes since. Each
 * commit is on disk before it is acknowledged; a journal cut anywhere replays
 * to the last acknowledged change. Behind it stands a back end, today a
 * directory (store_dir.h). One thread. Layer: core/model.
 *
 * Who gives it a syncer makes commits share syncs: a commit then counts at once,
 * and is acknowledged when syncer.settled says so. Commits that come while a
 * sync is under way share the next one. When a sync fails, all that is not
 * acknowledged is taken back, the latest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STORE_H
#define CORE_MODEL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct draft;
struct err;
struct model;
struct object;
struct schema;
struct store;
struct store_backend;
struct strbuf;

/* One object before and after a commit; NULL = was not there, is gone. */
struct store_change {
	const struct object	*was, *now;
};

/* Called after each commit or load, on the control loop, with only what
 * really changed. The objects live until the call returns; keep one with
 * object_ref. */
typedef void store_watch_fn(void *arg, const struct store_change *changes,
    size_t count);

/*
 * Asked before a checked draft counts: prepare makes ready what the change
 * needs from outside (opens sockets, reads zone files) and may still refuse it
 * by adding errors to out and returning a negative code; settle then says
 * whether the change was made (before the watchers are called) or dropped.
 * settle follows each prepare that returned 0.
 */
struct store_gate {
	int	(*prepare)(void *arg, const struct draft *d, struct diag *out);
	void	(*settle)(void *arg, bool made);
	void	*arg;
};

/*
 * Who says what goes on record beside the objects: one line with each commit,
 * on disk together with it or not at all. What the lines mean is theirs.
 */
struct store_noter {
	/* The line for these changes, which now holds (freed by the store), or
	 * NULL with e filled: then nothing is committed. */
	char	*(*note)(void *arg, const struct store_change *changes,
		    size_t count, const struct draft *now, struct err *e);
	/* Before records are made one or thrown away: adds the lines that are
	 * still needed, each with its end. Not 0: the records stay. */
	int	(*keep)(void *arg, struct strbuf *lines, struct err *e);
	void	*arg;
};

/* Who makes a file's octets durable, elsewhere. */
struct store_syncer {
	/* Begins a sync of fd, whose end store_synced is told; no other begins
	 * before that. */
	void	(*start)(void *arg, int fd);
	/* Returns when store_synced was told of the one under way. */
	void	(*wait)(void *arg);
	/* Commits up to this one are acknowledged; or, with e, all are gone that
	 * were not, up to this one, and the model is as if they had not been. */
	void	(*settled)(void *arg, uint64_t upto, const struct err *e);
	void	*arg;
};

/* Takes the back end. */
struct store *store_new(const struct schema *s, struct store_backend **pb);
void store_free(struct store **ps);

/*
 * store_load - read everything, check it, and make it the model.
 *
 * The first time and for each reload. All findings go to out. On error the
 * model stays what it was and nothing is watched. lenient: what we do not
 * know or support is listed as a warning and skipped.
 */
int store_load(struct store *s, bool lenient, struct diag *out);

/* Takes *pd when it succeeds: checked, journaled, synced unless there is a
 * syncer, then applied and told to the watchers. ERR_CONFLICT when an object it
 * edits was changed by another commit since. On error nothing changes and *pd
 * stays the caller's. */
int store_commit(struct store *s, struct draft **pd, struct diag *out);

/*
 * store_verify - would store_commit take this draft? Changes nothing.
 *
 * As far as one can tell without writing: all checks, then the gate. All
 * findings go to out. ret 0, or the code of the first error.
 */
int store_verify(struct store *s, struct draft *d, struct diag *out);

/* A line without a change, just as durable. */
int store_note(struct store *s, const char *line, struct err *e);
/* All lines on record, oldest first. */
int store_notes(struct store *s, void (*fn)(void *arg, const char *line),
    void *arg, struct err *e);

/*
 * From one process to another, with no moment at which a change could be lost.
 *
 * The holder lends: from there on it refuses to write (ERR_BUSY). The heir has
 * read meanwhile as a guest, which never writes, and takes the lock: what it
 * read is what there is, or it is refused. Then either the heir owns and the
 * holder has left, for good; or the heir is gone and the holder regains.
 */

/* ret the descriptor of the lock, which stays ours; ERR_BUSY when it is lent
 * already, ERR_DENIED without a state directory, ERR_UNSUPPORTED. */
int store_lend(struct store *s, struct err *e);
void store_regain(struct store *s);
/* Only to be freed now, which leaves all files alone. */
void store_leave(struct store *s);
/* Takes the descriptor of a lock that is held, also when it fails. ret 0,
 * ERR_CONFLICT, ERR_IO, ERR_NOSPACE. */
int store_take(struct store *s, int lock_fd, struct err *e);
/* What loading left to be written is, with findings in out. */
void store_own(struct store *s, struct diag *out);

/* Writes the configuration file anew from the model and empties the journal. */
int store_save(struct store *s, struct err *e);

/* A private copy to edit, then commit or free; and what counts now, borrowed
 * until the next commit. */
struct draft *store_draft(struct store *s);
const struct model *store_model(const struct store *s);
/* +1 with every commit or load that changed something. */
uint64_t store_serial(const struct store *s);
/* Octets of journal since the last save. */
size_t store_pending(const struct store *s);
void store_watch(struct store *s, store_watch_fn *fn, void *arg);
/* This watcher is told no more; not from within one. */
void store_unwatch(struct store *s, store_watch_fn *fn, const void *arg);
/* At most one noter; NULL takes it away. n is copied. While there is none,
 * records that hold lines are not thrown away. */
void store_noter(struct store *s, const struct store_noter *n);
/* At most one syncer; NULL takes it away. y is copied. A back end that knows no
 * groups goes without. */
void store_syncer(struct store *s, const struct store_syncer *y);
/* The sync that the syncer was asked for has ended so: 0, or an errno. */
void store_synced(struct store *s, int sys_errno);
/* Returns when nothing waits any more, however that ended. Loads, saves, notes
 * and lending begin with it. */
void store_settle(struct store *s);
/* The number of the latest commit, as long as it is not acknowledged; else 0. */
uint64_t store_waits_for(const struct store *s);
/* For watchers: are they told of what is taken back? */
bool store_goes_back(const struct store *s);
/* At most one gate; NULL takes it away. g is copied. */
void store_gate(struct store *s, const struct store_gate *g);

#endif
