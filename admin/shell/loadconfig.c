/* admin/shell/loadconfig.c - see loadconfig.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/loadconfig.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/command.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define CONFIG_PATH	"/mgmt/tm/sys/config"
#define TEXT_MAX	((size_t)16 << 20)	/* more the daemon does not take */

/* ---- the text ---- */

static int
read_all(FILE *from, const char *name, struct strbuf *b, struct err *e)
{
	char piece[16384];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), from)) > 0) {
		if (b->len + n > TEXT_MAX)
			return err_set(e, ERR_RANGE, "%s: is over %zu MiB",
			    name, TEXT_MAX >> 20);
		strbuf_add_len(b, piece, n);
	}
	return ferror(from) ? err_sys(e, errno, "%s", name) : 0;
}

static int
read_terminal(struct session *s, struct strbuf *b, struct err *e)
{
	int rc;

	if (s->progress && s->colour)
		fputs("Configuration text, ended by ^D on a line of its "
		    "own:\n", s->out);
	fflush(s->out);
	rc = read_all(s->in, "terminal", b, e);
	clearerr(s->in);		/* ^D ends the text, not the shell */
	return rc;
}

static int
read_file(const char *name, struct strbuf *b, struct err *e)
{
	FILE *f = fopen(name, "re");
	int rc;

	if (f == NULL)
		return err_sys(e, errno, "%s", name);
	rc = read_all(f, name, b, e);
	(void)fclose(f);
	return rc;
}

/* JSON carries UTF-8 without octet 0; anything else would arrive as something
 * else. */
static int
put_text(struct json *body, const struct strbuf *b, const char *name,
    struct err *e)
{
	json_put_text(body, "text", b->text);
	if (strlen(b->text) == b->len &&
	    strcmp(json_get_text(json_find(body, "text")), b->text) == 0)
		return 0;
	return err_set(e, ERR_PARSE, "%s: is not UTF-8 text", name);
}

static void
add_option(struct json *list, const char *key, const char *value)
{
	struct json *one = json_new_object();

	json_put_text(one, key, value);
	json_add(list, &one);
}

static void
put_options(struct json *body, const struct command *c)
{
	struct json *list = json_new_array();

	if (c->name != NULL)
		add_option(list, "file", c->name);
	if (c->options & COMMAND_MERGE)
		add_option(list, "merge", "");
	if (c->options & COMMAND_VERIFY)
		add_option(list, "verify", "");
	if (c->options & COMMAND_LENIENT)
		add_option(list, "lenient", "");
	json_put(body, "options", &list);
}

static int
make_body(struct session *s, const struct command *c, struct json *body,
    struct err *e)
{
	struct strbuf b;
	int rc = 0;

	strbuf_init(&b);
	json_put_text(body, "command", "load");
	put_options(body, c);
	if (c->name != NULL)
		rc = read_file(c->name, &b, e);
	else if (c->options & COMMAND_TERMINAL)
		rc = read_terminal(s, &b, e);
	if (rc == 0 && (c->name != NULL || (c->options & COMMAND_TERMINAL)))
		rc = put_text(body, &b, c->name != NULL ? c->name :
		    "terminal", e);
	strbuf_fini(&b);
	return rc;
}

/* ---- progress ---- */

struct watch {
	FILE		*to;
	const char	*name;
	mono_ns		 since;
	char		 shown[128];
};

/* One line that is written over, and gone at the end. */
static void
on_progress(void *arg, size_t sent, size_t total)
{
	struct watch *w = arg;
	char now[sizeof(w->shown)];
	uint64_t s = (clock_mono(&clock_system) - w->since) / CLOCK_S;

	if (sent < total)
		(void)snprintf(now, sizeof(now), "%.60s: %zu of %zu KiB sent",
		    w->name, sent >> 10, total >> 10);
	else
		(void)snprintf(now, sizeof(now), "%.60s: %zu KiB sent, being "
		    "checked, %" PRIu64 " s", w->name, total >> 10, s);
	if (strcmp(now, w->shown) == 0)
		return;
	memcpy(w->shown, now, sizeof(now));
	fprintf(w->to, "\r\033[K%s", now);
	fflush(w->to);
}

/* ---- what was found ---- */

static void
show_finding(const struct session *s, const struct json *f)
{
	const char *file = json_get_text(json_find(f, "file"));
	int64_t line = json_get_int(json_find(f, "line"));
	int64_t column = json_get_int(json_find(f, "column"));

	if (file != NULL)
		fprintf(s->problems, "%s:", file);
	if (line > 0)
		fprintf(s->problems, "%" PRId64 ":", line);
	if (column > 0)
		fprintf(s->problems, "%" PRId64 ":", column);
	fprintf(s->problems, "%s%s: %s\n", file != NULL ? " " : "",
	    json_get_text(json_find(f, "level")),
	    json_get_text(json_find(f, "message")));
}

static int
show_findings(const struct session *s, const struct command *c,
    const struct json *reply, int rc, struct err *e)
{
	const struct json *all = json_find(reply, "findings");
	int64_t errors = json_get_int(json_find(reply, "errors"));
	int64_t warnings = json_get_int(json_find(reply, "warnings"));
	size_t told = json_count(all);

	for (size_t i = 0; i < told; i++)
		show_finding(s, json_item(all, i));
	if (errors + warnings > (int64_t)told)
		fprintf(s->problems, "... and %" PRId64 " more\n",
		    errors + warnings - (int64_t)told);
	if (rc != 0 && errors > 0)
		return err_set(e, rc, "load: %" PRId64 " errors, %" PRId64
		    " warnings, nothing was changed", errors, warnings);
	if (rc == 0 && (c->options & COMMAND_VERIFY))
		fprintf(s->out, "0 errors, %" PRId64 " warnings; nothing was "
		    "changed\n", warnings);
	return rc;
}

int
loadconfig_run(struct session *s, const struct command *c, struct err *e)
{
	struct json *body = json_new_object();
	struct watch w = { .to = s->problems,
	    .name = c->name != NULL ? c->name : "configuration",
	    .since = clock_mono(&clock_system) };
	struct rest_result r = { .body = NULL };
	int rc = make_body(s, c, body, e);

	if (rc == 0) {
		rc = rest_call(session_client(s, CONFIG_PATH),
		    &(struct rest_call){ .method = "POST",
		    .path = CONFIG_PATH, .body = body,
		    .progress = s->progress ? on_progress : NULL,
		    .progress_arg = &w }, &r, e);
		if (*w.shown != '\0')
			fputs("\r\033[K", s->problems);
		rc = show_findings(s, c, r.body, rc, e);
	}
	rest_result_fini(&r);
	json_free(&body);
	return rc;
}
