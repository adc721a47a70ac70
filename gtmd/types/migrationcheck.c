/* gtmd/types/migrationcheck.c - see migrationcheck.h.
 *
 * Errors are what could never run; what would run otherwise than it was meant is
 * a warning. What has to be there only once it starts, such as hosts, is asked
 * then. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/migrationcheck.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/migration.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/server.h"
#include "gtmd/types/wideip.h"
#include "monitors/gaugeexpr.h"

static struct migration_host *
host_at(const struct migration *m, size_t i)
{
	return (struct migration_host *)m->hosts.v[i];
}

/* ---- canonical form ---- */

void
migrationcheck_settle(struct object *o, const struct draft *d,
    struct diag *out)
{
	struct migration *m = (struct migration *)o;

	(void)d;
	(void)out;
	for (size_t i = 0; i < m->hosts.count; i++) {
		char *mac = host_at(m, i)->station;

		for (; mac != NULL && *mac != '\0'; mac++)
			*mac = (char)tolower((unsigned char)*mac);
	}
}

/* ---- the application ---- */

static const struct wideip *
wide_of(const struct migration *m, const struct draft *d)
{
	enum wide_type type = recordtype_find(m->wideip.kind);

	return type == WIDE_TYPES ? NULL : (const struct wideip *)draft_find(d,
	    recordtype_rows[type].wide, m->wideip.path);
}

static void
check_pool(const struct migration *m, const struct wideip *w,
    const char *row, const char *pool, struct diag *out)
{
	if (pool != NULL && objlist_find(&w->pools, pool) == NULL)
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT,
		    "%s: %s is none of the pools of %s %s", row, pool,
		    w->obj.type->words, w->obj.name);
}

/* Shares are kept by ratio; a flip is good under any method. */
static void
check_method(const struct migration *m, const struct wideip *w,
    struct diag *out)
{
	if (m->plan != MIGRATION_FLIP_AT && wideip_lb(w) != POOL_LB_RATIO)
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT,
		    "plan: %s needs pool-lb-mode ratio at %s %s",
		    migration_plans[m->plan], w->obj.type->words, w->obj.name);
	if (w->rare->min_active_members > 0)
		objdiag_warn(out, &m->obj, NULL, "wideip: min-active-members of "
		    "%s is %u: priority groups may go before the plan",
		    w->obj.name, w->rare->min_active_members);
	if (w->rare->persistence)
		objdiag_warn(out, &m->obj, NULL, "wideip: persistence of %s "
		    "keeps clients at the old pool for as long as it is "
		    "enabled", w->obj.name);
}

/* It is meant to be lower than what caches are told without it. */
static void
check_ttl(const struct migration *m, const struct draft *d, const char *path,
    struct diag *out)
{
	enum wide_type type = recordtype_find(m->wideip.kind);
	const struct pool *p = path == NULL ? NULL : (const struct pool *)
	    draft_find(d, recordtype_rows[type].pool, path);

	if (p != NULL && m->ttl_s > p->ttl_s)
		objdiag_warn(out, &m->obj, NULL, "ttl: %" PRIu32 " s is over "
		    "the %" PRIu32 " s of pool %s: caches keep its answers for "
		    "longer while it runs", m->ttl_s, p->ttl_s, p->obj.name);
}

static void
check_application(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	const struct wideip *w = wide_of(m, d);

	if (m->from_pool != NULL && m->to_pool != NULL &&
	    strcmp(m->from_pool, m->to_pool) == 0)
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT,
		    "to-pool: %s is from-pool, too", m->to_pool);
	if (w == NULL)
		return;		/* reported as a reference */
	check_pool(m, w, "from-pool", m->from_pool, out);
	check_pool(m, w, "to-pool", m->to_pool, out);
	check_method(m, w, out);
	check_ttl(m, d, m->from_pool, out);
	check_ttl(m, d, m->to_pool, out);
}

/* ---- the hosts ---- */

static const struct hypervisor *
hypervisor_at(const struct draft *d, const char *path)
{
	return path == NULL ? NULL : (const struct hypervisor *)draft_find(d,
	    &hypervisor_type, path);
}

/* Whose steps are made by one driver at both ends. */
static void
check_ways(const struct migration *m, const struct migration_host *h,
    const struct draft *d, struct diag *out)
{
	const char *from = migration_from(m, h), *to = migration_to(m, h);
	const struct hypervisor *a = hypervisor_at(d, from);
	const struct hypervisor *b = hypervisor_at(d, to);

	if (from == NULL || to == NULL) {
		(void)objdiag_error(out, &m->obj, &h->obj, ERR_CONFLICT,
		    "%s-hypervisor: neither the host nor the migration has "
		    "one", from == NULL ? "from" : "to");
		return;
	}
	if (strcmp(from, to) == 0)
		(void)objdiag_error(out, &m->obj, &h->obj, ERR_CONFLICT,
		    "to-hypervisor: %s is from-hypervisor, too", to);
	else if (a != NULL && b != NULL && a->driver != b->driver)
		(void)objdiag_error(out, &m->obj, &h->obj, ERR_CONFLICT,
		    "to-hypervisor: %s and %s have different drivers", from,
		    to);
	else if (h->station == NULL && b != NULL && b->eip_control != NULL)
		objdiag_warn(out, &m->obj, &h->obj, "station: none: %s is not "
		    "told where the machine is", b->eip_control);
}

/* QEMU takes machines at an address; without one there is no way there. */
static void
check_door(const struct migration *m, const struct migration_host *h,
    const struct hypervisor *to, struct diag *out)
{
	if (to->migrate.port == 0)
		(void)objdiag_error(out, &m->obj, &h->obj, ERR_CONFLICT,
		    "to-hypervisor: %s has no migrate-address: no machine gets "
		    "there", to->obj.name);
	else if (h->storage_mib > 0 && to->storage.port == 0)
		(void)objdiag_error(out, &m->obj, &h->obj, ERR_CONFLICT,
		    "to-hypervisor: %s has no storage-address, and storage is "
		    "%" PRIu64 ": no disk gets there", to->obj.name,
		    h->storage_mib);
}

/* A port and what is added to it are a port. */
static void
check_offset(const struct migration *m, const struct migration_host *h,
    const struct hypervisor *at, struct diag *out)
{
	const struct { const char *row; uint16_t port; } k[] = {
		{ "migrate-address", at->migrate.port },
		{ "incoming-address", at->migrate_listen.port },
		{ "storage-address", at->storage.port },
		{ "storage-incoming-address", at->storage_listen.port },
	};

	for (size_t i = 0; i < OBJ_COUNT(k); i++)
		if (k[i].port + h->port_offset > UINT16_MAX)
			(void)objdiag_error(out, &m->obj, &h->obj, ERR_RANGE,
			    "port-offset: %" PRIu32 " is outside 0..%d: "
			    "%s of %s has port %u", h->port_offset,
			    UINT16_MAX - k[i].port, k[i].row, at->obj.name,
			    k[i].port);
}

/* What only QEMU's hypervisors have, or need. */
static void
check_qemu(const struct migration *m, const struct migration_host *h,
    const struct draft *d, struct diag *out)
{
	const struct hypervisor *from = hypervisor_at(d, migration_from(m, h));
	const struct hypervisor *to = hypervisor_at(d, migration_to(m, h));

	if (from == NULL || to == NULL || from == to ||
	    from->driver != to->driver)
		return;		/* reported already */
	if (to->driver == HYPERVISOR_EXEC) {
		if (h->port_offset > 0)
			objdiag_warn(out, &m->obj, &h->obj, "port-offset: it "
			    "has no effect without driver qmp");
		return;
	}
	check_door(m, h, to, out);
	check_offset(m, h, from, out);
	check_offset(m, h, to, out);
}

/* Told once: hosts mostly come from the same place. */
static void
check_way_back(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	for (size_t i = 0; i < m->hosts.count; i++) {
		const struct migration_host *h = host_at(m, i);
		const struct hypervisor *from = hypervisor_at(d,
		    migration_from(m, h));

		if (from == NULL || from->driver != HYPERVISOR_QMP ||
		    (from->migrate.port != 0 && (h->storage_mib == 0 ||
		    from->storage.port != 0)))
			continue;
		objdiag_warn(out, &m->obj, &h->obj, "from-hypervisor: %s has "
		    "no %s: no machine could be taken back", from->obj.name,
		    from->migrate.port == 0 ? "migrate-address" :
		    "storage-address");
		return;
	}
}

/* May they be under way at the same time, through the same ports? */
static bool
ports_clash(const struct migration *m, size_t i, size_t j,
    const struct draft *d)
{
	const struct migration_host *a = host_at(m, i), *b = host_at(m, j);
	const char *to = migration_to(m, a), *other = migration_to(m, b);
	const struct hypervisor *h = hypervisor_at(d, to);

	return m->concurrency > 1 && h != NULL && other != NULL &&
	    h->driver == HYPERVISOR_QMP && strcmp(to, other) == 0 &&
	    a->port_offset == b->port_offset;
}

static const char *
shared_address(const struct migration_host *a, const struct migration_host *b)
{
	for (size_t i = 0; i < a->addresses.count; i++)
		if (strlist_has(&b->addresses, a->addresses.v[i]))
			return a->addresses.v[i];
	return NULL;
}

/* What two machines cannot both have. */
static void
check_twins(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	for (size_t i = 0; i < m->hosts.count; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct migration_host *a = host_at(m, i);
			const struct migration_host *b = host_at(m, j);
			const char *shared = shared_address(a, b);

			if (a->station != NULL && b->station != NULL &&
			    strcmp(a->station, b->station) == 0)
				(void)objdiag_error(out, &m->obj, &a->obj,
				    ERR_CONFLICT, "station: %s is that of %s, "
				    "too", a->station, b->obj.name);
			if (shared != NULL)
				(void)objdiag_error(out, &m->obj, &a->obj,
				    ERR_CONFLICT, "addresses: %s is that of "
				    "%s, too", shared, b->obj.name);
			if (ports_clash(m, i, j, d))
				(void)objdiag_error(out, &m->obj, &a->obj,
				    ERR_CONFLICT, "port-offset: %u is that of "
				    "%s, too, and concurrency is %u",
				    a->port_offset, b->obj.name,
				    m->concurrency);
		}
	}
}

/* An order by size needs sizes. */
static void
check_order(const struct migration *m, struct diag *out)
{
	uint64_t mib = 0;

	for (size_t i = 0; i < m->hosts.count; i++)
		mib += host_at(m, i)->storage_mib + host_at(m, i)->memory_mib;
	if (m->order != MIGRATION_GIVEN && m->hosts.count > 1 && mib == 0)
		objdiag_warn(out, &m->obj, NULL, "order: %s: storage and memory "
		    "of all hosts are 0: they go as given",
		    migration_orders[m->order]);
}

static void
check_hosts(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	uint64_t capacity = 0;

	for (size_t i = 0; i < m->hosts.count; i++) {
		check_ways(m, host_at(m, i), d, out);
		check_qemu(m, host_at(m, i), d, out);
		capacity += host_at(m, i)->capacity;
	}
	check_way_back(m, d, out);
	check_twins(m, d, out);
	check_order(m, out);
	if (m->hosts.count == 0)
		objdiag_warn(out, &m->obj, NULL, "hosts: there are none: there "
		    "is nothing to start");
	else if (m->demand > capacity)
		objdiag_warn(out, &m->obj, NULL, "demand: %" PRIu64 " is over "
		    "the capacity of all hosts, %" PRIu64 ": the new site "
		    "never gets everything", m->demand, capacity);
}

/* ---- guards and plan ---- */

static void
check_lag(const struct migration *m, struct diag *out)
{
	bool json = m->lag_expression != NULL && *m->lag_expression == '$';
	struct gaugeexpr *x;
	struct err e;

	if ((m->lag_url == NULL) != (m->lag_expression == NULL)) {
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT, "%s: it "
		    "needs %s", m->lag_url != NULL ? "lag-url" :
		    "lag-expression", m->lag_url != NULL ? "lag-expression" :
		    "lag-url");
		return;
	}
	if (m->lag_expression == NULL)
		return;
	x = gaugeexpr_new(json ? GAUGEEXPR_JSON : GAUGEEXPR_PROMETHEUS,
	    m->lag_expression, NULL, &e);
	if (x == NULL)
		(void)objdiag_error(out, &m->obj, NULL, e.code,
		    "lag-expression: %s", e.text);
	gaugeexpr_free(&x);
}

/* A window has to hold what is judged at least. */
static void
check_slo(const struct migration *m, struct diag *out)
{
	uint64_t looks = (uint64_t)m->slo_window_s * 1000 /
	    m->guard_interval_ms;

	if (m->slo_url != NULL && looks < MIGRATION_SLO_LOOKS_MIN)
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT,
		    "slo-window: %" PRIu32 " s have room for %" PRIu64 " looks "
		    "at a guard-interval of %" PRIu32 " ms, and nothing is "
		    "judged by fewer than %d", m->slo_window_s, looks,
		    m->guard_interval_ms, MIGRATION_SLO_LOOKS_MIN);
}

static bool
is_probed(const struct draft *d, const struct pool *p)
{
	for (size_t i = 0; i < p->members.count; i++) {
		const struct pool_member *m = (const struct pool_member *)
		    p->members.v[i];
		const struct server *s;
		const struct server_vs *vs = server_split_key(d, m->obj.name, &s);

		if (m->rare->monitor.kind != MONRULE_NONE ||
		    (s != NULL && s->monitor.kind != MONRULE_NONE) ||
		    (vs != NULL && vs->monitor.kind != MONRULE_NONE))
			return true;
	}
	return p->rare->monitor.kind != MONRULE_NONE;
}

/* What nobody probes is never found wanting. */
static void
check_monitors(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	const char *const paths[2] = { m->from_pool, m->to_pool };
	enum wide_type type = recordtype_find(m->wideip.kind);

	for (size_t i = 0; m->slo_monitors && type != WIDE_TYPES && i < 2; i++) {
		const struct pool *p = paths[i] == NULL ? NULL :
		    (const struct pool *)draft_find(d, recordtype_rows[type].pool,
		    paths[i]);

		if (p != NULL && !is_probed(d, p))
			objdiag_warn(out, &m->obj, NULL, "slo-monitors: nobody "
			    "monitors pool %s", p->obj.name);
	}
}

/* Rows that were given and that nothing looks at. */
static void
check_idle(const struct migration *m, struct diag *out)
{
	bool slo = m->slo_url != NULL || m->slo_monitors;
	const struct { const char *row; bool read; const char *needs; } k[] = {
		{ "flip-at", m->plan == MIGRATION_FLIP_AT, "plan flip-at" },
		{ "steps", m->plan == MIGRATION_STEPS, "plan steps" },
		{ "step-hold", m->plan == MIGRATION_STEPS, "plan steps" },
		{ "slo-errors-max", slo, "slo-url or slo-monitors" },
		{ "slo-p95-max", slo, "slo-url or slo-monitors" },
		{ "slo-window", slo, "slo-url or slo-monitors" },
		{ "lag-max", m->lag_url != NULL, "lag-url" },
		{ "guard-interval", m->slo_url != NULL || m->lag_url != NULL,
		  "slo-url or lag-url" },
		{ "residual-threshold", m->relay_application != NULL,
		  "relay-application" },
	};

	for (size_t i = 0; i < OBJ_COUNT(k); i++)
		if (object_has(&m->obj, k[i].row) && !k[i].read)
			objdiag_warn(out, &m->obj, NULL, "%s: it has no effect "
			    "without %s", k[i].row, k[i].needs);
}

static void
check_relay(const struct migration *m, const struct draft *d,
    struct diag *out)
{
	const struct hypervisor *h = hypervisor_at(d, m->from_hypervisor);

	if (m->relay_application != NULL &&
	    (h == NULL || h->wom_control == NULL))
		(void)objdiag_error(out, &m->obj, NULL, ERR_CONFLICT,
		    "relay-application: it needs a from-hypervisor with "
		    "wom-control");
}

void
migrationcheck_migration(const struct object *o, const struct draft *d,
    struct diag *out)
{
	const struct migration *m = (const struct migration *)o;

	check_application(m, d, out);
	check_hosts(m, d, out);
	check_lag(m, out);
	check_slo(m, out);
	check_monitors(m, d, out);
	check_idle(m, out);
	check_relay(m, d, out);
}
