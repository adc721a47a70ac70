/* core/rest/restpeer.h - who is at the other end of the control socket, and
 * what that allows.
 *
 * The kernel says who connected. Root and our own user may write and may speak
 * for somebody else, with a role that narrows what they may; members of the
 * socket's group may read. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTPEER_H
#define CORE_REST_RESTPEER_H

#include <stdbool.h>
#include <sys/types.h>

/* Each may all that those before it may. */
enum restpeer_role {
	RESTPEER_NOBODY,	/* nothing */
	RESTPEER_GUEST,		/* read */
	RESTPEER_OPERATOR,	/* enable, disable, change ratios */
	RESTPEER_MANAGER,	/* objects */
	RESTPEER_ADMIN,		/* everything */
};

#define RESTPEER_TEXT_MAX	128	/* of a name or an address, with NUL */

struct restpeer {
	uid_t		 uid;
	gid_t		 gid;
	bool		 trusted;	/* its headers count */
	enum restpeer_role role;
	char		 user[RESTPEER_TEXT_MAX];	/* "" = by uid */
	char		 from[RESTPEER_TEXT_MAX];	/* "" = local */
};

/* Asks the kernel who connected to fd; group is that of the socket file. 0, or
 * -1 with errno when the kernel does not say: nobody. */
int restpeer_read(struct restpeer *p, int fd, gid_t group);

/* What trusted peers say in X-Gtm-User, X-Gtm-Role and X-Gtm-From; NULL where
 * they say nothing. A role that does not exist is nobody's. Others are not
 * listened to. */
void restpeer_speak_for(struct restpeer *p, const char *user,
    const char *role, const char *from);

/* "manager"; and back: RESTPEER_NOBODY for NULL and other words. */
const char *restpeer_role_name(enum restpeer_role r);
enum restpeer_role restpeer_role_parse(const char *word);

#endif
