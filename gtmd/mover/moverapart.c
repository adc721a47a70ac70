/* gtmd/mover/moverapart.c - see moverapart.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverapart.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverrelay.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/wideip.h"

/* ---- two runs ---- */

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Pools of two types may have the same name. */
static bool
same_type(const struct migspec *s, const struct migspec *other)
{
	size_t len = strcspn(s->wideip, " ");

	return strcspn(other->wideip, " ") == len &&
	    strncmp(s->wideip, other->wideip, len) == 0;
}

static const char *
shared_pool(const struct migspec *s, const struct migspec *other)
{
	const char *const own[] = { s->from_pool, s->to_pool };

	for (size_t i = 0; i < 2 && same_type(s, other); i++)
		if (same(own[i], other->from_pool) ||
		    same(own[i], other->to_pool))
			return own[i];
	return NULL;
}

/* Machines have names of their own at each hypervisor; stations are anybody's. */
static bool
same_machine(const struct migspec_host *a, const struct migspec_host *b)
{
	if (same(a->station, b->station))
		return true;
	return same(a->name, b->name) &&
	    (same(a->from_hypervisor, b->from_hypervisor) ||
	    same(a->from_hypervisor, b->to_hypervisor) ||
	    same(a->to_hypervisor, b->from_hypervisor) ||
	    same(a->to_hypervisor, b->to_hypervisor));
}

static const char *
shared_machine(const struct migspec *s, const struct migspec *other)
{
	for (size_t i = 0; i < s->host_count; i++)
		for (size_t k = 0; k < other->host_count; k++)
			if (same_machine(&s->hosts[i], &other->hosts[k]))
				return s->hosts[i].name;
	return NULL;
}

int
moverapart_check(const struct migspec *s, const struct migspec *other,
    struct err *e)
{
	const char *pool = shared_pool(s, other);
	const char *machine = shared_machine(s, other);

	if (strcmp(s->wideip, other->wideip) == 0)
		return err_set(e, ERR_CONFLICT, "migration %s of %s is under "
		    "way", other->name, s->wideip);
	if (pool != NULL)
		return err_set(e, ERR_CONFLICT, "migration %s is under way, "
		    "which sets pool %s, too", other->name, pool);
	if (machine != NULL)
		return err_set(e, ERR_CONFLICT, "migration %s is under way, "
		    "which moves host %s, too", other->name, machine);
	return 0;
}

/* ---- ports ---- */

static bool
is_qemu(const struct model *m, const char *hypervisor)
{
	const struct hypervisor *h = (const struct hypervisor *)model_find(m,
	    &hypervisor_type, hypervisor);

	return h != NULL && h->driver == HYPERVISOR_QMP;
}

/* Where both may arrive, on their way there or home; NULL: nowhere. */
static const char *
shared_port(const struct migspec_host *a, const struct migspec_host *b,
    const struct model *m)
{
	const char *const places[] = { a->to_hypervisor, a->from_hypervisor };

	for (size_t i = 0; i < 2 && a->port_offset == b->port_offset; i++)
		if ((same(places[i], b->to_hypervisor) ||
		    same(places[i], b->from_hypervisor)) &&
		    is_qemu(m, places[i]))
			return places[i];
	return NULL;
}

int
moverapart_ports(const struct migspec *s, const struct migspec *other,
    const struct model *m, struct err *e)
{
	for (size_t i = 0; i < s->host_count; i++)
		for (size_t k = 0; k < other->host_count; k++) {
			const struct migspec_host *a = &s->hosts[i];
			const struct migspec_host *b = &other->hosts[k];
			const char *at = shared_port(a, b, m);

			if (at != NULL)
				return err_set(e, ERR_CONFLICT, "host %s: "
				    "port-offset: %u at hypervisor %s is that "
				    "of host %s of migration %s, which is under "
				    "way", a->name, a->port_offset, at, b->name,
				    other->name);
		}
	return 0;
}

/* ---- relays ---- */

int
moverapart_relay(const struct migspec *s, const struct migspec *other,
    const struct model *m, struct err *e)
{
	struct moverrelay_place a, b;
	int rc = 0;

	if (!moverrelay_find(m, s, &a))
		return 0;
	if (moverrelay_find(m, other, &b)) {
		if (same(a.hypervisor->wom_control, b.hypervisor->wom_control) &&
		    same(a.application, b.application))
			rc = err_set(e, ERR_CONFLICT, "migration %s is under "
			    "way, which has relay-application %s, too",
			    other->name, a.application);
		moverrelay_place_fini(&b);
	}
	moverrelay_place_fini(&a);
	return rc;
}

/* ---- other wide IPs ---- */

/* Somebody answers for w when from-pool is disabled: to-pool, which is enabled by
 * then, another pool that is, or who stands in for all. */
static bool
has_another(const struct wideip *w, const struct migspec *s,
    const struct recordtype *type, const struct model *m)
{
	if (w->last_resort_pool.kind != NULL || w->pools_cname.count > 0)
		return true;
	for (size_t i = 0; i < w->pools.count; i++) {
		const char *name = w->pools.v[i]->name;
		const struct pool *p = (const struct pool *)model_find(m,
		    type->pool, name);

		if (same(name, s->to_pool) || (p != NULL && p->enabled &&
		    !same(name, s->from_pool)))
			return true;
	}
	return false;
}

int
moverapart_wides(const struct migspec *s, const struct model *m, struct err *e)
{
	size_t len = strcspn(s->wideip, " "), at = 0;
	const struct recordtype *type;
	const struct wideip *w;
	char kind[16] = "";

	if (len < sizeof(kind))
		memcpy(kind, s->wideip, len);
	if (recordtype_find(kind) == WIDE_TYPES)
		return 0;
	type = &recordtype_rows[recordtype_find(kind)];
	while ((w = (const struct wideip *)model_next(m, type->wide,
	    &at)) != NULL)
		if (w->enabled && objlist_find(&w->pools, s->from_pool) !=
		    NULL && !has_another(w, s, type, m))
			return err_set(e, ERR_CONFLICT, "wideip %s %s is "
			    "answered by %s alone: nobody would answer for it "
			    "once all users are at %s (force starts it all the "
			    "same)", kind, w->obj.name, s->from_pool,
			    s->to_pool);
	return 0;
}
