/* core/rest/restaudit.h - the record of who changed what: one line of JSON for
 * each write that was tried, only ever appended.
 *
 * The line of a change that was made rides in the store's journal and is on
 * disk with it; the file here follows, room for it being taken beforehand, and
 * is synced only before the journal lets go of what it holds. A start writes
 * what a crash has kept from the file. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTAUDIT_H
#define CORE_REST_RESTAUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

struct err;
struct json;
struct restaudit;
struct restpeer;

/* Opens the file for appending, mode 0600; what stands in it stays. ERR_IO when
 * it is no regular file. */
struct restaudit *restaudit_new(const char *path, struct err *e);
void restaudit_free(struct restaudit **pa);

/* The highest number of a change in the file's last lines (64 MiB of them at
 * the most), 0 when there is none. */
uint64_t restaudit_last(const struct restaudit *a);

/* What a line says. */
struct restaudit_entry {
	real_s		 time;
	const struct restpeer *peer;	/* NULL = ourselves */
	const char	*method, *path;
	int		 result;	/* HTTP status */
	const char	*message;	/* or NULL */
	uint64_t	 serial;	/* the store's, after it */
	uint64_t	 change;	/* number; 0 = nothing was changed */
};

/*
 * restaudit_record - an entry as JSON, for the caller to free.
 *
 *	{"time":…,"uid":…,"user":…,"role":…,"from":…,"method":…,"path":…,
 *	 "result":200,"message":…,"serial":…,"change":…,"changes":[{"object":…,
 *	 "old":…,"new":…}]}
 * in     changes  array, or NULL; taken. Holds no secrets.
 */
struct json *restaudit_record(const struct restaudit_entry *en,
    struct json **changes);

/* Makes sure that a line of len octets can be written next. 0, ERR_NOSPACE or
 * ERR_IO; also while a line before is not written yet. */
int restaudit_reserve(struct restaudit *a, size_t len, struct err *e);

/* Writes a line, without its end, and syncs nothing. On error (ERR_NOSPACE,
 * ERR_IO) the line is kept and written before the next one. */
int restaudit_append(struct restaudit *a, const char *line, struct err *e);

/* All lines are on disk when this returns 0. */
int restaudit_sync(struct restaudit *a, struct err *e);

#endif
