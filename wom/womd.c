/* wom/womd.c - see womd.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/womd.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/daemonlife.h"
#include "wom/control/enact.h"
#include "wom/control/wish.h"
#include "wom/control/womcontrol.h"
#include "wom/types/wom.h"

struct womd {
	struct daemonlife life;		/* first: as daemonlife.h has it */
	struct enact	*enact;
	struct womcontrol *control;
};

/* Certificates are read anywhere, and anew with each load; written is what this
 * daemon keeps, and its configuration. */
static void
confine(void *arg, const struct wish *wish)
{
	const struct womd *w = arg;
	const char *folders[] = { wish->history_folder };

	daemonlife_confine(&w->life, folders, 1, 0);
}

static int
open_parts(void *arg, struct err *e)
{
	struct womd *w = arg;
	struct store_gate gate;

	(void)e;
	w->enact = enact_new(&(struct enact_config){
	    .loop = w->life.loop, .config_path = w->life.config_path,
	    .state_dir = w->life.state_dir, .events = w->life.events,
	    .confine = confine, .arg = w });
	gate = (struct store_gate){ enact_prepare, enact_settle, w->enact };
	store_gate(w->life.store, &gate);
	return 0;
}

static void
close_parts(void *arg)
{
	struct womd *w = arg;

	womcontrol_free(&w->control);
	enact_free(&w->enact);
}

/* The journal keeps what a process before us has found; we may find other. */
static int
forget_found(struct store *s, struct diag *out)
{
	struct draft *d = store_draft(s);
	bool any = false;
	struct err e;
	int rc = 0;

	for (size_t i = 0; wom_schema.types[i] != NULL; i++) {
		const struct type *t = wom_schema.types[i];
		const struct object *o;
		size_t at = 0;

		while (t->is_fleeting != NULL &&
		    (o = model_next(store_model(s), t, &at)) != NULL)
			if (t->is_fleeting(o))
				any = draft_delete(d, t, o->name, &e) == 0 ||
				    any;
	}
	if (any)
		rc = store_commit(s, &d, out);
	draft_free(&d);
	return rc;
}

static int
start(void *arg, struct diag *out)
{
	struct womd *w = arg;
	struct err e = { 0 };
	int rc = forget_found(w->life.store, out);

	if (rc != 0)
		return rc;
	w->control = womcontrol_new(&w->life, w->enact, &e);
	return w->control != NULL && womcontrol_listen(w->control, &e) == 0 ?
	    0 : diag_err(out, NULL, &e);
}

const struct daemonlife_kind womd_kind = {
	.name = "womd", .size = sizeof(struct womd), .schema = &wom_schema,
	.open = open_parts, .start = start, .close = close_parts,
};
