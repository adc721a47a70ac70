/* wom/peer/crew.c - see crew.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/crew.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/worker.h"
#include "wom/tunnel/tunnelwire.h"

struct hand {
	struct loop	*loop;
	struct worker	*worker;
};

struct crew {
	unsigned	 magic;
#define CREW_MAGIC	0xc2e3c2e3u
	unsigned	 threads;
	struct hand	*hands;
};

static void
run(struct worker *w, void *arg)
{
	struct hand *h = arg;

	(void)w;
	loop_run(h->loop);
	tunnelwire_leave_thread();
}

static bool
begin(struct hand *h, unsigned number, struct err *e)
{
	char name[16];
	const struct worker_config c = { .name = name, .cpu = WORKER_ANY_CPU,
	    .run = run, .arg = h };

	(void)snprintf(name, sizeof(name), "womd-%u", number);
	h->loop = loop_new(&clock_system, e);
	if (h->loop != NULL)
		h->worker = worker_start(&c, e);
	return h->worker != NULL;
}

struct crew *
crew_new(unsigned threads, struct err *e)
{
	struct crew *c = mem_zalloc(1, sizeof(*c));

	c->magic = CREW_MAGIC;
	c->threads = threads;
	c->hands = mem_zalloc(threads, sizeof(*c->hands));
	for (unsigned i = 0; i < threads; i++) {
		if (!begin(&c->hands[i], i, e)) {
			crew_free(&c);
			break;
		}
	}
	return c;
}

static void
on_stop(void *arg)
{
	loop_stop(arg);
}

void
crew_free(struct crew **pc)
{
	struct crew *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, CREW_MAGIC);
	for (unsigned i = 0; i < c->threads; i++)
		if (c->hands[i].worker != NULL)
			loop_post(c->hands[i].loop, on_stop, c->hands[i].loop);
	for (unsigned i = 0; i < c->threads; i++) {
		worker_join(&c->hands[i].worker);
		loop_free(&c->hands[i].loop);
	}
	free(c->hands);
	c->magic = 0;
	free(c);
}

unsigned
crew_threads(const struct crew *c)
{
	return c->threads;
}

struct loop *
crew_loop(const struct crew *c, unsigned thread)
{
	return c->hands[thread].loop;
}
