/* core/io/notify.c - see notify.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/io/notify.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/clock.h"

#define STORED_FIRST	3	/* sd_listen_fds(3): they follow one another from here */
#define STORED_MAX	4096
#define NAME_MAX_OCTETS	255

/* ---- what we tell ---- */

/* The manager's address; 0: there is none. */
static socklen_t
manager(struct sockaddr_un *sun)
{
	const char *path = getenv("NOTIFY_SOCKET");

	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (path == NULL || (*path != '/' && *path != '@') ||
	    strlen(path) >= sizeof(sun->sun_path))
		return 0;
	memcpy(sun->sun_path, path, strlen(path));
	if (*path == '@')
		sun->sun_path[0] = '\0';	/* abstract name */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(path));
}

bool
notify_is_managed(void)
{
	struct sockaddr_un sun;

	return manager(&sun) != 0;
}

/* Beside the text goes a descriptor, or none (-1). */
static void
tell(const char *text, int with)
{
	union {
		struct cmsghdr	head;
		char		room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct sockaddr_un sun;
	struct iovec v = { (char *)(uintptr_t)text, strlen(text) };
	struct msghdr m = { .msg_name = &sun, .msg_namelen = manager(&sun),
	    .msg_iov = &v, .msg_iovlen = 1 };
	int fd;

	if (m.msg_namelen == 0)
		return;
	if (with != -1) {
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
		    .cmsg_type = SCM_RIGHTS,
		    .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(&control.head), &with, sizeof(int));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control.room);
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	(void)sendmsg(fd, &m, MSG_NOSIGNAL);
	(void)close(fd);
}

void
notify_send(const char *state)
{
	tell(state, -1);
}

void
notify_reloading(void)
{
	char text[80];

	(void)snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
	    clock_mono(&clock_system) / 1000);
	tell(text, -1);
}

/* ---- what is kept for us ---- */

void
notify_store(const char *name, int fd)
{
	char text[NAME_MAX_OCTETS + 32];

	(void)snprintf(text, sizeof(text), "FDSTORE=1\nFDNAME=%s", name);
	tell(text, fd);
}

void
notify_unstore(const char *name)
{
	char text[NAME_MAX_OCTETS + 32];

	(void)snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=%s", name);
	tell(text, -1);
}

/* A number of the environment; 0: there is none. */
static unsigned long
number(const char *variable, unsigned long max)
{
	const char *text = getenv(variable);
	unsigned long n;
	char *end;

	if (text == NULL || *text < '0' || *text > '9')
		return 0;
	n = strtoul(text, &end, 10);
	return *end == '\0' && n <= max ? n : 0;
}

/* The next of the names that colons part; *list goes behind it. */
static void
next_name(const char **list, char out[NAME_MAX_OCTETS + 1])
{
	size_t len = strcspn(*list, ":");

	if (len == 0)
		(void)snprintf(out, NAME_MAX_OCTETS + 1, "unknown");
	else
		(void)snprintf(out, NAME_MAX_OCTETS + 1, "%.*s",
		    len < NAME_MAX_OCTETS ? (int)len : NAME_MAX_OCTETS, *list);
	*list += len;
	if (**list == ':')
		++*list;
}

void
notify_each_stored(void (*fn)(void *arg, const char *name, int fd), void *arg)
{
	unsigned long count = number("LISTEN_FDS", STORED_MAX);
	const char *names = getenv("LISTEN_FDNAMES");
	char name[NAME_MAX_OCTETS + 1];

	if (number("LISTEN_PID", INT32_MAX) != (unsigned long)getpid())
		count = 0;
	if (names == NULL)
		names = "";
	for (int fd = STORED_FIRST; count > 0; fd++, count--) {
		next_name(&names, name);
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) != -1)
			fn(arg, name, fd);
	}
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
}
