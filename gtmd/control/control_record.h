/* gtmd/control/control_record.h - one logged decision in words: who asked, what
 * was answered, and why.
 *
 * The reasons are told while the decision that answered still stands; behind a
 * change, only what was chosen. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_RECORD_H
#define GTMD_CONTROL_CONTROL_RECORD_H

struct decision_log_record;
struct json;
struct plan_wide;
struct strbuf;

#define CONTROL_RECORD_PARTS	32	/* pools, and members, that are told of */

/* r, a decision of w: an object that the caller frees, and the same in words of
 * the log, added to line. Costs what an explain of w does. */
struct json *control_record_tell(const struct decision_log_record *r,
    const struct plan_wide *w, struct strbuf *line);

#endif
