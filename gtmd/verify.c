/* gtmd/verify.c - see verify.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/verify.h"

#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "gtmd/types/gtm.h"
#include "gtmd/zonekeep.h"
#include "zones/zoneset.h"

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	return zonekeep_prepare(arg, d, out);
}

static void
on_settle(void *arg, bool made)
{
	(void)made;
	zonekeep_settle(arg, false);	/* nobody asks for the zones */
}

int
verify_config(const char *path, bool lenient, struct diag *out)
{
	struct err e = { 0 };
	struct store_backend *file = store_dir_open(path, NULL, &e);
	struct zoneset *set = NULL;
	struct zonekeep *zones;
	struct store_gate gate;
	struct store *store;
	int rc;

	if (file == NULL)
		return diag_err(out, NULL, &e);
	zones = zonekeep_new(path, &set);
	gate = (struct store_gate){ on_prepare, on_settle, zones };
	store = store_new(&gtm_schema, &file);
	store_gate(store, &gate);
	rc = store_load(store, lenient, out);
	store_free(&store);
	zonekeep_free(&zones);
	diag_sort(out);
	return rc;
}
