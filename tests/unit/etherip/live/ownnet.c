/* tests/unit/etherip/live/ownnet.c - see ownnet.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/live/ownnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/addr.h"

static bool made;

static bool
run(const char *line)
{
	char *copy = strdup(line), *argv[24] = { NULL }, *rest = copy;
	size_t n = 0;
	int status;
	pid_t pid;

	while (n < 23 && (argv[n] = strsep(&rest, " ")) != NULL)
		n++;
	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = -1;
	free(copy);
	return status == 0;
}

int
ownnet_make(void **state)
{
	(void)state;
	made = unshare(CLONE_NEWNET) == 0 && run("ip link set lo up");
	return 0;
}

void
ownnet_need(void)
{
	if (!made)
		skip();
}

void
ownnet_ip(const char *line)
{
	if (!run(line))
		fail_msg("%s", line);
}

/* Bound to it, and what is sent there arrives. */
static bool
is_good(const struct addr *a)
{
	int fd = socket(a->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, 0, &ss);
	char octet = '\0';
	bool good;

	good = bind(fd, (struct sockaddr *)&ss, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    sendto(fd, &octet, 1, 0, (struct sockaddr *)&ss, len) == 1 &&
	    recv(fd, &octet, 1, 0) == 1;
	(void)close(fd);
	return good;
}

/* IPv6 takes a moment, also without looking for doubles. */
void
ownnet_address(const char *address)
{
	struct addr a;
	char line[128];
	bool good = false;

	assert_int_equal(addr_parse(address, &a), 0);
	(void)snprintf(line, sizeof(line), "ip addr replace %s dev lo%s",
	    address, a.family == AF_INET6 ? " nodad" : "");
	ownnet_ip(line);
	for (unsigned i = 0; !good && i < 1000000; i++) {
		good = is_good(&a);
		(void)sched_yield();
	}
	assert_true(good);
}
