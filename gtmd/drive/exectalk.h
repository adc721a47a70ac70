/* gtmd/drive/exectalk.h - what the operator's program is told, and what it may
 * say: gtm-driver(7) has the contract.
 *
 * Pure: octets in, values out; what is kept of a program's words is bounded.
 * Layer: gtmd/drive, may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_EXECTALK_H
#define GTMD_DRIVE_EXECTALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct driver_order;

#define EXECTALK_LINE_MAX	8192		/* octets of a line */
#define EXECTALK_TOTAL_MAX	(16u << 20)	/* octets in a minute: nobody reads
						 * more, and days may go by */
#define EXECTALK_LAST_MAX	1024		/* kept of its errors */

/* The object that it reads: one line of JSON, for the caller to free. */
char *exectalk_order(const struct driver_order *o);

enum exectalk_result { EXECTALK_NONE, EXECTALK_DONE, EXECTALK_FAILED,
    EXECTALK_MOVED };

struct exectalk {
	char		 line[EXECTALK_LINE_MAX];
	size_t		 len, total;	/* of a line; of this minute */
	unsigned	 lines;
	/* What it said last. */
	uint64_t	 octets, of;
	struct err	 note, reason;	/* code 0: none */
	bool		 fresh;		/* set by each piece of progress */
	enum exectalk_result result;	/* the first; nothing counts after it */
	bool		 retry;
};

void exectalk_init(struct exectalk *t);

/* More of its output, cut anywhere. 0, or a sentence on what is no word of the
 * contract, ERR_PARSE, or too much, ERR_RANGE: nothing more may be fed then. */
int exectalk_hear(struct exectalk *t, const char *octets, size_t len,
    struct err *e);
/* No more comes: a last line needs no end. The same results. */
int exectalk_end(struct exectalk *t, struct err *e);

/* The last that came of errors. */
struct exectalk_last {
	char	text[EXECTALK_LAST_MAX];
	size_t	len, total;	/* kept; of this minute */
};

/* A minute has gone by: as much may come again. */
void exectalk_minute(struct exectalk *t, struct exectalk_last *l);

/* Keeps the end of what comes. */
void exectalk_keep(struct exectalk_last *l, const char *octets, size_t len);
/* Its last three lines that are not empty as one line, into e with code; a text
 * that stands for none when there are none. */
void exectalk_last_text(const struct exectalk_last *l, int code,
    const char *none, struct err *e);

#endif
