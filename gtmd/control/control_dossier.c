/* gtmd/control/control_dossier.c - see control_dossier.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_dossier.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_migration.h"
#include "gtmd/migrate/dossier.h"
#include "gtmd/migrate/dossierjson.h"
#include "gtmd/migrate/dossierpage.h"
#include "gtmd/migrate/migjournal.h"

/* ---- a page, sent whole ---- */

static bool
more_page(void *arg, struct strbuf *out)
{
	strbuf_add(out, arg);
	return false;
}

static void
send_page(struct restreply *r, char *page)
{
	const struct restreply_stream s = { more_page, free, page };

	restreply_stream(r, "text/html; charset=utf-8", &s);
}

/* ---- the record ---- */

static void
tell(const struct dossier *d, const struct migstate *m, bool html,
    struct restreply *r)
{
	struct json *j;

	if (html) {
		send_page(r, dossierpage_html(d, m));
		return;
	}
	j = dossierjson_document(d, m);
	restreply_json(r, 200, &j);
}

static void
read_record(const char *path, bool html, struct restreply *r)
{
	struct dossier *d = dossier_new();
	const struct migjournal_reader reader = { dossier_add, d };
	struct migjournal *journal = NULL;
	struct migstate *state = NULL;
	struct diag out;

	diag_init(&out);
	if (migjournal_peek(path, &reader, &journal, &state, &out) != 0)
		(void)restreply_diag(r, &out);
	else
		tell(d, state, html, r);
	migjournal_leave(&journal);
	migstate_free(&state);
	dossier_free(&d);
	diag_fini(&out);
}

void
control_dossier_get(const struct movers *m, const struct restrequest *q,
    struct restreply *r)
{
	const char *format = restrequest_param(q, "format");
	bool html = format != NULL && strcmp(format, "html") == 0;
	char *path;

	if (format != NULL && !html && strcmp(format, "json") != 0) {
		(void)restreply_error(r, 400, "format: \"%.40s\" is neither json "
		    "nor html", format);
		return;
	}
	path = control_migration_record(m, q, r);
	if (path == NULL)
		return;
	read_record(path, html, r);
	free(path);
}
