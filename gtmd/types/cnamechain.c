/* gtmd/types/cnamechain.c - CNAME answers of wide IPs that lead back to where
 * they started (RFC 1034 3.6.2: chains are to be followed, loops to be errors).
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/cnamechain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"

/* The wide IPs met so far, in the order in which they were met. */
struct walk {
	const struct draft *d;
	const struct wideip **met;
	size_t		 count, room;
	size_t		 at;		/* whose members are being followed */
	bool		 back;		/* one of them is met[0] */
};

static void
on_wide(void *arg, const struct wideip *w)
{
	struct walk *k = arg;

	if (w == k->met[0])
		k->back = true;
	for (size_t i = 0; i < k->count; i++)
		if (k->met[i] == w)
			return;
	k->met = mem_grow(k->met, &k->room, k->count + 1, sizeof(*k->met));
	k->met[k->count++] = w;
}

static void
follow_pool(struct walk *k, const char *path)
{
	const struct pool *p = (const struct pool *)draft_find(k->d,
	    &pool_type_cname, path);

	for (size_t i = 0; p != NULL && i < p->members.count && !k->back; i++)
		wideip_each_answering(k->d, pool_member_domain(
		    (const struct pool_member *)p->members.v[i]), on_wide, k);
}

static void
follow_pools(struct walk *k, const struct objlist *pools)
{
	for (size_t i = 0; i < pools->count; i++)
		follow_pool(k, pools->v[i]->name);
}

static void
follow(struct walk *k, const struct wideip *w)
{
	const struct typedref *last = &w->last_resort_pool;

	follow_pools(k, w->obj.type == &wideip_type_cname ? &w->pools :
	    &w->pools_cname);
	if (last->kind != NULL && strcmp(last->kind, "cname") == 0)
		follow_pool(k, last->path);
}

void
cnamechain_check(const struct wideip *w, const struct draft *d,
    struct diag *out)
{
	struct walk k = { .d = d, .count = 1 };

	k.met = mem_grow(k.met, &k.room, 1, sizeof(*k.met));
	k.met[0] = w;
	while (!k.back && k.at < k.count)
		follow(&k, k.met[k.at++]);
	if (k.back && k.at == 1)
		(void)objdiag_error(out, &w->obj, NULL, ERR_CONFLICT,
		    "pools: a member is its own name: the CNAME leads "
		    "nowhere");
	else if (k.back)
		objdiag_warn(out, &w->obj, NULL, "pools: the CNAME may lead "
		    "back to it through wide IP %s", k.met[k.at - 1]->obj.name);
	free(k.met);
}
