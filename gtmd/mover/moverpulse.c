/* gtmd/mover/moverpulse.c - see moverpulse.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverpulse.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/moverpage.h"
#include "gtmd/types/pageurl.h"
#include "monitors/fetch.h"

struct beat {
	struct moverpulse *pulse;
	struct pageurl	 url;		/* port 0: it has no page */
	struct fetch	*fetch;
	unsigned	 missed;	/* in a row */
};

struct moverpulse {
	unsigned	 magic;
#define MOVERPULSE_MAGIC 0x9a15e001u
	struct fetcher	*fetcher;
	struct loop_timer due;
	size_t		 count;
	bool		*dead;
	struct beat	 beats[];
};

static void
on_answer(void *arg, const struct fetch_result *r)
{
	struct beat *b = arg;

	OBJ_CHECK(b->pulse, MOVERPULSE_MAGIC);
	b->fetch = NULL;
	b->missed = r->code == FETCH_OK ? 0 : b->missed + 1;
}

static void
ask(struct moverpulse *p, struct beat *b)
{
	const struct fetch_owner owner = { NULL, on_answer, b };

	b->fetch = moverpage_start(p->fetcher, &b->url, NULL, &owner);
}

static void
on_due(struct loop_timer *t, void *arg)
{
	struct moverpulse *p = arg;

	(void)t;
	OBJ_CHECK(p, MOVERPULSE_MAGIC);
	for (size_t i = 0; i < p->count; i++)
		if (p->beats[i].url.to.port != 0 && p->beats[i].fetch == NULL)
			ask(p, &p->beats[i]);
}

/* What is no URL was refused as a property; a record of another version may have
 * one all the same: then nothing is asked. */
struct moverpulse *
moverpulse_new(struct loop *l, struct fetcher *f, const struct migspec *s)
{
	struct moverpulse *p = mem_zalloc(1, sizeof(*p) +
	    s->host_count * sizeof(p->beats[0]));
	size_t pages = 0;

	p->magic = MOVERPULSE_MAGIC;
	p->fetcher = f;
	p->count = s->host_count;
	p->dead = mem_zalloc(s->host_count, sizeof(*p->dead));
	for (size_t i = 0; i < p->count; i++) {
		p->beats[i].pulse = p;
		if (s->hosts[i].check_url != NULL && pageurl_parse(
		    s->hosts[i].check_url, &p->beats[i].url, NULL) == 0)
			pages++;
	}
	loop_timer_init(&p->due, l, on_due, p);
	if (pages == 0)
		moverpulse_free(&p);
	else
		loop_timer_start(&p->due, 0, MOVERPULSE_EVERY_MS);
	return p;
}

void
moverpulse_free(struct moverpulse **pp)
{
	struct moverpulse *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, MOVERPULSE_MAGIC);
	loop_timer_stop(&p->due);
	for (size_t i = 0; i < p->count; i++)
		fetch_stop(&p->beats[i].fetch);
	free(p->dead);
	p->magic = 0;
	free(p);
}

static bool
stands_still(const struct migstate_host *h)
{
	return h->activity == MIGSTATE_RUNNING &&
	    (h->step == MIGEVENT_MEMORY || h->step == MIGEVENT_ANNOUNCE);
}

const bool *
moverpulse_dead(struct moverpulse *p, const struct migstate *m)
{
	if (p == NULL)
		return NULL;
	OBJ_CHECK(p, MOVERPULSE_MAGIC);
	for (size_t i = 0; i < p->count; i++) {
		if (stands_still(&m->host[i]))
			p->beats[i].missed = 0;
		p->dead[i] = p->beats[i].missed >= MOVERPULSE_FALL;
	}
	return p->dead;
}
