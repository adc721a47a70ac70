/* gtmd/mover/moverheld.c - see moverheld.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverheld.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/objdiag.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/wideip.h"

/* A draft, and the run that it is held against. */
struct held {
	const struct model *model;
	const struct draft *draft;
	const struct migstate *run;
	struct diag	*out;
	struct moverview view;
	struct migtraffic_setting set;
};

/* What an operator may do instead, as commands. */
static void
say_instead(const struct migstate *run, char *text, size_t cap)
{
	const char *name = run->spec->name;

	if (run->aborting || run->closing)
		(void)snprintf(text, cap, "it ends soon");
	else if (run->phase == MIGSTATE_DONE)
		(void)snprintf(text, cap, "\"close gtm migration %s\" ends it",
		    name);
	else if (run->phase == MIGSTATE_MOVING)
		(void)snprintf(text, cap, "\"advance gtm migration %s share "
		    "PERCENT\" gives the new site more, \"pause gtm migration "
		    "%s\" leaves a free hand", name, name);
	else
		(void)snprintf(text, cap, "\"pause gtm migration %s\" leaves a "
		    "free hand", name);
}

static int
refuse(const struct held *h, const struct object *o, const struct object *item,
    const char *row)
{
	char instead[1024];

	say_instead(h->run, instead, sizeof(instead));
	return objdiag_error(h->out, o, item, ERR_CONFLICT, "%s: migration %s "
	    "steers it: %s", row, h->run->spec->name, instead);
}

/* Is a value neither what it was nor what the run wants? */
static bool
strays(uint32_t was, uint32_t now, uint32_t wanted)
{
	return now != was && now != wanted;
}

static int
check_pool(const struct held *h, const char *path, bool enabled, uint32_t ttl_s)
{
	const struct type *t = recordtype_rows[h->view.type].pool;
	const struct pool *was = (const struct pool *)model_find(h->model, t,
	    path);
	const struct pool *now = (const struct pool *)draft_find(h->draft, t,
	    path);

	if (was == NULL || now == NULL || was == now)
		return 0;
	if (strays(was->enabled, now->enabled, enabled))
		return refuse(h, &now->obj, NULL, now->enabled ? "enabled" :
		    "disabled");
	return strays(was->ttl_s, now->ttl_s, ttl_s) ?
	    refuse(h, &now->obj, NULL, "ttl") : 0;
}

static const struct wideip_pool *
item_of(const struct wideip *w, const char *pool)
{
	return (const struct wideip_pool *)objlist_find(&w->pools, pool);
}

static int
check_ratio(const struct held *h, const char *pool, uint32_t ratio)
{
	const struct type *t = recordtype_rows[h->view.type].wide;
	const struct wideip *was = (const struct wideip *)model_find(h->model,
	    t, h->view.wide);
	const struct wideip *now = (const struct wideip *)draft_find(h->draft,
	    t, h->view.wide);
	const struct wideip_pool *a, *b;

	if (was == NULL || now == NULL || was == now)
		return 0;
	a = item_of(was, pool);
	b = item_of(now, pool);
	return a != NULL && b != NULL && strays(a->ratio, b->ratio, ratio) ?
	    refuse(h, &now->obj, &b->obj, "ratio") : 0;
}

int
moverheld_check(const struct model *m, const struct draft *d,
    const struct migstate *run, struct diag *out)
{
	struct held h = { .model = m, .draft = d, .run = run, .out = out };
	int rc;

	if (run->paused || !migstate_under_way(run) || draft_is_load(d))
		return 0;
	moverview_init(&h.view, run->spec);
	if (h.view.type == WIDE_TYPES)
		return 0;
	migtraffic_setting_of(run->spec, &run->decided, &h.set);
	rc = check_pool(&h, h.view.pools[0], h.set.from_enabled,
	    h.set.from_ttl_s);
	if (rc == 0)
		rc = check_pool(&h, h.view.pools[1], h.set.to_enabled,
		    h.set.to_ttl_s);
	if (rc == 0)
		rc = check_ratio(&h, h.view.pools[0], h.set.from_ratio);
	return rc != 0 ? rc : check_ratio(&h, h.view.pools[1], h.set.to_ratio);
}
