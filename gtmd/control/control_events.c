/* gtmd/control/control_events.c - see control_events.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_events.h"

#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "gtmd/plan/status.h"
#include "monitors/suspect.h"

static void
put_status(struct json *j, const struct status *s)
{
	json_put_text(j, "availability",
	    status_availability_name(s->availability));
	json_put_text(j, "enabled", status_enabled_name(s->enabled));
}

void
control_events_state(void *arg, const char *object,
    const struct status *was, const struct status *now, const char *cause)
{
	struct json *j = json_new_object(), *before = json_new_object();

	json_put_text(j, "object", object);
	put_status(j, now);
	put_status(before, was);
	json_put(j, "was", &before);
	json_put_text(j, "reason", cause);
	restevents_add(arg, "state", &j);
}

void
control_events_doubt(void *arg, const struct suspect_view *v)
{
	struct json *j = json_new_object();

	json_put_bool(j, "doubting", v->doubting);
	json_put_int(j, "controls", v->controls);
	json_put_int(j, "controlsSilent", v->silent);
	json_put_int(j, "withheld", (int64_t)v->withheld);
	restevents_add(arg, "prober", &j);
}
