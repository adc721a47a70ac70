/* gtmd/control_reason.c - see control_reason.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control_reason.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gtmd/choose.h"
#include "gtmd/plan_graph.h"
#include "gtmd/plan_member.h"
#include "gtmd/plan_pool.h"

static const char *
say(char *text, size_t cap, const char *sentence)
{
	(void)snprintf(text, cap, "%s", sentence);
	return text;
}

/* ---- pools ---- */

/* Not among the pools that the decision may ask, though enabled. */
static const char *
left_out_pool(const struct plan_edge *e, char *text, size_t cap)
{
	const struct wideip *o = e->wide->obj;

	if (e->pool->spec.below_min_up ||
	    !status_is_usable(e->pool->node.status.availability))
		return plan_pool_reason(e->pool, text, cap);
	if (o->pool_lb_mode == POOL_LB_RATIO && e->ratio == 0)
		return say(text, cap, "Its ratio in the wide IP is 0");
	if (o->min_active_members == 0)
		return say(text, cap, "None of its methods can choose a member");
	(void)snprintf(text, cap, "Priority group %u waits: the groups above "
	    "it have %u members up", e->priority_group, o->min_active_members);
	return text;
}

static const char *
chosen_pool(const struct plan_edge *e, const struct control_outcome_sum *sum,
    char *text, size_t cap)
{
	const struct decision_outcome *o = sum->first;
	const char *mode = choose_find_cohort(
	    e->wide->obj->pool_lb_mode, e->wide->obj->cohort)->name;

	if (e->last_resort)
		return say(text, cap, "Last resort: no other pool can answer");
	if (o->pool_total == 0)
		(void)snprintf(text, cap, "Fallback of the first enabled pool:"
		    " %s", o->method->name);
	else
		(void)snprintf(text, cap, "Chosen %" PRIu64 " of %" PRIu64
		    " times by %s", o->pool_weight, o->pool_total, mode);
	return text;
}

const char *
control_reason_pool(const struct control_outcome *c,
    const struct plan_edge *e, char *text, size_t cap)
{
	struct control_outcome_sum sum = control_outcome_pool(c, e);

	if (e->pool->obj == NULL)
		return say(text, cap, "No such pool");
	if (c->decision == NULL)
		return say(text, cap, "The wide IP is disabled");
	if (sum.share > 0)
		return chosen_pool(e, &sum, text, cap);
	if (!e->pool->obj->enabled)
		return say(text, cap, "The pool is disabled");
	if (e->last_resort && status_is_usable(
	    e->pool->node.status.availability))
		return say(text, cap, "Last resort: another pool can answer");
	if (sum.first != NULL)
		return say(text, cap, "A pool before it answers");
	return left_out_pool(e, text, cap);
}

/* ---- members ---- */

static const char *
how_word(const struct plan_edge *e, const struct decision_outcome *o)
{
	switch (o->slot - e->slot) {
	case DECISION_PREFERRED:
		return "preferred";
	case DECISION_ALTERNATE:
		return "alternate";
	case DECISION_LAST_RESORT:
		return "last-resort";
	}
	return "fallback";
}

static const char *
chosen_member(const struct plan_edge *e, const struct decision_outcome *o,
    char *text, size_t cap)
{
	(void)snprintf(text, cap, "Chosen %" PRIu64 " of %" PRIu64 " times by "
	    "%s method %s", o->weight, o->total, how_word(e, o),
	    o->method->name);
	return text;
}

/* Usable, its pool is asked, and yet it is in no stage. */
static const char *
left_out_member(const struct plan_edge *e, const struct plan_member *m,
    const struct decision_outcome *pool, char *text, size_t cap)
{
	if (pool->data == NULL || pool->total == 0)
		(void)snprintf(text, cap, "Its pool answers by %s",
		    pool->method->name);
	else if (m->obj->ratio == 0)
		(void)snprintf(text, cap, "Its ratio is 0");
	else
		(void)snprintf(text, cap, "Priority group %u waits: the groups "
		    "above it have %u members up", m->obj->priority_group,
		    e->pool->obj->min_active_members);
	return text;
}

static const char *
unusable_member(const struct plan_member *m, char *text, size_t cap)
{
	switch (m->node.status.enabled) {
	case STATUS_DISABLED:
		return say(text, cap, "The member is disabled");
	case STATUS_DISABLED_BY_PARENT:
		return say(text, cap, "Its virtual server, server or data "
		    "center is disabled");
	case STATUS_ENABLED:
		break;
	}
	return plan_member_reason(m, text, cap);
}

static bool
is_usable(const struct plan_member *m)
{
	return m->node.status.enabled == STATUS_ENABLED &&
	    status_is_usable(m->node.status.availability);
}

const char *
control_reason_member(const struct control_outcome *c,
    const struct plan_edge *e, const struct plan_member *m, char *text,
    size_t cap)
{
	struct control_outcome_sum sum = control_outcome_member(c, e, m);
	struct control_outcome_sum pool = control_outcome_pool(c, e);

	if (sum.share > 0)
		return chosen_member(e, sum.first, text, cap);
	if (sum.present > 0)
		return say(text, cap, "Told behind the one that is chosen");
	if (!is_usable(m))
		return unusable_member(m, text, cap);
	if (pool.share <= 0)
		return say(text, cap, "Its pool is not chosen");
	if (sum.first != NULL)
		return say(text, cap, "A member before it answers");
	return left_out_member(e, m, pool.first, text, cap);
}
