/* gtmd/mover/moverprobe.c - see moverprobe.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverprobe.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/io/loop.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/plan/plan_watch.h"

struct told {
	struct migguard	*guard;
	bool		 new_site;
	int64_t		 now_ms;
};

static void
on_probe(void *arg, bool ok, uint32_t rtt_us)
{
	const struct told *t = arg;

	migguard_probe(t->guard, t->new_site, t->now_ms, ok, rtt_us / 1000);
}

/* A pool that is enabled; of the old site only while it has somebody to answer: to
 * leave one that is dead is what nobody is to be held from. */
static bool
is_served(const struct moverprobe_of *of, bool new_site)
{
	struct migtraffic_setting set;
	struct plan_watch w;

	migtraffic_setting_of(of->state->spec, &of->state->told, &set);
	plan_watch_look(of->means->plan, of->view->type, of->view->pools[new_site],
	    &w);
	return (new_site ? set.to_enabled : set.from_enabled) &&
	    (new_site || w.live + w.checking > 0);
}

static void
look_at(struct moverprobe *p, const struct moverprobe_of *of, struct told *t)
{
	mono_ns now = clock_mono(loop_clock(of->means->loop));
	mono_ns *since = &p->since[t->new_site];

	if (!is_served(of, t->new_site)) {
		migguard_left(t->guard, t->new_site);
		*since = 0;
		return;
	}
	if (*since != 0)
		plan_watch_probes(of->means->plan, of->view->type,
		    of->view->pools[t->new_site], &(struct plan_watch_asker){
		    *since, on_probe, t });
	*since = now;
}

void
moverprobe_look(struct moverprobe *p, const struct moverprobe_of *of,
    struct migguard *g, int64_t now_ms)
{
	struct told t = { .guard = g, .now_ms = now_ms };

	if (of->view->type == WIDE_TYPES || !of->state->spec->slo_monitors)
		return;
	look_at(p, of, &t);
	t.new_site = true;
	look_at(p, of, &t);
}
