/* core/rest/restpeer.c - see restpeer.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restpeer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/mem.h"

/* In the order of enum restpeer_role. */
static const char *const role_names[] = {
	"nobody", "guest", "operator", "manager", "admin", NULL
};

/* Is the group among the peer's other groups? */
static bool
in_groups(int fd, gid_t group)
{
	gid_t *list;
	socklen_t len = 0;
	bool found = false;

	/* Asked with no room, the kernel says how much it takes. */
	(void)getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len);
	if (len == 0)
		return false;
	list = mem_zalloc(len, 1);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, list, &len) == 0)
		for (size_t i = 0; i < len / sizeof(*list); i++)
			found = found || list[i] == group;
	free(list);
	return found;
}

int
restpeer_read(struct restpeer *p, int fd, gid_t group)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	*p = (struct restpeer){ .role = RESTPEER_NOBODY };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -1;
	p->uid = cred.uid;
	p->gid = cred.gid;
	p->trusted = cred.uid == 0 || cred.uid == geteuid();
	if (p->trusted)
		p->role = RESTPEER_ADMIN;
	else if (cred.gid == group || in_groups(fd, group))
		p->role = RESTPEER_GUEST;
	return 0;
}

static void
set_text(char to[RESTPEER_TEXT_MAX], const char *from)
{
	if (from != NULL)
		(void)snprintf(to, RESTPEER_TEXT_MAX, "%s", from);
}

void
restpeer_speak_for(struct restpeer *p, const char *user, const char *role,
    const char *from)
{
	if (!p->trusted)
		return;
	set_text(p->user, user);
	set_text(p->from, from);
	if (role != NULL)
		p->role = restpeer_role_parse(role);
}

enum restpeer_role
restpeer_role_parse(const char *word)
{
	for (int i = RESTPEER_GUEST; word != NULL && role_names[i] != NULL; i++)
		if (strcmp(role_names[i], word) == 0)
			return (enum restpeer_role)i;
	return RESTPEER_NOBODY;
}

const char *
restpeer_role_name(enum restpeer_role r)
{
	return role_names[r];
}
