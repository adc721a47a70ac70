/* gtmd/mover/moverspec.c - see moverspec.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverspec.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/model.h"
#include "core/model/path.h"
#include "core/model/object.h"
#include "gtmd/migrate/migslo.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/migration.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/wideip.h"

_Static_assert(MIGRATION_SLO_LOOKS_MIN == MIGSLO_SAMPLES_MIN,
    "what is refused is what would never be judged");

static char **
copy_list(const struct strlist *l, size_t *count)
{
	char **v = mem_zalloc(l->count + 1, sizeof(*v));

	for (size_t i = 0; i < l->count; i++)
		v[i] = mem_strdup(l->v[i]);
	*count = l->count;
	return v;
}

static void
copy_host(struct migspec *s, const struct migration *m,
    const struct migration_host *h)
{
	struct migspec_host *to = migspec_add_host(s);

	to->name = mem_strdup(h->obj.name);
	to->capacity = h->capacity;
	to->order = h->order;
	to->port_offset = h->port_offset;
	to->storage_mib = h->storage_mib;
	to->memory_mib = h->memory_mib;
	to->station = mem_strdup(h->station);
	to->from_hypervisor = mem_strdup(migration_from(m, h));
	to->to_hypervisor = mem_strdup(migration_to(m, h));
	to->check_url = mem_strdup(h->check_url);
	to->addresses = copy_list(&h->addresses, &to->address_count);
}

/* The words of both tables are in the same order as the values of migspec.h. */
static void
copy_plan(struct migspec *s, const struct migration *m)
{
	uint8_t steps[MIGRATION_STEPS_MAX + 1];

	s->plan = (enum migspec_plan)m->plan;
	s->flip_at = m->flip_at;
	s->step_count = migration_steps(m, steps);
	for (size_t i = 0; i < s->step_count; i++)
		s->steps[i] = steps[i];
	s->step_hold_s = m->step_hold_s;
	s->demand = (uint32_t)m->demand;
	s->order = (enum migspec_order)m->order;
	s->concurrency = m->concurrency;
	s->ttl_s = m->ttl_s;
}

static void
copy_times(struct migspec *s, const struct migration *m)
{
	s->prepare_timeout_s = m->prepare_timeout_s;
	s->storage_timeout_s = m->storage_timeout_s;
	s->memory_timeout_s = m->memory_timeout_s;
	s->verify_timeout_s = m->verify_timeout_s;
	s->drain_timeout_s = m->drain_timeout_s;
	s->retries = m->retries;
	s->on_failure = (enum migspec_failure)m->on_failure;
	if (m->relay_application != NULL)
		s->relay_application = path_absolute(m->relay_application, NULL);
	s->residual_threshold = m->residual_threshold;
	s->residual_window_s = m->residual_window_s;
}

static void
copy_guards(struct migspec *s, const struct migration *m)
{
	s->guard_destination = m->guard_destination;
	s->lag_url = mem_strdup(m->lag_url);
	s->lag_expression = mem_strdup(m->lag_expression);
	s->lag_max = (double)m->lag_max;
	s->slo_url = mem_strdup(m->slo_url);
	s->slo_monitors = m->slo_monitors;
	s->slo_interval_ms = m->guard_interval_ms;
	s->slo_window_s = m->slo_window_s;
	s->slo_errors_max = m->slo_errors_max;
	s->slo_p95_max_ms = m->slo_p95_max_ms;
	s->freeze_windows = copy_list(&m->freeze_windows, &s->freeze_count);
}

/* ---- what is there ---- */

static const struct pool *
find_pool(const struct model *model, enum wide_type type, const char *path)
{
	return (const struct pool *)model_find(model,
	    recordtype_rows[type].pool, path);
}

static const struct wideip_pool *
find_item(const struct wideip *w, const char *pool)
{
	return (const struct wideip_pool *)objlist_find(&w->pools, pool);
}

static int
find_before(struct migspec *s, const struct model *model, struct err *e)
{
	enum wide_type type;
	const struct wideip *w;
	const struct pool *from, *to;
	char kind[16] = "";
	size_t len = strcspn(s->wideip, " ");

	if (len < sizeof(kind))
		memcpy(kind, s->wideip, len);
	type = recordtype_find(kind);
	w = type == WIDE_TYPES ? NULL : (const struct wideip *)model_find(model,
	    recordtype_rows[type].wide, s->wideip + len + 1);
	if (w == NULL)
		return err_set(e, ERR_REF, "wideip: there is no %s", s->wideip);
	from = find_pool(model, type, s->from_pool);
	to = find_pool(model, type, s->to_pool);
	if (from == NULL || to == NULL || find_item(w, s->from_pool) == NULL ||
	    find_item(w, s->to_pool) == NULL)
		return err_set(e, ERR_REF, "%s and %s are not both pools of %s",
		    s->from_pool, s->to_pool, s->wideip);
	s->before = (struct migspec_before){
		.from_enabled = from->enabled, .to_enabled = to->enabled,
		.from_ratio = find_item(w, s->from_pool)->ratio,
		.to_ratio = find_item(w, s->to_pool)->ratio,
		.from_ttl_s = from->ttl_s, .to_ttl_s = to->ttl_s,
	};
	return 0;
}

/* Somewhere to go, that may be gone to. */
static int
check_host(const struct migspec_host *h, const struct model *model,
    struct err *e)
{
	const struct hypervisor *from, *to;
	const struct datacenter *dc;

	from = (const struct hypervisor *)model_find(model, &hypervisor_type,
	    h->from_hypervisor);
	to = (const struct hypervisor *)model_find(model, &hypervisor_type,
	    h->to_hypervisor);
	if (from == NULL || to == NULL)
		return err_set(e, ERR_REF, "host %s: there is no hypervisor %s",
		    h->name, from == NULL ? h->from_hypervisor :
		    h->to_hypervisor);
	if (!to->enabled)
		return err_set(e, ERR_CONFLICT, "host %s: hypervisor %s is "
		    "disabled", h->name, h->to_hypervisor);
	dc = (const struct datacenter *)model_find(model, &datacenter_type,
	    to->datacenter);
	if (dc == NULL || !dc->enabled)
		return err_set(e, ERR_CONFLICT, "host %s: data center %s is "
		    "disabled", h->name, to->datacenter);
	return 0;
}

static int
check_world(struct migspec *s, const struct model *model, struct err *e)
{
	int rc;

	if (s->host_count == 0)
		return err_set(e, ERR_CONFLICT, "hosts: there are none: there "
		    "is nothing to move");
	for (size_t i = 0; i < s->host_count; i++)
		if ((rc = check_host(&s->hosts[i], model, e)) != 0)
			return rc;
	rc = find_before(s, model, e);
	return rc != 0 ? rc : migspec_check(s, e);
}

struct migspec *
moverspec_new(const struct migration *m, const struct model *model,
    uint32_t run, struct err *e)
{
	struct migspec *s = migspec_new();

	s->name = mem_strdup(m->obj.name);
	s->run = run;
	s->wideip = mem_printf("%s %s", m->wideip.kind, m->wideip.path);
	s->from_pool = mem_strdup(m->from_pool);
	s->to_pool = mem_strdup(m->to_pool);
	s->description = mem_strdup(m->description);
	copy_plan(s, m);
	copy_times(s, m);
	copy_guards(s, m);
	for (size_t i = 0; i < m->hosts.count; i++)
		copy_host(s, m, (const struct migration_host *)m->hosts.v[i]);
	if (check_world(s, model, e) != 0)
		migspec_free(&s);
	return s;
}

/* ---- what is on record ---- */

static bool
is_whole(const struct migspec *s)
{
	bool whole = s->wideip != NULL && s->from_pool != NULL &&
	    s->to_pool != NULL;

	for (size_t i = 0; whole && i < s->host_count; i++)
		whole = s->hosts[i].from_hypervisor != NULL &&
		    s->hosts[i].to_hypervisor != NULL;
	return whole;
}

int
moverspec_check(const struct migspec *s, const char *name, uint32_t run,
    struct err *e)
{
	if (strcmp(s->name, name) != 0 || s->run != run)
		return err_set(e, ERR_CONFLICT, "the record of run %" PRIu32
		    " of %s is that of run %" PRIu32 " of %s", run, name,
		    s->run, s->name);
	return is_whole(s) ? 0 : err_set(e, ERR_PARSE, "the record of run %"
	    PRIu32 " of %s does not say its wide IP, pools and hypervisors",
	    run, name);
}
