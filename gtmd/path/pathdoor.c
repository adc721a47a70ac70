/* gtmd/path/pathdoor.c - see pathdoor.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathdoor.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define WAYS	4

struct guest {
	struct clientnet who;
	uint32_t	 first_s;	/* 0 = nobody */
};

struct pathdoor {
	unsigned	 magic;
#define PATHDOOR_MAGIC	0x9a74d002u
	struct guest	*guests;
};

struct pathdoor *
pathdoor_new(void)
{
	struct pathdoor *d = mem_zalloc(1, sizeof(*d));

	d->magic = PATHDOOR_MAGIC;
	d->guests = mem_zalloc(PATHDOOR_GUESTS, sizeof(d->guests[0]));
	return d;
}

void
pathdoor_free(struct pathdoor **pd)
{
	struct pathdoor *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, PATHDOOR_MAGIC);
	d->magic = 0;
	free(d->guests);
	free(d);
}

/* Its place, or that of the oldest in its set. */
static struct guest *
place_of(struct pathdoor *d, const struct clientnet *who)
{
	struct guest *set = d->guests +
	    (clientnet_point(who) & (PATHDOOR_GUESTS / WAYS - 1)) * WAYS;
	struct guest *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].first_s != 0 && set[i].who.low == who->low &&
		    set[i].who.high == who->high)
			return &set[i];
		if (set[i].first_s < oldest->first_s)
			oldest = &set[i];
	}
	return oldest;
}

bool
pathdoor_knock(struct pathdoor *d, const struct clientnet *who, bool proven,
    uint32_t now_s)
{
	struct guest *g = place_of(d, who);
	bool known = g->first_s != 0 && g->who.low == who->low &&
	    g->who.high == who->high && now_s - g->first_s < PATHDOOR_FORGET_S;

	OBJ_CHECK(d, PATHDOOR_MAGIC);
	if (proven || (known && now_s - g->first_s >= PATHDOOR_AGAIN_S)) {
		if (known)
			g->first_s = 0;
		return true;
	}
	if (!known)
		*g = (struct guest){ *who, now_s };
	return false;
}
