/* wom/control/womverify.c - see womverify.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/womverify.h"

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "wom/control/wish.h"
#include "wom/types/wom.h"

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	struct wish *w = wish_new(d, arg, out);
	bool good = w != NULL;

	wish_free(&w);
	return good ? 0 : ERR_CONFLICT;
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	(void)made;
}

int
womverify_config(const char *path, bool lenient, struct diag *out)
{
	/* No file of a history is opened: its folder does not matter. */
	struct wish_place place = { .config_path = path, .state_dir = "." };
	const struct store_gate gate = { on_prepare, on_settle, &place };
	struct err e = { 0 };
	struct store_backend *file = store_dir_open(path, NULL, &e);
	struct store *store;
	int rc;

	if (file == NULL)
		return diag_err(out, NULL, &e);
	store = store_new(&wom_schema, &file);
	store_gate(store, &gate);
	rc = store_load(store, lenient, out);
	store_free(&store);
	diag_sort(out);
	return rc;
}
