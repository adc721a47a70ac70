/* admin/rest/loginlog.h - the record of who logged in, from where, and of who
 * tried: one line of JSON each, only ever appended, on disk when it returns.
 *
 * The file is opened for each line, so it may be moved away at any time. From
 * any thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_LOGINLOG_H
#define ADMIN_REST_LOGINLOG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/clock.h"

struct addr;

/* Strangers can't fill the disk: above that, only what succeeds is recorded. */
#define LOGINLOG_MAX	((size_t)64 << 20)

struct loginlog_event {
	const char	*what;		/* "login", "logout", "first-password" */
	const char	*user;		/* one that no user can have is "?": it
					 * may be a password in the wrong place */
	const struct addr *from;
	const char	*result;	/* "ok", "wrong", "locked" */
};

/* A line that cannot be written is an error in the log, no reason to keep
 * anybody out: he may be the one to make room on the disk. */
void loginlog_write(const char *path, const struct loginlog_event *ev,
    real_s now);

#endif
