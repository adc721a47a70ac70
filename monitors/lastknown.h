/* monitors/lastknown.h - the last known state of each monitored place, in a file
 * that outlives the process however it ends.
 *
 * The file is mapped; a change of state is 32 octets written to memory: no
 * system call, no sync, and the kernel has them when the process is killed.
 * (After a loss of power it has what the disk had: records are whole or known
 * to be damaged.) A full disk, or a file that somebody cuts short, is a line in
 * the log (statemap.h). Whoever writes has the state directory to itself. Control
 * loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_LASTKNOWN_H
#define MONITORS_LASTKNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "monitors/health.h"
#include "monitors/staterecord.h"

struct lastknown;

#define LASTKNOWN_MAX	(UINT32_C(1) << 20)	/* records */
#define LASTKNOWN_NONE	UINT32_MAX		/* no place in the file */

/* Reads what is there; a file that is damaged, foreign or cut is a line in the
 * log, and what is whole in it is known. Nothing is written yet. */
struct lastknown *lastknown_new(const char *path);
/* Takes *pl; NULL is harmless. The file stays as it is. */
void lastknown_free(struct lastknown **pl);

/* The file is ours from here on: it is read anew and written to. What cannot be
 * is told in the log. */
void lastknown_own(struct lastknown *l);
/* Looks at the file, makes it whole when it was cut short, and tries again what
 * failed for want of room. True when there is some again: those who have no place
 * may take one, and all write what they know, which the file may have lost. */
bool lastknown_retry(struct lastknown *l);
/* It is another process's again: nothing more is written. */
void lastknown_leave(struct lastknown *l);

/* What was read of a key; false when nothing was, or it has been settled. */
bool lastknown_find(const struct lastknown *l,
    const struct staterecord_key *key, struct staterecord *out);

/* A place for a key, the one that it had if it had one; LASTKNOWN_NONE when the
 * file is not ours or there is no room for it. */
uint32_t lastknown_take(struct lastknown *l,
    const struct staterecord_key *key);
/* The record of a place that was taken; state unknown empties it. */
void lastknown_write(struct lastknown *l, uint32_t place,
    const struct staterecord *r);
/* Empties the place and gives it back. LASTKNOWN_NONE is harmless. */
void lastknown_give(struct lastknown *l, uint32_t place);

/* All that there is has taken its place: what was read is forgotten, and so is
 * from the file what nobody has taken. */
void lastknown_settle(struct lastknown *l);
/* What was read does not count. */
void lastknown_forget(struct lastknown *l);

#endif
