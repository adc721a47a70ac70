/* gtmd/plan/plan_hold.c - members that manual-resume holds down.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_hold.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_member.h"
#include "gtmd/plan/plan_pool.h"

static struct plan_member *
find_member(const struct plan *p, const char *type, const char *pool,
    const char *member)
{
	struct plan_pool *in = NULL;

	for (int t = 0; t < WIDE_TYPES && in == NULL; t++)
		if (strcmp(type, recordtype_rows[t].name) == 0)
			in = map_find(&p->pools[t], pool);
	return in != NULL ? plan_pool_find_member(in, member) : NULL;
}

int
plan_hold_end(struct plan *p, const char *type, const char *pool,
    const char *member, struct err *e)
{
	struct plan_member *m = find_member(p, type, pool, member);

	if (m == NULL)
		return err_set(e, ERR_NOTFOUND,
		    "pool %s %s: it has no member %s", type, pool, member);
	if (plan_member_resume(m))
		plan_settle(p);
	return 0;
}

static char *
hold_key(const char *type, const char *pool, const char *member)
{
	return mem_printf("%s\n%s\n%s", type, pool, member);
}

void
plan_hold(struct plan *p, const char *type, const char *pool,
    const char *member)
{
	char *key = hold_key(type, pool, member);

	map_put(&p->held, key, p);
	free(key);
}

bool
plan_hold_take(const struct plan_pool *pool, const char *member)
{
	char *key = hold_key(recordtype_rows[pool->type].name, pool->name, member);
	bool held = map_remove(&pool->node.plan->held, key) != NULL;

	free(key);
	return held;
}

void
plan_hold_each(const struct plan *p, plan_held_fn *fn, void *arg)
{
	const struct plan_pool *pool;

	for (int t = 0; t < WIDE_TYPES; t++)
		for (size_t at = 0; (pool = map_next(&p->pools[t], &at,
		    NULL)) != NULL;)
			for (size_t i = 0; i < pool->member_count; i++)
				if (pool->members[i]->held)
					fn(arg, recordtype_rows[t].name, pool->name,
					    pool->members[i]->obj->obj.name);
}
