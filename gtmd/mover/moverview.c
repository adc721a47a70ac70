/* gtmd/mover/moverview.c - see moverview.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverview.h"

#include <stdio.h>
#include <string.h>

#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/plan/plan_watch.h"

void
moverview_init(struct moverview *v, const struct migspec *s)
{
	size_t len = strcspn(s->wideip, " ");
	char kind[16] = "";

	if (len < sizeof(kind))
		memcpy(kind, s->wideip, len);
	*v = (struct moverview){
		.type = recordtype_find(kind),
		.wide = s->wideip + len + (s->wideip[len] != '\0'),
		.pools = { s->from_pool, s->to_pool },
	};
}

void
moverview_watch(const struct moverview *v, struct plan *p, bool watched)
{
	for (size_t i = 0; i < 2 && v->type != WIDE_TYPES; i++)
		plan_watch_pool(p, v->type, v->pools[i], watched);
	if (v->type != WIDE_TYPES)
		plan_watch_wide(p, v->type, v->wide, watched);
}

/* Some up, or a verdict on each: then what is seen is what there is. */
static bool
is_known(const struct plan_watch *w)
{
	return w->live > 0 || w->checking == 0;
}

void
moverview_look(const struct moverview *v, const struct plan *p,
    struct migtraffic_view *out)
{
	struct plan_watch from, to;

	if (v->type == WIDE_TYPES)
		return;
	plan_watch_look(p, v->type, v->pools[0], &from);
	plan_watch_look(p, v->type, v->pools[1], &to);
	out->known = is_known(&from) && is_known(&to);
	out->from_live = from.live;
	out->to_live = to.live;
}

bool
moverview_destination(const struct moverview *v, const struct plan *p,
    char *why, size_t cap)
{
	struct plan_watch to = { .live = 0 };

	if (v->type != WIDE_TYPES)
		plan_watch_look(p, v->type, v->pools[1], &to);
	if (to.live > 0)
		return true;
	if (to.members == 0)
		(void)snprintf(why, cap, "pool %s has no members",
		    v->pools[1]);
	else if (to.checking > 0)
		(void)snprintf(why, cap, "nothing is known yet of the %u "
		    "members of pool %s", to.members, v->pools[1]);
	else
		(void)snprintf(why, cap, "none of the %u members of pool %s "
		    "is available", to.members, v->pools[1]);
	return false;
}

int32_t
moverview_served(struct moverview *v, const struct plan *p)
{
	uint64_t now[2] = { 0, 0 }, from, to;
	bool first = !v->counted;

	if (v->type == WIDE_TYPES)
		return -1;
	plan_watch_served(p, v->type, v->wide, v->pools, now);
	from = now[0] - v->served[0];
	to = now[1] - v->served[1];
	memcpy(v->served, now, sizeof(now));
	v->counted = true;
	return first || from + to == 0 ? -1 : (int32_t)(to * 100 / (from + to));
}

int32_t
moverview_effective(const struct moverview *v, const struct plan *p)
{
	uint64_t n[2];
	double all;

	if (v->type == WIDE_TYPES || !plan_watch_connections(p, v->type,
	    v->pools, n))
		return -1;
	all = (double)n[0] + (double)n[1];
	return n[0] == 0 && n[1] == 0 ? -1 : (int32_t)((double)n[1] * 100 / all);
}
