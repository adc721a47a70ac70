/* gtmd/plan/plan_health.c - monitor rules of one place. See the header.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_health.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/prop.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_monitor.h"
#include "monitors/watch.h"

/* Room for one monitor's words: a name of 255 octets, an address, a cause. */
#define REASON_MAX	512

void
plan_health_init(struct plan_health *h, struct plan *p,
    void (*changed)(void *), void *owner)
{
	*h = (struct plan_health){ .plan = p, .changed = changed,
	    .owner = owner };
}

static size_t
count_of(const struct plan_health *h)
{
	return h->count[0] + h->count[1];
}

static void
on_watch(struct watch *w, void *arg)
{
	struct plan_probe *pr = arg;
	struct plan_health *h = pr->health;

	(void)w;
	h->changed(h->owner);
	plan_settle(h->plan);
}

static struct watch *
open_watch(struct plan_probe *pr)
{
	struct plan_health *h = pr->health;
	struct sched *s = h->plan->config.sched;

	return h->control ? watch_open_control(s, pr->monitor->effective,
	    &h->place, pr) : watch_open(s, pr->monitor->effective, &h->place,
	    on_watch, pr);
}

static struct plan_probe *
probe_new(struct plan_health *h, const char *monitor)
{
	struct plan_probe *pr = mem_zalloc(1, sizeof(*pr));

	pr->health = h;
	pr->monitor = plan_monitor_get(h->plan, monitor);
	list_append(&pr->monitor->users, &pr->users);
	if (pr->monitor->effective != NULL)
		pr->watch = open_watch(pr);
	return pr;
}

static void
probe_free(struct plan_probe *pr)
{
	struct plan *p = pr->health->plan;

	watch_close(&pr->watch);
	list_remove(&pr->users);
	plan_monitor_drop(p, pr->monitor);
	free(pr);
}

void
plan_health_reopen(struct plan_probe *pr)
{
	struct plan_health *h = pr->health;
	struct watch *was = pr->watch;

	pr->watch = open_watch(pr);
	watch_close(&was);
	h->changed(h->owner);
}

static bool
rule_is_same(const struct plan_health *h, size_t rule, size_t first,
    const struct monrule *r)
{
	size_t count = r != NULL ? r->monitors.count : 0;

	if (count != h->count[rule])
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(h->probes[first + i]->monitor->name,
		    r->monitors.v[i]) != 0)
			return false;
	return true;
}

/* Nothing to open or close? (How many have to be up may have changed.) */
static bool
is_same(const struct plan_health *h, const struct addrport *place,
    const struct monrule *const rule[PLAN_HEALTH_RULES])
{
	return h->place.port == place->port &&
	    addr_equal(&h->place.addr, &place->addr) &&
	    rule_is_same(h, 0, 0, rule[0]) &&
	    rule_is_same(h, 1, h->count[0], rule[1]);
}

static unsigned
need_of(const struct monrule *r)
{
	if (r == NULL)
		return 0;
	switch (r->kind) {
	case MONRULE_NONE:
		return 0;
	case MONRULE_ALL:
		return (unsigned)r->monitors.count;
	case MONRULE_MIN:
	case MONRULE_REQUIRE:
		break;
	}
	return r->need;
}

static void
open_probes(struct plan_health *h,
    const struct monrule *const rule[PLAN_HEALTH_RULES])
{
	size_t n = 0;

	for (size_t r = 0; r < PLAN_HEALTH_RULES; r++)
		n += rule[r] != NULL ? rule[r]->monitors.count : 0;
	h->probes = n > 0 ? mem_zalloc(n, sizeof(*h->probes)) : NULL;
	n = 0;
	for (size_t r = 0; r < PLAN_HEALTH_RULES; r++) {
		h->count[r] = rule[r] != NULL ? rule[r]->monitors.count : 0;
		for (size_t i = 0; i < h->count[r]; i++) {
			assert(h->probes != NULL);
			h->probes[n++] = probe_new(h, rule[r]->monitors.v[i]);
		}
	}
}

static void
free_probes(struct plan_probe **probes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		probe_free(probes[i]);
	free(probes);
}

void
plan_health_set(struct plan_health *h, const struct addrport *place,
    const struct monrule *const rule[PLAN_HEALTH_RULES],
    const char *paused)
{
	static const struct monrule *const nothing[PLAN_HEALTH_RULES];
	struct plan_probe **was = h->probes;
	size_t was_count = count_of(h);

	h->paused = NULL;
	for (size_t r = 0; r < PLAN_HEALTH_RULES; r++) {
		h->need[r] = need_of(rule[r]);
		if (h->need[r] > 0)
			h->paused = paused;
	}
	if (is_same(h, place, h->paused != NULL ? nothing : rule))
		return;
	h->place = *place;
	open_probes(h, h->paused != NULL ? nothing : rule);
	free_probes(was, was_count);
}

void
plan_health_fini(struct plan_health *h)
{
	free_probes(h->probes, count_of(h));
	h->probes = NULL;
	h->count[0] = h->count[1] = 0;
}

static enum status_probe
rule_probe(const struct plan_health *h, size_t rule)
{
	struct plan_probe *const *pr = h->probes;
	unsigned up = 0, down = 0;

	if (rule == 1)
		pr += h->count[0];
	if (h->count[rule] == 0)
		return STATUS_PROBE_NONE;
	for (size_t i = 0; i < h->count[rule]; i++) {
		enum health_state s = pr[i]->watch != NULL ?
		    watch_state(pr[i]->watch) : HEALTH_UNKNOWN;

		up += s == HEALTH_UP;
		down += s == HEALTH_DOWN;
	}
	if (up >= h->need[rule])
		return STATUS_PROBE_UP;
	return h->count[rule] - down < h->need[rule] ? STATUS_PROBE_DOWN :
	    STATUS_PROBE_CHECKING;
}

/* What the monitors say, without the policy for what they do not. */
static enum status_probe
verdict(const struct plan_health *h)
{
	if (h->paused != NULL)
		return STATUS_PROBE_CHECKING;
	return status_probe_both(rule_probe(h, 0), rule_probe(h, 1));
}

enum status_probe
plan_health_probe(const struct plan_health *h)
{
	enum status_probe v = verdict(h);

	return v == STATUS_PROBE_CHECKING && h->plan->unknown_is_down ?
	    STATUS_PROBE_DOWN : v;
}

/* The first watch in the state that decided. */
static const struct watch *
deciding(const struct plan_health *h, enum status_probe probe)
{
	enum health_state want = probe == STATUS_PROBE_UP ? HEALTH_UP :
	    probe == STATUS_PROBE_DOWN ? HEALTH_DOWN : HEALTH_UNKNOWN;

	for (size_t i = 0; i < count_of(h); i++) {
		size_t rule = i < h->count[0] ? 0 : 1;
		const struct watch *w = h->probes[i]->watch;

		if (w != NULL && watch_state(w) == want &&
		    rule_probe(h, rule) == probe)
			return w;
	}
	return NULL;
}

real_s
plan_health_since(const struct plan_health *h)
{
	real_s latest = 0;

	for (size_t i = 0; i < h->count[0] + h->count[1]; i++) {
		real_s one = watch_since(h->probes[i]->watch);

		if (one > latest)
			latest = one;
	}
	return latest;
}

const char *
plan_health_reason(const struct plan_health *h, char *text, size_t cap)
{
	enum status_probe probe = verdict(h);
	const struct watch *w = deciding(h, probe);
	char words[REASON_MAX];

	switch (probe) {
	case STATUS_PROBE_NONE:
		(void)snprintf(text, cap, "No monitor");
		break;
	case STATUS_PROBE_CHECKING:
		(void)snprintf(text, cap, "%s%s",
		    h->paused != NULL ? h->paused : "Checking",
		    h->plan->unknown_is_down ? " (unknown is down)" : "");
		break;
	case STATUS_PROBE_UP:
	case STATUS_PROBE_DOWN:
		(void)snprintf(text, cap, "%s", w == NULL ? "" :
		    watch_reason(w, words, sizeof(words)));
		break;
	}
	return text;
}
