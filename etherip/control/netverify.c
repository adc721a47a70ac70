/* etherip/control/netverify.c - see netverify.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netverify.h"

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "etherip/control/netplan.h"
#include "etherip/types/net.h"

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	struct netplan *p = netplan_new(d, out);
	bool good = p != NULL;

	(void)arg;
	netplan_free(&p);
	return good ? 0 : ERR_CONFLICT;
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	(void)made;
}

int
netverify_config(const char *path, bool lenient, struct diag *out)
{
	const struct store_gate gate = { on_prepare, on_settle, NULL };
	struct err e = { 0 };
	struct store_backend *file = store_dir_open(path, NULL, &e);
	struct store *store;
	int rc;

	if (file == NULL)
		return diag_err(out, NULL, &e);
	store = store_new(&net_schema, &file);
	store_gate(store, &gate);
	rc = store_load(store, lenient, out);
	store_free(&store);
	diag_sort(out);
	return rc;
}
