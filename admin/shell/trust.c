/* admin/shell/trust.c - see trust.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/trust.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/command.h"
#include "admin/shell/migrateview.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

#define EVENTS		"/mgmt/tm/gtm/events"
#define LINE_MAX_LEN	((size_t)16 << 20)	/* a change of many objects */

static void
print_objects(FILE *out, const struct json *change)
{
	const struct json *all = json_find(change, "objects");

	for (size_t i = 0; i < json_count(all); i++) {
		const struct json *o = json_item(all, i);

		fprintf(out, "%s%s %s", i > 0 ? ", " : " ",
		    json_get_text(json_find(o, "object")),
		    json_get_text(json_find(o, "what")));
	}
	fputc('\n', out);
}

/* POST of a change's number, or of nothing; tells what came of it. */
static int
post(struct session *s, const char *path, const struct command *c,
    const char *done, struct err *e)
{
	struct json *body = json_new_object();
	struct rest_result r;
	int rc;

	if (c->name != NULL)
		json_put_int(body, "change",
		    (int64_t)strtoull(c->name, NULL, 10));
	rc = rest_call(session_client(s, path), &(struct rest_call){
	    .method = "POST", .path = path, .body = body }, &r, e);
	json_free(&body);
	if (rc != 0)
		return rc;
	fprintf(s->out, "%s by change %" PRId64 ":", done,
	    json_get_int(json_find(r.body, "change")));
	print_objects(s->out, r.body);
	rest_result_fini(&r);
	return 0;
}

int
trust_confirm(struct session *s, const struct command *c, struct err *e)
{
	return post(s, "/mgmt/tm/gtm/confirm", c, "Confirmed what was made",
	    e);
}

int
trust_undo(struct session *s, const struct command *c, struct err *e)
{
	return post(s, "/mgmt/tm/gtm/undo", c, "Undone", e);
}

/* ---- events ---- */

struct watching {
	struct session	*session;
	struct strbuf	 line;		/* begun, not ended */
	char		 kind[16];
};

static void
print_state(FILE *out, const struct json *j)
{
	fprintf(out, "%s is %s, %s: %s\n",
	    json_get_text(json_find(j, "object")),
	    json_get_text(json_find(j, "availability")),
	    json_get_text(json_find(j, "enabled")),
	    json_get_text(json_find(j, "reason")));
}

static void
print_migration(FILE *out, const struct json *j)
{
	struct strbuf b;

	strbuf_init(&b);
	migrateview_event(&b, j);
	fprintf(out, "%s\n", b.text);
	strbuf_fini(&b);
}

static void
print_event(const struct watching *w, const char *data)
{
	FILE *out = w->session->out;
	struct json *j = json_parse(data, strlen(data), NULL);
	const char *user = json_get_text(json_find(j, "user"));

	fprintf(out, "%s: ", w->kind);
	if (j != NULL && strcmp(w->kind, "state") == 0) {
		print_state(out, j);
	} else if (j != NULL && strcmp(w->kind, "commit") == 0) {
		fprintf(out, "change %" PRId64 "%s%s:",
		    json_get_int(json_find(j, "change")),
		    user != NULL ? " by " : "", user != NULL ? user : "");
		print_objects(out, j);
	} else if (j != NULL && strcmp(w->kind, "migration") == 0) {
		print_migration(out, j);
	} else {
		fprintf(out, "%s\n", data);
	}
	json_free(&j);
}

static void
take_line(struct watching *w)
{
	const char *line = w->line.text;

	if (strncmp(line, "event: ", 7) == 0)
		(void)snprintf(w->kind, sizeof(w->kind), "%s", line + 7);
	else if (strncmp(line, "data: ", 6) == 0)
		print_event(w, line + 6);
	strbuf_clear(&w->line);
}

static bool
on_octets(void *arg, const char *octets, size_t len)
{
	struct watching *w = arg;

	for (size_t i = 0; i < len; i++) {
		if (octets[i] != '\n')
			strbuf_add_char(&w->line, octets[i]);
		else if (w->line.len > 0)
			take_line(w);
	}
	return fflush(w->session->out) == 0 && w->line.len < LINE_MAX_LEN;
}

int
trust_watch(struct session *s, const struct command *c, struct err *e)
{
	char *path = c->name != NULL ? mem_printf(EVENTS "?filter=%s",
	    c->name) : mem_strdup(EVENTS);
	struct watching w = { .session = s };
	const struct client_request q = { .method = "GET", .path = path,
	    .accept = "text/event-stream", .take = on_octets, .take_arg = &w };
	struct client_reply r;
	int rc;

	strbuf_init(&w.line);
	rc = client_call(session_client(s, path), &q, &r, e);
	if (rc == 0 && r.status != 200)
		rc = err_set(e, r.status == 503 ? ERR_BUSY : ERR_DENIED,
		    "watch: the daemon answered with status %ld", r.status);
	client_reply_fini(&r);
	strbuf_fini(&w.line);
	free(path);
	return rc;
}
