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
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
