/* core/rest/restrecovery.c - see restrecovery.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restrecovery.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restaudit.h"
#include "core/rest/restcommit_inside.h"
#include "core/rest/resthistory.h"

/* What reading the record needs to know. */
struct recovery {
	struct restcommit *commit;
	struct resthistory *history;	/* to be filled, or NULL */
	uint64_t	 written;	/* the audit file's last change */
	size_t		 missing;	/* lines that it was given */
	int		 rc;
	struct err	*e;
};

static void
recover_line(struct recovery *to, const struct json *record)
{
	const struct json *audit = json_find(record, "audit");
	int64_t number = json_get_int(json_find(record, "change"));
	char *line;

	if (audit == NULL || to->rc != 0 || number <= 0 ||
	    (uint64_t)number <= to->written)
		return;
	line = json_line(audit);
	to->rc = restaudit_append(to->commit->audit, line, to->e);
	to->missing++;
	free(line);
}

static void
on_line(void *arg, const char *line)
{
	struct recovery *to = arg;
	struct json *j = json_parse(line, strlen(line), NULL);

	if (j == NULL)
		return;
	recover_line(to, j);
	if (to->history != NULL)
		resthistory_read(to->history, j);
	json_free(&j);
}

int
restrecovery_run(struct restcommit *c, struct resthistory *history, struct err *e)
{
	struct recovery to = { .commit = c, .history = history, .e = e };
	int rc;

	to.rc = restaudit_sync(c->audit, e);
	to.written = restaudit_last(c->audit);
	resthistory_take(c->history, to.written);
	rc = store_notes(c->config.store, on_line, &to, e);
	c->behind = to.rc != 0;
	if (c->behind)
		log_at(LOG_ERROR, "rest", "audit", "late", "%s", e->text);
	else if (to.missing > 0)
		log_at(LOG_NOTICE, "rest", "audit", "recovered", "lines=%zu",
		    to.missing);
	return rc;
}
