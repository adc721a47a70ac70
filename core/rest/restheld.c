/* core/rest/restheld.c - see restheld.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restheld.h"

#include "core/base/obj.h"

void
restheld_init(struct restheld_set *s,
    void (*resume)(void *arg, struct MHD_Connection *mc), void *arg)
{
	list_init(&s->all);
	s->resume = resume;
	s->arg = arg;
}

void
restheld_keep(struct restheld_set *s, struct restheld *h,
    struct MHD_Connection *mc, struct restreply *r)
{
	h->mc = mc;
	h->reply = *r;
	h->kept = h->waits = true;
	*r = (struct restreply){ .status = 0 };
	list_append(&s->all, &h->node);
}

unsigned
restheld_release(struct restheld_set *s, uint64_t upto, const struct err *e)
{
	unsigned n = 0;

	LIST_EACH(&s->all, it) {
		struct restheld *h = OBJ_OF(it, struct restheld, node);

		if (h->reply.held > upto)
			continue;
		if (e != NULL)
			(void)restreply_err(&h->reply, e);
		list_remove(&h->node);
		h->waits = false;
		s->resume(s->arg, h->mc);
		n++;
	}
	return n;
}

void
restheld_drop(struct restheld *h)
{
	if (!h->kept)
		return;
	if (h->waits)
		list_remove(&h->node);
	restreply_fini(&h->reply);
	*h = (struct restheld){ .kept = false };
}
