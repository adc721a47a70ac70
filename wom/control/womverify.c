/* wom/control/womverify.c - see womverify.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/womverify.h"

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "wom/types/wom.h"

int
womverify_config(const char *path, bool lenient, struct diag *out)
{
	struct err e = { 0 };
	struct store_backend *file = store_dir_open(path, NULL, &e);
	struct store *store;
	int rc;

	if (file == NULL)
		return diag_err(out, NULL, &e);
	store = store_new(&wom_schema, &file);
	rc = store_load(store, lenient, out);
	store_free(&store);
	diag_sort(out);
	return rc;
}
