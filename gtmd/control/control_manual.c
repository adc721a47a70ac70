/* gtmd/control/control_manual.c - see control_manual.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_manual.h"

#include <string.h>

#include "core/base/obj.h"
#include "core/rest/restdaemon.h"
#include "gtmd/control/control.h"
#include "gtmd/types/gtm.h"

static const struct {
	const char	*path, *help;
} rows[] = {
	{ "gtm/decision-log", "Decisions that wide IPs log, the last ones first; "
	    "`?wideip=`, `?limit=`" },
	{ "gtm/explain", "Why a client gets which answer: `name`, `type`, "
	    "`client`" },
	{ "gtm/metrics", "Measurements of servers, virtual servers; POST "
	    "`items` gives them, and those of paths" },
	{ "gtm/migration-command", "`migration`, `command` start, pause, resume, "
	    "abort, roll-back, advance, skip, retry or close; `share`, `host`, "
	    "`force`, `dryRun`, `reason`" },
	{ "gtm/migration-dossier", "All that a run was: `?migration=`, `?run=`, "
	    "`?format=` json or html (docs/notes/dossier.md)" },
	{ "gtm/migration-log", "What is on record of a run; `?migration=`, "
	    "`?run=`, `?limit=`, `?samples=1`" },
	{ "gtm/migration-state", "Where migrations stand, host by host; "
	    "`?migration=`" },
	{ "gtm/path", "Paths between data centers and resolvers: round trip "
	    "time, hops, completion rate" },
	{ "gtm/ledger", "Until when answers of wide IPs with a resolver ledger may "
	    "be cached, and by whom; `?wideip=`, `?limit=`, `?late=` a network that "
	    "still comes to an old pool: does a cache explain it?" },
	{ "gtm/persist", "What clients were answered and will be again" },
	{ "gtm/persist-clear", "Forget what clients were answered" },
	{ "gtm/probe", "What monitors see of each target; `?monitor=`, `?target=`, "
	    "`?state=`, `?limit=`" },
	{ "gtm/resolvers", "Resolvers seen lately" },
	{ "gtm/status", "States, reasons, counters and decisions of all "
	    "objects" },
	{ "gtm/what-if", "What clients would get under changed properties or "
	    "states" },
};

static const char *
help(const char *path)
{
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (strcmp(rows[i].path, path) == 0)
			return rows[i].help;
	return restdaemon_help(path);
}

const struct restman control_manual = {
	.daemon = "gtmd", .module = "gtm", .file = "reference.md",
	.openapi = "openapi.json", .schema = &gtm_schema,
	.routes = control_routes, .help = help,
};
