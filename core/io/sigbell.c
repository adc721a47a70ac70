/* core/io/sigbell.c - see sigbell.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/sigbell.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

static struct {
	atomic_int	bell;	/* its descriptor + 1, 0 = none */
	atomic_bool	seen;
} caught[NSIG];

void
sigbell_ring(int bell)
{
	const uint64_t one = 1;

	(void)!write(bell, &one, sizeof(one));
}

static void
on_caught(int signo)
{
	int keep = errno;

	atomic_store(&caught[signo].seen, true);
	sigbell_ring(atomic_load(&caught[signo].bell) - 1);
	errno = keep;
}

int
sigbell_catch(int signo, int bell)
{
	struct sigaction act = { .sa_handler = on_caught,
	    .sa_flags = SA_RESTART };

	assert(signo > 0 && signo < NSIG && bell >= 0);
	assert(atomic_load(&caught[signo].bell) == 0);
	(void)sigfillset(&act.sa_mask);
	atomic_store(&caught[signo].seen, false);
	atomic_store(&caught[signo].bell, bell + 1);
	if (sigaction(signo, &act, NULL) == 0)
		return 0;
	atomic_store(&caught[signo].bell, 0);
	return errno;
}

bool
sigbell_seen(int signo)
{
	return atomic_exchange(&caught[signo].seen, false);
}

void
sigbell_forget(int signo)
{
	struct sigaction act = { .sa_handler = SIG_DFL };

	(void)sigaction(signo, &act, NULL);
	atomic_store(&caught[signo].bell, 0);
}
