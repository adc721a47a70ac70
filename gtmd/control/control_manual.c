/* gtmd/control/control_manual.c - see control_manual.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_manual.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/openapi.h"
#include "core/rest/restreply.h"
#include "gtmd/control/control.h"
#include "gtmd/types/gtm.h"

static const struct {
	const char	*path, *help;
} rows[] = {
	{ "gtm/changes", "The last changes, and whether one waits to be "
	    "confirmed" },
	{ "gtm/confirm", "Confirm the change that would revert by itself" },
	{ "gtm/decision-log", "Decisions that wide IPs log, the last ones first; "
	    "`?wideip=`, `?limit=`" },
	{ "gtm/describe", "Types and properties, as the shell goes by them" },
	{ "gtm/events", "Changes of state and commits, as server-sent events" },
	{ "gtm/explain", "Why a client gets which answer: `name`, `type`, "
	    "`client`" },
	{ "gtm/metrics", "Measurements of servers, virtual servers; POST "
	    "`items` gives them, and those of paths" },
	{ "gtm/openapi", "This tree in OpenAPI 3.0" },
	{ "gtm/path", "Paths between data centers and resolvers: round trip "
	    "time, hops, completion rate" },
	{ "gtm/persist", "What clients were answered and will be again" },
	{ "gtm/persist-clear", "Forget what clients were answered" },
	{ "gtm/probe", "What monitors see of each target; `?monitor=`, `?target=`, "
	    "`?state=`, `?limit=`" },
	{ "gtm/resolvers", "Resolvers seen lately" },
	{ "gtm/status", "States, reasons, counters and decisions of all "
	    "objects" },
	{ "gtm/undo", "Take the last change back" },
	{ "gtm/what-if", "What clients would get under changed properties or "
	    "states" },
	{ "sys/available", "Answers once the daemon serves" },
	{ "sys/config", "`command` save or load" },
	{ "sys/version", "The version of the dialect" },
};

static const char *
help(const char *path)
{
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (strcmp(rows[i].path, path) == 0)
			return rows[i].help;
	return NULL;
}

const struct restman control_manual = {
	.schema = &gtm_schema, .routes = control_routes, .help = help,
};

/* ---- the description ---- */

#define PIECE	((size_t)32 * 1024)

/* Half a megabyte that is the same for as long as the process runs. */
static char *document;

static bool
on_more(void *arg, struct strbuf *out)
{
	const char **at = arg;
	size_t len = strnlen(*at, PIECE);

	strbuf_add_len(out, *at, len);
	*at += len;
	return **at != '\0';
}

static void
on_free(void *arg)
{
	free(arg);
}

void
control_manual_openapi(struct restreply *r)
{
	const char **at = mem_zalloc(1, sizeof(*at));
	const struct restreply_stream stream = { on_more, on_free, at };

	if (document == NULL) {
		struct json *j = openapi_document(&control_manual);

		document = json_line(j);
		json_free(&j);
	}
	*at = document;
	restreply_stream(r, "application/json; charset=UTF-8", &stream);
}
