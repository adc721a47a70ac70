/* gtmd/plan/plan_member.c - pool members in the graph.
 *
 * A member of an address pool is what its virtual server and its own monitors
 * say together. A text is always available. A name is with static-target, else
 * it is what those wide IPs at the name are that a resolver goes on to.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_force.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_grave.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/plan/plan_target.h"
#include "gtmd/plan/plan_vs.h"
#include "gtmd/types/metric.h"
#include "gtmd/types/poolrecord.h"
#include "gtmd/types/recorddata.h"

static bool
has_address(const struct plan_member *m)
{
	return m->pool->type == WIDE_A || m->pool->type == WIDE_AAAA;
}

static void
on_health(void *owner)
{
	struct plan_member *m = owner;

	plan_node_touch(&m->node, &m->node.plan->touched_members);
}

struct plan_member *
plan_member_new(struct plan_pool *pool, const struct pool_member *obj)
{
	struct plan_member *m = mem_zalloc(1, sizeof(*m));

	plan_node_init(&m->node, pool->node.plan);
	m->pool = pool;
	m->obj = obj;
	m->slot = tally_slots_new(DECISION_MEMBER_SLOTS);
	if (!has_address(m))
		m->record = mem_zalloc(1, sizeof(*m->record));
	list_init(&m->siblings);
	return m;
}

static void
drop_health(struct plan_member *m)
{
	if (m->health == NULL)
		return;
	plan_health_fini(m->health);
	free(m->health);
	m->health = NULL;
}

static void
unlink_member(struct plan_member *m)
{
	struct plan_vs *vs = m->vs;
	struct plan_target *target = NULL;

	if (m->record != NULL) {
		target = m->record->target;
		m->record->target = NULL;
	}
	list_remove(&m->siblings);
	m->vs = NULL;
	if (vs != NULL)
		plan_vs_drop(vs);
	if (target != NULL)
		plan_target_drop(target);
}

void
plan_member_free(struct plan_member **pm)
{
	struct plan_member *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	drop_health(m);
	unlink_member(m);
	list_remove(&m->node.touched);
	plan_grave_dig(m->node.plan, m->slot, DECISION_MEMBER_SLOTS);
	if (m->record != NULL)
		free(m->record->data);
	free(m->record);
	free(m);
}

/* The new link comes before the old one goes, so that what both name stays. */
static void
link_vs(struct plan_member *m)
{
	struct plan_vs *vs = plan_vs_get(m->node.plan, m->obj->obj.name,
	    m->obj->server_len);

	if (vs == m->vs)
		return;
	unlink_member(m);
	m->vs = vs;
	list_append(&vs->members, &m->siblings);
}

static void
link_target(struct plan_member *m)
{
	struct plan_target *target = NULL;
	struct plan_record *r = m->record;

	r->leads = poolrecord_leads(m->pool->type, m->obj);
	if (r->leads != 0 && !m->obj->static_target)
		target = plan_target_get(m->node.plan,
		    pool_member_domain(m->obj));
	if (target == r->target)
		return;
	unlink_member(m);
	r->target = target;
	if (target != NULL)
		list_append(&target->members, &m->siblings);
}

/* The record's data anew. Another place in memory tells the pool that it is
 * other data. */
static void
put_data(struct plan_member *m)
{
	struct plan_record *r = m->record;
	uint8_t next[RECORDDATA_MAX], *was = r->data;
	size_t len = recorddata_write(m->pool->type, m->obj, next);

	if (was != NULL && len == r->data_len && memcmp(was, next, len) == 0)
		return;
	r->data = mem_dup(next, len);
	r->data_len = len;
	free(was);
}

void
plan_member_put(struct plan_member *m, const struct pool_member *obj)
{
	m->obj = obj;
	if (has_address(m)) {
		link_vs(m);
	} else {
		link_target(m);
		put_data(m);
	}
	plan_node_touch(&m->node, &m->node.plan->touched_members);
}

/* ---- state ---- */

static bool
has_rule(const struct plan_member *m)
{
	return m->pool->obj->rare->monitor.kind != MONRULE_NONE ||
	    m->obj->rare->monitor.kind != MONRULE_NONE;
}

/* What its own monitors and the pool's say. */
static enum status_probe
own_probe(const struct plan_member *m)
{
	return m->health != NULL ? plan_health_probe(m->health) :
	    STATUS_PROBE_NONE;
}

static void
update_address_probe(struct plan_member *m, bool enabled)
{
	const struct monrule *const rule[PLAN_HEALTH_RULES] = {
		&m->pool->obj->rare->monitor, &m->obj->rare->monitor };

	if (m->vs->obj == NULL) {
		drop_health(m);
		m->probe = STATUS_PROBE_DOWN;
		return;
	}
	if (!has_rule(m)) {
		drop_health(m);
	} else {
		if (m->health == NULL) {
			m->health = mem_zalloc(1, sizeof(*m->health));
			plan_health_init(m->health, m->node.plan, on_health, m);
		}
		plan_health_set(m->health, &m->vs->obj->destination, rule,
		    !enabled && !m->node.plan->monitor_disabled ?
		    PLAN_HEALTH_DISABLED : plan_prober_pause(m->vs->server));
	}
	m->probe = status_probe_both(m->vs->probe, own_probe(m));
}

static void
update_probe(struct plan_member *m, bool enabled)
{
	enum status_probe forced = plan_force_of_member(m);

	if (has_address(m))
		update_address_probe(m, enabled);
	else if (m->record->target == NULL)
		m->probe = STATUS_PROBE_UP;
	else
		m->probe = plan_target_probe(m->record->target,
		    m->record->leads);
	if (forced != STATUS_PROBE_NONE)
		m->probe = forced;
	m->held = m->held && forced != STATUS_PROBE_UP;
}

static enum status_enabled
enabled_of(const struct plan_member *m)
{
	if (!m->obj->enabled)
		return STATUS_DISABLED;
	if (m->vs != NULL && m->vs->node.status.enabled != STATUS_ENABLED)
		return STATUS_DISABLED_BY_PARENT;
	return STATUS_ENABLED;
}

/* manual-resume: one that was seen up and goes down is held there. */
static void
update_hold(struct plan_member *m)
{
	if (!m->pool->obj->rare->manual_resume || m->held ||
	    m->node.status.availability != STATUS_AVAILABLE ||
	    m->probe != STATUS_PROBE_DOWN)
		return;
	m->held = true;
	m->node.plan->remember = true;
}

static enum status_availability
availability_of(struct plan_member *m)
{
	enum status_availability a = status_of_probe(m->probe);

	if (m->held)
		return STATUS_OFFLINE;
	(void)plan_metrics_limit_member(m);
	if (m->vs == NULL || !status_is_usable(a) ||
	    plan_force_of_member(m) != STATUS_PROBE_NONE)
		return a;
	return plan_limit_is_over(&m->limit) ||
	    m->vs->node.status.availability == STATUS_UNAVAILABLE ?
	    STATUS_UNAVAILABLE : a;
}

static void
tell(struct plan_member *m, const struct status *was)
{
	char object[PLAN_LABEL_MAX], why[PLAN_REASON_MAX];

	(void)snprintf(object, sizeof(object), "pool-member %s %s",
	    m->pool->name, m->obj->obj.name);
	plan_node_log(&m->node, object, was,
	    plan_member_reason(m, why, sizeof(why)));
}

void
plan_member_update(struct plan_member *m)
{
	struct status was = m->node.status, now = { 0 };

	now.enabled = enabled_of(m);
	update_probe(m, now.enabled == STATUS_ENABLED &&
	    (m->pool->obj->enabled || m->pool->watched));
	update_hold(m);
	now.availability = availability_of(m);
	if (plan_node_set(&m->node, &now))
		tell(m, &was);
	plan_node_touch(&m->pool->node, &m->node.plan->touched_pools);
}

bool
plan_member_resume(struct plan_member *m)
{
	if (!m->held)
		return false;
	m->held = false;
	m->node.plan->remember = true;
	plan_node_touch(&m->node, &m->node.plan->touched_members);
	return true;
}

void
plan_member_spec(const struct plan_member *m, struct decision_spec_member *to)
{
	*to = (struct decision_spec_member){
		.enabled = m->node.status.enabled == STATUS_ENABLED,
		.available = status_is_usable(m->node.status.availability),
		.ratio = m->obj->ratio,
		.priority_group = m->obj->priority_group,
		.slot = m->slot, .key = clientnet_key(m->obj->obj.name),
	};
	plan_metrics_score(m, to);
	if (m->pool->type == WIDE_CNAME)
		to->target = m->record->data;
	if (!has_address(m)) {
		to->data = m->record->data;
		to->data_len = m->record->data_len;
		return;
	}
	if (m->vs->obj == NULL) {
		to->enabled = false;
		return;
	}
	to->addr = m->vs->obj->destination.addr;
	to->datacenter = m->vs->server->datacenter->key;
}

static const char *
limit_reason(const struct plan_member *m, char *text, size_t cap)
{
	struct metric_values used;

	if (!plan_limit_is_over(&m->limit))
		return plan_vs_reason(m->vs, text, cap);
	plan_metrics_of_vs(m->vs, &used);
	return plan_limit_reason(&m->limit, &m->obj->rare->limits, &used, text, cap);
}

const char *
plan_member_reason(const struct plan_member *m, char *text, size_t cap)
{
	if (plan_force_of_member(m) != STATUS_PROBE_NONE) {
		(void)snprintf(text, cap, "Forced for this question");
		return text;
	}
	if (m->held) {
		(void)snprintf(text, cap, "Manual resume: %s",
		    m->probe == STATUS_PROBE_DOWN ? "down" :
		    "waits until it is enabled");
		return text;
	}
	if (!has_address(m))
		return plan_target_reason(m->record->target,
		    m->record->leads, text, cap);
	if (m->vs->obj == NULL) {
		(void)snprintf(text, cap, "No such virtual server");
		return text;
	}
	if (m->node.status.availability == STATUS_UNAVAILABLE)
		return limit_reason(m, text, cap);
	/* Of the two, the one that decided; the member's own where both do. */
	if (own_probe(m) == m->probe && m->probe != STATUS_PROBE_NONE)
		return plan_health_reason(m->health, text, cap);
	return plan_vs_reason(m->vs, text, cap);
}
