/* gtmd/topology/geokeep.c - see geokeep.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/topology/geokeep.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "gtmd/topology/geo.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/types/settings.h"

/* The databases of one configuration, and the files as they were. */
struct set {
	struct geo	*geo[TOPOLOGY_GEO_MAX];
	char		*path[TOPOLOGY_GEO_MAX];
	struct stat	 file[TOPOLOGY_GEO_MAX];
	size_t		 count;
};

struct geokeep {
	unsigned	 magic;
#define GEOKEEP_MAGIC	0x6e0cee91u
	char		*base_dir;
	struct set	 now, next;
	bool		 prepared;	/* next counts */
};

static void
set_fini(struct set *s)
{
	for (size_t i = 0; i < s->count; i++) {
		geo_close(&s->geo[i]);
		free(s->path[i]);
	}
	s->count = 0;
}

struct geokeep *
geokeep_new(const char *config_path)
{
	struct geokeep *k = mem_zalloc(1, sizeof(*k));
	const char *slash = strrchr(config_path, '/');

	k->magic = GEOKEEP_MAGIC;
	k->base_dir = slash == NULL ? mem_strdup(".") :
	    mem_strndup(config_path, (size_t)(slash - config_path));
	return k;
}

void
geokeep_free(struct geokeep **pk)
{
	struct geokeep *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, GEOKEEP_MAGIC);
	set_fini(&k->now);
	set_fini(&k->next);
	free(k->base_dir);
	k->magic = 0;
	free(k);
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The open database of this very file, or NULL. */
static struct geo *
find_open(const struct geokeep *k, const char *path, const struct stat *st)
{
	for (size_t i = 0; i < k->now.count; i++)
		if (strcmp(k->now.path[i], path) == 0 &&
		    same_file(&k->now.file[i], st)) {
			geo_ref(k->now.geo[i]);
			return k->now.geo[i];
		}
	return NULL;
}

static int
open_file(struct geokeep *k, const char *file, struct err *e)
{
	struct set *s = &k->next;
	size_t i = s->count;

	s->path[i] = *file == '/' ? mem_strdup(file) :
	    mem_printf("%s/%s", k->base_dir, file);
	s->geo[i] = NULL;
	if (stat(s->path[i], &s->file[i]) == 0)
		s->geo[i] = find_open(k, s->path[i], &s->file[i]);
	if (s->geo[i] == NULL)
		s->geo[i] = geo_open(s->path[i], e);
	if (s->geo[i] == NULL) {
		free(s->path[i]);
		return err_wrap(e, "global-settings dns: geoip-databases");
	}
	s->count++;
	return 0;
}

int
geokeep_prepare(struct geokeep *k, const struct draft *d, struct diag *out)
{
	const struct settings_dns *s = (const struct settings_dns *)
	    draft_find(d, &settings_dns_type, NULL);
	struct err e = { 0 };
	int rc = 0;

	OBJ_CHECK(k, GEOKEEP_MAGIC);
	k->prepared = draft_touches(d, &settings_dns_type);
	for (size_t i = 0; k->prepared && rc == 0 &&
	    i < s->geoip_databases.count; i++)
		rc = open_file(k, s->geoip_databases.v[i], &e);
	if (rc == 0)
		return 0;
	set_fini(&k->next);
	return diag_err(out, &s->obj.pos, &e);
}

bool
geokeep_settle(struct geokeep *k, bool made)
{
	bool others = k->next.count != k->now.count;

	OBJ_CHECK(k, GEOKEEP_MAGIC);
	if (!made || !k->prepared) {
		set_fini(&k->next);
		return false;
	}
	for (size_t i = 0; i < k->next.count && !others; i++)
		others = k->next.geo[i] != k->now.geo[i];
	set_fini(&k->now);
	k->now = k->next;
	k->next.count = 0;
	if (others)
		log_at(LOG_NOTICE, "gtmd", "service", "geoip-databases",
		    "count=%zu", k->now.count);
	return others;
}

struct geo *const *
geokeep_all(const struct geokeep *k, size_t *count)
{
	*count = k->now.count;
	return k->now.geo;
}

struct geo *const *
geokeep_prepared(const struct geokeep *k, size_t *count)
{
	const struct set *s = k->prepared ? &k->next : &k->now;

	*count = s->count;
	return s->geo;
}
