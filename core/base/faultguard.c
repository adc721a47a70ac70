/* core/base/faultguard.c - see faultguard.h.
 *
 * Entries stay where they are for ever, so that a handler on another thread
 * never looks at memory that has been freed. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/faultguard.h"

#include <sys/mman.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define PIECE		((uintptr_t)1 << 20)	/* octets that go at a time */
/* After so many faults all of the range goes: each piece may be a mapping of
 * its own, and the kernel has some 65,000 of them for a process. */
#define PIECES_MAX	64

struct range {
	_Atomic(uintptr_t) base;	/* 0: free */
	_Atomic(uintptr_t) end;
	atomic_int	   prot;
	atomic_uint	   faults;
};

static struct range ranges[FAULTGUARD_MAX];
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;

/* Zeros instead of what is gone around `at`. */
static bool
put_zeros(struct range *r, uintptr_t base, uintptr_t end, uintptr_t at)
{
	uintptr_t from = base;

	if (atomic_fetch_add(&r->faults, 1) < PIECES_MAX) {
		from += (at - base) / PIECE * PIECE;
		if (end - from > PIECE)
			end = from + PIECE;
	}
	return mmap((void *)from, end - from, atomic_load(&r->prot),
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) !=
	    MAP_FAILED;
}

static bool
is_guarded(uintptr_t at)
{
	for (size_t i = 0; i < FAULTGUARD_MAX; i++) {
		uintptr_t base = atomic_load(&ranges[i].base),
		    end = atomic_load(&ranges[i].end);

		if (base != 0 && at >= base && at < end)
			return put_zeros(&ranges[i], base, end, at);
	}
	return false;
}

static void
on_bus_error(int sig, siginfo_t *info, void *context)
{
	int was = errno;

	(void)context;
	if (info->si_code <= 0 || !is_guarded((uintptr_t)info->si_addr)) {
		(void)sigaction(SIGBUS, &before, NULL);
		/* What was sent does not come again by itself. */
		if (info->si_code <= 0)
			(void)raise(sig);
	}
	errno = was;
}

/* Whoever has put a handler there since, theirs is the one before ours now. */
static void
install(void)
{
	struct sigaction act = { .sa_sigaction = on_bus_error,
	    .sa_flags = SA_SIGINFO | SA_ONSTACK }, now;
	int rc = sigaction(SIGBUS, NULL, &now);

	if ((now.sa_flags & SA_SIGINFO) == 0 ||
	    now.sa_sigaction != on_bus_error) {
		before = now;
		(void)sigemptyset(&act.sa_mask);
		rc |= sigaction(SIGBUS, &act, NULL);
	}
	assert(rc == 0);
}

const atomic_uint *
faultguard_add(const void *base, size_t len, int prot)
{
	struct range *r = NULL;

	assert(base != NULL && len > 0);
	(void)pthread_mutex_lock(&adding);
	install();
	for (size_t i = 0; i < FAULTGUARD_MAX && r == NULL; i++)
		if (atomic_load(&ranges[i].base) == 0)
			r = &ranges[i];
	if (r != NULL) {
		atomic_store(&r->faults, 0);
		atomic_store(&r->prot, prot);
		atomic_store(&r->end, (uintptr_t)base + len);
		atomic_store(&r->base, (uintptr_t)base);
	}
	(void)pthread_mutex_unlock(&adding);
	return r != NULL ? &r->faults : NULL;
}

void
faultguard_remove(const atomic_uint **pfaults)
{
	const atomic_uint *faults = *pfaults;

	*pfaults = NULL;
	if (faults == NULL)
		return;
	(void)pthread_mutex_lock(&adding);
	for (size_t i = 0; i < FAULTGUARD_MAX; i++)
		if (&ranges[i].faults == faults)
			atomic_store(&ranges[i].base, 0);
	(void)pthread_mutex_unlock(&adding);
}
