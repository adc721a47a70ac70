/* gtmd/query/zonekeep.c - see zonekeep.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/zonekeep.h"

#include <assert.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "gtmd/types/servedzone.h"
#include "zones/zonefile.h"
#include "zones/zoneset.h"

/* One zone of the configuration, with what its file gave. */
struct kept {
	char		*domain, *file;		/* owned; file is absolute */
	char		*key;			/* both; owned */
	struct zone	*zone;			/* a reference */
};

struct shelf {
	struct kept	**kept;			/* owned, each one too */
	size_t		 count, room;
	struct map	 by_key;
};

struct zonekeep {
	unsigned	 magic;
#define ZONEKEEP_MAGIC	0x20bee9e1u
	char		*base_dir;
	struct zoneset	**slot;
	bool		 reread;	/* the next prepare trusts no old file */
	bool		 pending;	/* prepared, not settled yet */
	struct shelf	 now, next;
	struct zoneset	*next_set;	/* NULL: nothing changes */
};

static void
shelf_fini(struct shelf *s)
{
	map_fini(&s->by_key);
	for (size_t i = 0; i < s->count; i++) {
		struct kept *k = s->kept[i];

		free(k->domain);
		free(k->file);
		free(k->key);
		zone_free(&k->zone);
		free(k);
	}
	free(s->kept);
	*s = (struct shelf){ 0 };
}

static const struct kept *
shelf_find(const struct shelf *s, const struct kept *k)
{
	return map_find(&s->by_key, k->key);
}

struct zonekeep *
zonekeep_new(const char *config_path, struct zoneset **slot)
{
	struct zonekeep *k = mem_zalloc(1, sizeof(*k));
	char *copy = mem_strdup(config_path);
	struct err e;

	k->magic = ZONEKEEP_MAGIC;
	k->base_dir = mem_strdup(dirname(copy));
	free(copy);
	k->slot = slot;
	if (zoneset_build(slot, NULL, 0, &e) != 0)
		assert(!"an empty zone set can always be built");
	return k;
}

void
zonekeep_free(struct zonekeep **pk)
{
	struct zonekeep *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, ZONEKEEP_MAGIC);
	shelf_fini(&k->now);
	shelf_fini(&k->next);
	zoneset_free(&k->next_set);
	zoneset_free(k->slot);
	free(k->base_dir);
	k->magic = 0;
	free(k);
}

void
zonekeep_reread(struct zonekeep *k)
{
	k->reread = true;
}

static char *
file_path(const struct zonekeep *k, const char *file)
{
	return *file == '/' ? mem_strdup(file) :
	    mem_printf("%s/%s", k->base_dir, file);
}

/* A zone without records, at the end of the shelf. An origin is served once,
 * so that no two have one key. */
static struct kept *
shelf_append(struct shelf *s, const char *domain, char *file)
{
	struct kept *k = mem_zalloc(1, sizeof(*k));

	k->domain = mem_strdup(domain);
	k->file = file;
	k->key = mem_printf("%s\n%s", domain, file);
	s->kept = mem_grow(s->kept, &s->room, s->count + 1,
	    sizeof(struct kept *));
	s->kept[s->count++] = k;
	(void)map_put(&s->by_key, k->key, k);
	return k;
}

/* Puts one zone of the draft on the next shelf: the one we have, or read. */
static int
shelf_add(struct zonekeep *k, const struct servedzone *z, struct diag *out)
{
	const char *domain = servedzone_domain(z);
	uint8_t origin[DNSNAME_MAX];
	const struct kept *had;
	struct kept *kept;
	int rc = 0;

	kept = shelf_append(&k->next, domain, file_path(k, z->file));
	had = shelf_find(&k->now, kept);
	if (had != NULL && !k->reread) {
		kept->zone = zone_hold(had->zone);
		return 0;
	}
	if (dnsname_parse(domain, origin) == 0)
		return diag_error(out, &z->obj.pos, ERR_PARSE,
		    "zone %s: \"%s\" is not a domain name", z->obj.name, domain);
	rc = zonefile_load(&kept->zone, kept->file, origin, out);
	if (rc != 0)
		return diag_error(out, &z->obj.pos, rc,
		    "zone %s: file %s could not be loaded", z->obj.name, kept->file);
	return 0;
}

static bool
shelf_equal(const struct shelf *a, const struct shelf *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct kept *k = shelf_find(b, a->kept[i]);

		if (k == NULL || k->zone != a->kept[i]->zone)
			return false;
	}
	return true;
}

static int
shelf_build(const struct shelf *s, struct zoneset **out, struct diag *d)
{
	struct zone **zones = mem_zalloc(s->count + 1, sizeof(*zones));
	struct err e = { 0 };
	int rc;

	for (size_t i = 0; i < s->count; i++)
		zones[i] = s->kept[i]->zone;
	rc = zoneset_build(out, zones, s->count, &e);
	free(zones);
	return rc == 0 ? 0 : diag_err(d, NULL, &e);
}

int
zonekeep_prepare(struct zonekeep *k, const struct draft *d, struct diag *out)
{
	const struct object *o;
	size_t at = 0;
	int rc = 0;

	OBJ_CHECK(k, ZONEKEEP_MAGIC);
	assert(!k->pending);
	if (!k->reread && !draft_touches(d, &servedzone_type)) {
		k->pending = true;
		return 0;
	}
	while ((o = draft_next(d, &servedzone_type, &at)) != NULL) {
		const struct servedzone *z = (const struct servedzone *)o;
		int r = z->enabled ? shelf_add(k, z, out) : 0;

		rc = rc != 0 ? rc : r;
	}
	if (rc == 0 && !shelf_equal(&k->now, &k->next))
		rc = shelf_build(&k->next, &k->next_set, out);
	k->pending = rc == 0;
	k->reread = false;
	if (rc != 0)
		shelf_fini(&k->next);
	return rc;
}

static void
set_free(void *arg)
{
	struct zoneset *zs = arg;

	zoneset_free(&zs);
}

static void
shelf_log(const struct shelf *s, const struct shelf *was)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct kept *k = s->kept[i];
		const struct kept *had = shelf_find(was, k);

		if (had == NULL || had->zone != k->zone)
			log_at(LOG_NOTICE, "gtmd", k->domain, "zone-loaded",
			    "serial=%u names=%zu records=%zu", k->zone->serial,
			    k->zone->name_count, k->zone->record_count);
	}
}

void
zonekeep_settle(struct zonekeep *k, bool made)
{
	OBJ_CHECK(k, ZONEKEEP_MAGIC);
	assert(k->pending);
	k->pending = false;
	if (made && k->next_set != NULL) {
		shelf_log(&k->next, &k->now);
		rcu_defer(set_free, RCU_SWAP(*k->slot, k->next_set));
		k->next_set = NULL;
		shelf_fini(&k->now);
		k->now = k->next;
		k->next = (struct shelf){ 0 };
	}
	zoneset_free(&k->next_set);
	shelf_fini(&k->next);
}
