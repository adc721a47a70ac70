/* admin/shell/migrate.c - see migrate.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/migrateview.h"
#include "admin/shell/migratewords.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "admin/shell/statview.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define ROOT		"/mgmt/tm/gtm/"
#define LOG_LAST	12	/* records below a page */
#define LOG_ALL		20000	/* as many as a daemon tells at once */

static const char *
text_of(const struct json *j, const char *key)
{
	const char *text = json_get_text(json_find(j, key));

	return text != NULL ? text : "";
}

static int
get(struct session *s, const char *path, struct rest_result *r, struct err *e)
{
	return rest_call(session_client(s, path), &(struct rest_call){
	    .method = "GET", .path = path }, r, e);
}

/* "migration-log?migration=/Common/m" below ROOT, for the caller to free. */
static char *
path_of(const char *what, const char *name)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, ROOT "%s?migration=", what);
	for (; *name != '\0'; name++)
		if ((unsigned char)*name <= ' ' || (unsigned char)*name >= 0x7f ||
		    strchr("%&+#?", *name) != NULL)
			strbuf_printf(&b, "%%%02X", (unsigned char)*name);
		else
			strbuf_add_char(&b, *name);
	return strbuf_take(&b);
}

/* ---- show ---- */

bool
migrate_is_shown(const struct command *c)
{
	return c->target.whole != NULL && c->items == NULL &&
	    (c->options & COMMAND_RAW) == 0 &&
	    strcmp(c->target.whole->words, MIGRATEWORDS_TYPE) == 0;
}

static void
print_json(struct session *s, const struct json *j)
{
	char *text = json_text(j);

	fputs(text, s->out);
	free(text);
}

static int
get_log(struct session *s, const char *name, int limit, struct rest_result *r,
    struct err *e)
{
	char *path = path_of("migration-log", name);
	char *whole = mem_printf("%s&limit=%d", path, limit);
	int rc = get(s, whole, r, e);

	free(whole);
	free(path);
	return rc;
}

static int
show_log(struct session *s, const struct command *c, struct err *e)
{
	struct rest_result log = { 0 };
	int rc = get_log(s, c->name, LOG_ALL, &log, e);
	struct strbuf out;

	strbuf_init(&out);
	if (rc == 0 && (c->options & COMMAND_JSON) != 0)
		print_json(s, log.body);
	else if (rc == 0)
		migrateview_log(&out, log.body, s->colour);
	fputs(out.text, s->out);
	strbuf_fini(&out);
	rest_result_fini(&log);
	return rc;
}

/* The state, also of one that was never started; but then the object must be there. */
static int
get_state(struct session *s, const struct command *c, const char *name,
    struct rest_result *r, struct err *e)
{
	struct rest_result object = { 0 };
	char *path = path_of("migration-state", name);
	int rc = get(s, path, r, e);

	free(path);
	if (rc == 0 && json_find(r->body, "run") == NULL) {
		path = rest_path(c->target.whole, name, NULL);
		rc = get(s, path, &object, e);
		rest_result_fini(&object);
		free(path);
	}
	return rc;
}

static int
show_one(struct session *s, const struct command *c, const char *name,
    struct err *e)
{
	struct rest_result state = { 0 }, log = { 0 };
	int rc = get_state(s, c, name, &state, e);
	struct strbuf out;

	/* One that was never started has no record. */
	if (rc == 0 && (c->options & COMMAND_JSON) == 0 &&
	    json_find(state.body, "run") != NULL)
		rc = get_log(s, name, LOG_LAST, &log, e);
	strbuf_init(&out);
	if (rc == 0 && (c->options & COMMAND_JSON) != 0)
		print_json(s, state.body);
	else if (rc == 0)
		migrateview_format(&out, state.body, log.body, s->colour);
	fputs(out.text, s->out);
	strbuf_fini(&out);
	rest_result_fini(&log);
	rest_result_fini(&state);
	return rc;
}

static int
show_all(struct session *s, const struct command *c, struct err *e)
{
	struct rest_result all = { 0 };
	char *path = rest_path(c->target.whole, NULL, NULL);
	int rc = get(s, path, &all, e), shown = 0;
	const struct json *items = json_find(all.body, "items");

	for (size_t i = 0; rc == 0 && i < json_count(items); i++) {
		const char *name = text_of(json_item(items, i), "fullPath");

		if (c->name != NULL && !statview_matches(c->name, name))
			continue;
		if (shown++ > 0 && (c->options & COMMAND_JSON) == 0)
			fputc('\n', s->out);
		rc = show_one(s, c, name, e);
	}
	if (rc == 0 && shown == 0 && c->name != NULL)
		rc = err_set(e, ERR_NOTFOUND, MIGRATEWORDS_TYPE ": nothing is "
		    "called %s", c->name);
	rest_result_fini(&all);
	free(path);
	return rc;
}

int
migrate_show(struct session *s, const struct command *c, struct err *e)
{
	bool many = c->name == NULL || strpbrk(c->name, "*?[") != NULL ||
	    strcmp(c->name, "all") == 0;

	if ((c->options & COMMAND_LOG) != 0)
		return many ? err_set(e, ERR_PARSE, "log: one name expected") :
		    show_log(s, c, e);
	return many ? show_all(s, c, e) : show_one(s, c, c->name, e);
}

/* ---- commands ---- */

static void
print(struct session *s, const struct json *doc)
{
	const char *right = text_of(doc, "putsRight");

	if (json_get_bool(json_find(doc, "dryRun")))
		fprintf(s->out, "It could be done; nothing was changed.%s\n",
		    json_find(doc, "rehearsal") == NULL ? "" : " Drivers and "
		    "companions are asked now: show " MIGRATEWORDS_TYPE
		    " tells what they say.");
	else
		fprintf(s->out, MIGRATEWORDS_TYPE " %s: %s\n",
		    text_of(doc, "migration"), text_of(doc, "line"));
	if (*right != '\0')
		fprintf(s->out, "It %s right what was set by hand: %s.\n",
		    json_get_bool(json_find(doc, "dryRun")) ? "would put" : "puts",
		    right);
}

static int
tell(struct session *s, const struct migratewords *w, struct err *e)
{
	struct json *body = json_new_object();
	struct rest_result r = { 0 };
	int rc;

	json_put_text(body, "migration", w->name);
	json_put_text(body, "command", w->verb);
	if (w->force)
		json_put_bool(body, "force", true);
	if (w->dry_run)
		json_put_bool(body, "dryRun", true);
	if (w->reason != NULL)
		json_put_text(body, "reason", w->reason);
	if (w->host != NULL)
		json_put_text(body, "host", w->host);
	if (w->share >= 0)
		json_put_int(body, "share", w->share);
	rc = rest_call(session_client(s, ROOT), &(struct rest_call){
	    .method = "POST", .path = ROOT "migration-command", .body = body },
	    &r, e);
	if (rc == 0)
		print(s, r.body);
	rest_result_fini(&r);
	json_free(&body);
	return rc;
}

/* The file is touched only when all of it is there. */
static int
write_file(const char *path, const struct rest_page *page, struct err *e)
{
	FILE *f = fopen(path, "we");
	bool good;

	if (f == NULL)
		return err_sys(e, errno, "dossier: cannot write %s", path);
	good = fwrite(page->text, 1, page->len, f) == page->len;
	errno = good ? 0 : errno;
	if (fclose(f) != 0 || !good)
		return err_sys(e, errno, "dossier: cannot write all of %s", path);
	return 0;
}

static int
save(struct session *s, const struct migratewords *w, struct err *e)
{
	char *path = path_of("migration-dossier", w->name);
	char *whole = mem_printf("%s&format=%s%s%s", path, w->format,
	    w->run != NULL ? "&run=" : "", w->run != NULL ? w->run : "");
	struct rest_page page = { 0 };
	int rc = rest_page(session_client(s, whole), whole, &page, e);

	if (rc == 0)
		rc = write_file(w->file, &page, e);
	if (rc == 0)
		fprintf(s->out, "%s: the dossier of " MIGRATEWORDS_TYPE
		    " %s, %zu octets.\n", w->file, w->name, page.len);
	rest_page_fini(&page);
	free(whole);
	free(path);
	return rc;
}

int
migrate_run(struct session *s, const struct phrase *p, struct err *e)
{
	const struct command_place place = session_place(s);
	struct migratewords w;
	int rc = migratewords_read(&w, &place, p, e);

	if (rc == 0)
		rc = w.file != NULL ? save(s, &w, e) : tell(s, &w, e);
	migratewords_fini(&w);
	return rc;
}
