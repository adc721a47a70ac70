/* gtmd/mover/movertell.c - see movertell.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/movertell.h"

#include <stdbool.h>

#include "core/base/log.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migstate.h"

static void
tell_log(const struct migspec *s, const struct migevent *ev)
{
	bool step = ev->kind == MIGEVENT_STEP_BEGUN ||
	    ev->kind == MIGEVENT_STEP_DONE || ev->kind == MIGEVENT_STEP_FAILED;
	bool host = ev->host >= 0, text = ev->text[0] != '\0';

	log_at(ev->kind == MIGEVENT_STEP_FAILED || ev->kind == MIGEVENT_PAUSED ?
	    LOG_WARNING : LOG_NOTICE, "gtm migration", s->name,
	    migevent_name(ev->kind), "%s%s%s%s%s%s",
	    host ? "host=" : "", host ? s->hosts[ev->host].name : "",
	    step ? host ? " step=" : "step=" : "",
	    step ? migevent_step_name(ev->step) : "",
	    text && (host || step) ? " " : "", ev->text);
}

void
movertell_event(struct restevents *events, const struct migstate *m,
    const struct migevent *ev)
{
	const struct migspec *s = m->spec;
	struct migevent as = *ev;
	struct json *j;

	as.spec = m->spec;	/* which folding took from a first one */
	if (ev->kind == MIGEVENT_SAMPLE || s == NULL)
		return;
	tell_log(s, ev);
	if (events == NULL)
		return;
	j = migevent_json(&as, s);
	json_remove(j, "spec");
	json_put_text(j, "migration", s->name);
	json_put_int(j, "run", s->run);
	json_put_text(j, "phase", migstate_phase_name(m->phase));
	restevents_add(events, "migration", &j);
}
