/* gtmd/mover/moverkept.c - see moverkept.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverkept.h"

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/migration.h"

/* What a draft must leave as it is, while a run is under way. */
struct kept {
	const struct model *model;
	const struct draft *draft;
	const char	*run;
};

static int
check_same(const struct kept *k, const struct type *t, const char *name,
    struct diag *out)
{
	const struct object *was = model_find(k->model, t, name);
	const struct object *now = draft_find(k->draft, t, name);

	if (was == NULL || was == now || (now != NULL && object_equal(was, now)))
		return 0;
	return objdiag_error(out, now != NULL ? now : was, NULL, ERR_CONFLICT,
	    "it cannot be %s while migration %s is under way",
	    now == NULL ? "deleted" : "changed", k->run);
}

int
moverkept_check(const struct model *m, const struct draft *d,
    const struct migspec *s, struct diag *out)
{
	const struct kept k = { m, d, s->name };
	const struct migration *o = (const struct migration *)model_find(m,
	    &migration_type, s->name);
	int rc = check_same(&k, &migration_type, s->name, out);

	/* Where the relay is, whoever the hosts are with. */
	if (rc == 0 && o != NULL && o->from_hypervisor != NULL)
		rc = check_same(&k, &hypervisor_type, o->from_hypervisor, out);
	for (size_t i = 0; rc == 0 && i < s->host_count; i++) {
		const struct migspec_host *h = &s->hosts[i];

		rc = check_same(&k, &hypervisor_type, h->from_hypervisor, out);
		if (rc == 0)
			rc = check_same(&k, &hypervisor_type, h->to_hypervisor,
			    out);
	}
	return rc;
}
