/* gtmd/drive/qmpstep.h - one step of a move between two QEMUs: a command and its
 * arguments, a wait, or the end.
 *
 * Pure. Layer: gtmd/drive, may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPSTEP_H
#define GTMD_DRIVE_QMPSTEP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/err.h"

struct json;
struct qmpseen_disk;
struct qmpseen_job;

enum qmpstep_side { QMPSTEP_FROM, QMPSTEP_TO };

struct qmpstep {
	enum qmpstep_what {
		QMPSTEP_SEND,		/* then a new round */
		QMPSTEP_WAIT,		/* a while, or for an event */
		QMPSTEP_END
	} what;
	/* Of a command. */
	enum qmpstep_side side;
	const char	*command;
	struct json	*arguments;	/* the caller's to free; NULL: none */
	bool		 may_fail;	/* its error changes nothing */
	/* Of waiting. */
	uint64_t	 octets, total;
	/* Of the end: a sentence, with code. Of waiting: what for. */
	struct err	 e;
	bool		 retry;
};

/* Each fills *s. */
void qmpstep_end(struct qmpstep *s, int code, bool retry, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void qmpstep_wait(struct qmpstep *s, const char *what);
/* A command without arguments, or one that names a URI of TCP. What the first
 * is for may have come to pass by itself. */
void qmpstep_plain(struct qmpstep *s, enum qmpstep_side side,
    const char *command);
void qmpstep_uri(struct qmpstep *s, enum qmpstep_side side,
    const char *command, const struct addrport *ap);
/* An NBD server at the other side; it may run already. */
void qmpstep_nbd(struct qmpstep *s, const struct addrport *listen);
/* A disk of the other side's, for everybody to write to. */
void qmpstep_export(struct qmpstep *s, const struct qmpseen_disk *d);
/* A disk of this side's, to the export of its name behind that address. When it
 * has ended it stays to be seen. */
void qmpstep_mirror(struct qmpstep *s, const struct qmpseen_disk *d,
    const struct addrport *to);
/* A mirror that is ready is let go; by force, whether ready or not. It may have
 * ended in the meantime. */
void qmpstep_let_go(struct qmpstep *s, const struct qmpseen_job *job,
    bool force);
/* A mirror that has ended is seen no more. */
void qmpstep_dismiss(struct qmpstep *s, const struct qmpseen_job *job);
/* Before a move: does it stop for its switch? */
void qmpstep_prepare(struct qmpstep *s, bool stops);
/* After that. */
void qmpstep_go_on(struct qmpstep *s);

#endif
