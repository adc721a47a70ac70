/* etherip/control/groupevent.c - see groupevent.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/groupevent.h"

#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "etherip/live/liveness.h"

void
groupevent_tell(struct restevents *events, enum log_level level,
    const struct groupevent *e)
{
	char quoted[LIVENESS_TEXT_MAX + 16];
	struct json *j;

	log_at(level, "net", e->tunnel, e->kind, "state=%s cause=%s", e->state,
	    log_quote(e->reason, quoted, sizeof(quoted)));
	if (events == NULL)
		return;
	j = json_new_object();
	json_put_text(j, "tunnel", e->tunnel);
	json_put_text(j, "group", e->group);
	json_put_text(j, "state", e->state);
	json_put_text(j, "reason", e->reason);
	restevents_add(events, e->kind, &j);
}
