/* gtmd/control/verify.c - see verify.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/control/verify.h"

#include <libgen.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "gtmd/query/zonekeep.h"
#include "gtmd/serve/listenmanner.h"
#include "gtmd/topology/geokeep.h"
#include "gtmd/topology/topology_check.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/types/gtm.h"
#include "zones/zoneset.h"

/* What a draft needs from outside, read and let go. */
struct files {
	struct zonekeep	*zones;
	struct geokeep	*geo;
	const char	*base_dir;
};

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	const struct files *f = arg;
	int listeners = listenmanner_verify(d, f->base_dir, out);
	int zones = zonekeep_prepare(f->zones, d, out);
	int geo = geokeep_prepare(f->geo, d, out);

	struct topology_table *table = geo != 0 ? NULL :
	    topology_check_load(d, f->geo, out);

	topology_table_drop(&table);
	if (listeners == 0 && zones == 0 && geo == 0)
		return 0;
	if (zones == 0)
		zonekeep_settle(f->zones, false);
	if (geo == 0)
		(void)geokeep_settle(f->geo, false);
	return zones != 0 ? zones : geo != 0 ? geo : listeners;
}

static void
on_settle(void *arg, bool made)
{
	const struct files *f = arg;

	(void)made;
	/* Nobody asks for them. */
	zonekeep_settle(f->zones, false);
	(void)geokeep_settle(f->geo, false);
}

int
verify_config(const char *path, bool lenient, struct diag *out)
{
	struct err e = { 0 };
	struct store_backend *file = store_dir_open(path, NULL, &e);
	struct zoneset *set = NULL;
	struct store_gate gate;
	struct store *store;
	struct files files;
	char *copy;
	int rc;

	if (file == NULL)
		return diag_err(out, NULL, &e);
	copy = mem_strdup(path);
	files = (struct files){ zonekeep_new(path, &set), geokeep_new(path),
	    dirname(copy) };
	gate = (struct store_gate){ on_prepare, on_settle, &files };
	store = store_new(&gtm_schema, &file);
	store_gate(store, &gate);
	rc = store_load(store, lenient, out);
	store_free(&store);
	zonekeep_free(&files.zones);
	geokeep_free(&files.geo);
	free(copy);
	diag_sort(out);
	return rc;
}
