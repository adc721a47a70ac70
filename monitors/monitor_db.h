/* monitors/monitor_db.h - what "gtm monitor mysql" and "gtm monitor postgresql"
 * hold: both ask a database server whether it serves, and go no further.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_DB_H
#define MONITORS_MONITOR_DB_H

#include "monitors/monitor.h"
#include "monitors/monitor_rows.h"

struct monitor_db {
	struct monitor	 base;
	char		*username;	/* who says hello; NULL = "gtmd" */
};

#define MONITOR_DB_USER	"gtmd"

extern const struct type monitor_mysql_type;
extern const struct type monitor_postgresql_type;

/* Who says hello. */
static inline const char *
monitor_db_user(const struct monitor_db *m)
{
	return m->username != NULL ? m->username : MONITOR_DB_USER;
}

#define MONITOR_DB_NO_LOGIN						\
    "a probe ends before a password is due: that the server asks who we "	\
    "are, or does not know us, is an answer"
#define MONITOR_DB_NO_QUERY						\
    "a probe makes no query: what the server says to a log-in is its answer"

#define MONITOR_DB_REFUSED(n, why, text)				\
	{ .name = n, .kind = PROP_STRING, .refused = why, .help = text }

/* F5's rows, for what we do not do, too; its count is a text. */
#define MONITOR_DB_ROWS(words, parent)					\
	MONITOR_ROWS(words, parent),					\
	{ .name = "count", .kind = PROP_STRING, .dflt = "0",		\
	  .refused = "each probe has a connection of its own",		\
	  .help = "probes that share a connection" },			\
	MONITOR_DB_REFUSED("database", MONITOR_DB_NO_QUERY,		\
	    "database to ask"),						\
	{ .name = "debug", .kind = PROP_BOOL, .names = prop_no_yes,	\
	  .dflt = "no", .refused = "what probes find is told by show, the log " \
	  "and counters", .help = "write a file for each probe" },	\
	MONITOR_DB_REFUSED("password", MONITOR_DB_NO_LOGIN,		\
	    "of username"),						\
	MONITOR_DB_REFUSED("recv", MONITOR_DB_NO_QUERY,			\
	    "what the answer to send must hold"),			\
	MONITOR_DB_REFUSED("recv-column", MONITOR_DB_NO_QUERY,		\
	    "column of recv"),						\
	MONITOR_DB_REFUSED("recv-row", MONITOR_DB_NO_QUERY,		\
	    "row of recv"),						\
	MONITOR_DB_REFUSED("send", MONITOR_DB_NO_QUERY,			\
	    "query to make"),						\
	{ .name = "username", .kind = PROP_STRING,			\
	  .off = offsetof(struct monitor_db, username), .max = 63,	\
	  .help = "who the server is told that asks, without a password; " \
	  "none = gtmd" }

#endif
