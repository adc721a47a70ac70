/* core/io/worker.c - threads as worker.h promises them.
 * Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/worker.h"

#include <sys/eventfd.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"

struct worker {
	unsigned	magic;
#define WORKER_MAGIC	0x3091c3e4u
	pthread_t	thread;
	atomic_bool	stop;
	int		stop_fd;	/* eventfd */
	char		name[16];	/* the kernel keeps no more */
	void		(*run)(struct worker *, void *);
	void		*arg;
};

static void *
worker_main(void *arg)
{
	struct worker *w = arg;

	(void)pthread_setname_np(pthread_self(), w->name);
	rcu_register();
	w->run(w, w->arg);
	rcu_unregister();
	return NULL;
}

/* Pins what attr will start. */
static int
set_cpu(pthread_attr_t *attr, int cpu)
{
	cpu_set_t set;

	if (cpu == WORKER_ANY_CPU)
		return 0;
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return EINVAL;
	CPU_ZERO(&set);
	CPU_SET((unsigned)cpu, &set);
	return pthread_attr_setaffinity_np(attr, sizeof(set), &set);
}

/* Starts the thread with every signal blocked. Returns an errno. */
static int
create(struct worker *w, int cpu)
{
	pthread_attr_t attr;
	sigset_t all, was;
	int rc;

	sigfillset(&all);
	pthread_attr_init(&attr);
	rc = set_cpu(&attr, cpu);
	if (rc == 0) {
		pthread_sigmask(SIG_SETMASK, &all, &was);
		rc = pthread_create(&w->thread, &attr, worker_main, w);
		pthread_sigmask(SIG_SETMASK, &was, NULL);
	}
	pthread_attr_destroy(&attr);
	return rc;
}

struct worker *
worker_start(const struct worker_config *c, struct err *e)
{
	struct worker *w = mem_zalloc(1, sizeof(*w));
	int rc;

	w->magic = WORKER_MAGIC;
	w->run = c->run;
	w->arg = c->arg;
	(void)snprintf(w->name, sizeof(w->name), "%s", c->name);
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = w->stop_fd == -1 ? errno : create(w, c->cpu);
	if (rc == 0)
		return w;
	if (c->cpu == WORKER_ANY_CPU)
		(void)err_sys(e, rc, "thread %s", c->name);
	else
		(void)err_sys(e, rc, "thread %s on CPU %d", c->name, c->cpu);
	if (w->stop_fd != -1)
		(void)close(w->stop_fd);
	free(w);
	return NULL;
}

void
worker_stop(struct worker *w)
{
	uint64_t one = 1;

	OBJ_CHECK(w, WORKER_MAGIC);
	atomic_store(&w->stop, true);
	/* Fails only when it has been readable 2^64 - 2 times already. */
	(void)!write(w->stop_fd, &one, sizeof(one));
}

void
worker_join(struct worker **wp)
{
	struct worker *w = *wp;

	*wp = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, WORKER_MAGIC);
	rcu_offline();
	pthread_join(w->thread, NULL);
	rcu_online();
	(void)close(w->stop_fd);
	w->magic = 0;
	free(w);
}

bool
worker_stopping(const struct worker *w)
{
	return atomic_load_explicit(&w->stop, memory_order_relaxed);
}

int
worker_stop_fd(const struct worker *w)
{
	return w->stop_fd;
}
