/* gtmd/drive/qmplink.h - a connection to a QEMU's machine protocol, on the loop.
 *
 * Greets, then one command at a time. Whatever goes wrong with it is told once,
 * and is the end of it. Layer: gtmd/drive.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPLINK_H
#define GTMD_DRIVE_QMPLINK_H

#include <stdbool.h>

struct json;
struct loop;
struct qmplink;
struct qmpwire_msg;

#define QMPLINK_PATIENCE_MS	30000	/* for the greeting, and each answer */

/* None of them comes from within a call; each may stop the link. */
struct qmplink_owner {
	void	(*ready)(void *arg);	/* it takes commands */
	/* What a command brought: QMPWIRE_RETURN or QMPWIRE_ERROR. */
	void	(*answer)(void *arg, const struct qmpwire_msg *m);
	void	(*event)(void *arg, const struct qmpwire_msg *m);
	/* Nobody is there any more; only qmplink_stop is allowed now. */
	void	(*lost)(void *arg, const char *why);
	void	*arg;
};

/* Connects to a socket at a path. Whatever comes, comes by owner. */
struct qmplink *qmplink_start(struct loop *l, const char *path,
    const struct qmplink_owner *owner);
/* No more news. Takes *kp; NULL is harmless. */
void qmplink_stop(struct qmplink **kp);

/* Sends a command; the last one has been answered. arguments as
 * qmpwire_command takes them. */
void qmplink_send(struct qmplink *k, const char *command,
    struct json **parguments);

#endif
