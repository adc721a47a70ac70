/* gtmd/drive/qmpwire.h - QEMU's machine protocol, as octets: a JSON object a
 * line, each way.
 *
 * Pure: octets in, messages out, no more than a line kept. Layer: gtmd/drive,
 * may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPWIRE_H
#define GTMD_DRIVE_QMPWIRE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

struct err;
struct json;

#define QMPWIRE_LINE_MAX	(1u << 20)	/* octets */

enum qmpwire_kind { QMPWIRE_GREETING, QMPWIRE_RETURN, QMPWIRE_ERROR,
    QMPWIRE_EVENT };

struct qmpwire_msg {
	enum qmpwire_kind kind;
	struct json	*whole;		/* the caller's to free */
	/* Borrowed from it. */
	const struct json *value;	/* greeting, return; data of an event,
					 * which may be NULL */
	const char	*text;		/* an event's name; what went wrong */
	int64_t		 id;		/* of return and error; 0 = none */
};

struct qmpwire {
	struct strbuf	 buf;
	size_t		 at;		/* what came before has been read */
};

void qmpwire_init(struct qmpwire *w);
void qmpwire_fini(struct qmpwire *w);

/* More octets, cut anywhere. */
void qmpwire_feed(struct qmpwire *w, const char *octets, size_t len);
/*
 * qmpwire_next - the next message of those that are whole.
 *
 * ret    1 and *m; 0: none; ERR_PARSE (no message of the protocol) or ERR_RANGE
 *        (a line is too long) with a sentence: nothing more comes out of it
 */
int qmpwire_next(struct qmpwire *w, struct qmpwire_msg *m, struct err *e);

/* A command as a line, for the caller to free. Takes *parguments, which may be
 * NULL for none. */
char *qmpwire_command(const char *name, struct json **parguments, int64_t id);

#endif
