/* gtmd/mover/moverdry.c - see moverdry.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverdry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverview.h"

#define WITHIN_MS	60000	/* one step */
#define STEPS		2	/* of a host: disks, memory */

struct moverdry {
	unsigned	 magic;
#define MOVERDRY_MAGIC	0xd2e5e001u
	const struct moverop_means *means;
	struct migspec	*spec;
	struct moverview view;
	struct moverop	*op;		/* under way; NULL: over */
	size_t		 at;		/* which: 0 prepares, then the hosts' */
	bool		 failed;
	struct json	*steps;
};

static void next(struct moverdry *d);

static void
on_done(void *arg, struct moverop *op, const struct migstep_end *end)
{
	struct moverdry *d = arg;
	const struct migstep_op *what = moverop_what(op);
	struct json *j = json_new_object();

	OBJ_CHECK(d, MOVERDRY_MAGIC);
	json_put_text(j, "step", migevent_step_name(what->step));
	if (what->host >= 0)
		json_put_text(j, "host", d->spec->hosts[what->host].name);
	json_put_bool(j, "ok", end->ok);
	if (end->text != NULL && *end->text != '\0')
		json_put_text(j, "text", end->text);
	json_add(d->steps, &j);
	d->failed = d->failed || !end->ok;
	moverop_stop(&d->op);
	d->at++;
	next(d);
}

/* Hosts are checked a few at a time. */
static int64_t
prepare_ms(const struct moverdry *d)
{
	return (int64_t)(WITHIN_MS * ((d->spec->host_count +
	    MIGSTEP_CHECKS_AT_ONCE - 1) / MIGSTEP_CHECKS_AT_ONCE));
}

/* All are tried, whatever came of those before. */
static void
next(struct moverdry *d)
{
	const struct moverop_config c = { .means = d->means, .spec = d->spec,
	    .view = &d->view, .dry_run = true, .done = on_done, .arg = d };
	struct migstep_op what = { .kind = MIGSTEP_PREPARE,
	    .host = MIGEVENT_NO_HOST, .step = MIGEVENT_PREPARE, .attempt = 1,
	    .deadline_ms = moverclock_ms(d->means->clock) + (d->at == 0 ?
	    prepare_ms(d) : WITHIN_MS) };

	if (d->at > STEPS * d->spec->host_count) {
		moverview_watch(&d->view, d->means->plan, false);
		return;
	}
	if (d->at > 0) {
		what.kind = MIGSTEP_HOST;
		what.host = (int)((d->at - 1) / STEPS);
		what.step = (d->at - 1) % STEPS == 0 ? MIGEVENT_STORAGE :
		    MIGEVENT_MEMORY;
	}
	(void)snprintf(what.id, sizeof(what.id), "%s/dry/%zu", d->spec->name,
	    d->at);
	d->op = moverop_start(&c, &what);
}

struct moverdry *
moverdry_new(const struct moverop_means *means, struct migspec **ps)
{
	struct moverdry *d = mem_zalloc(1, sizeof(*d));

	d->magic = MOVERDRY_MAGIC;
	d->means = means;
	d->spec = *ps;
	*ps = NULL;
	d->steps = json_new_array();
	moverview_init(&d->view, d->spec);
	moverview_watch(&d->view, means->plan, true);
	next(d);
	return d;
}

void
moverdry_free(struct moverdry **pd)
{
	struct moverdry *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, MOVERDRY_MAGIC);
	if (d->op != NULL)
		moverview_watch(&d->view, d->means->plan, false);
	moverop_stop(&d->op);
	json_free(&d->steps);
	migspec_free(&d->spec);
	d->magic = 0;
	free(d);
}

struct json *
moverdry_json(const struct moverdry *d)
{
	struct json *j = json_new_object(), *steps;

	OBJ_CHECK(d, MOVERDRY_MAGIC);
	steps = json_clone(d->steps);
	json_put_bool(j, "over", d->op == NULL);
	json_put_bool(j, "ok", !d->failed);
	json_put(j, "steps", &steps);
	return j;
}
