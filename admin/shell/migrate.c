/* admin/shell/migrate.c - see migrate.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "admin/shell/table.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define WORDS		"gtm migration"
#define ROOT		"/mgmt/tm/gtm/"
#define BAR_WIDTH	20
#define LOG_LINES	"12"	/* of the record, the last ones */

const char *const migrate_words[] = {
	"dry-run", "force", "reason", "share", NULL
};

/* ---- the page ---- */

static const char *
text_of(const struct json *j, const char *key)
{
	const char *text = json_get_text(json_find(j, key));

	return text != NULL ? text : "";
}

static int64_t
int_of(const struct json *j, const char *key)
{
	return json_get_int(json_find(j, key));
}

/* "[#####-----] 50 %"; done over total is full. */
static void
add_bar(struct strbuf *b, int64_t done, int64_t total)
{
	int64_t parts = 0, percent = 0;

	if (total > 0) {
		done = done > total ? total : done < 0 ? 0 : done;
		percent = (int64_t)((double)done * 100 / (double)total);
		parts = percent * BAR_WIDTH / 100;
	}
	strbuf_add_char(b, '[');
	for (int64_t i = 0; i < BAR_WIDTH; i++)
		strbuf_add_char(b, i < parts ? '#' : '-');
	strbuf_printf(b, "] %3" PRId64 " %%", percent);
}

/* Octets as people say them. */
static void
add_octets(struct strbuf *b, int64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double v = (double)n;
	size_t i = 0;

	for (; v >= 1024 && i + 1 < OBJ_COUNT(units); i++)
		v /= 1024;
	strbuf_printf(b, v >= 100 || i == 0 ? "%.0f %s" : "%.3g %s", v, units[i]);
}

static void
add_seconds(struct strbuf *b, int64_t s)
{
	if (s >= 3600)
		strbuf_printf(b, "%" PRId64 " h %" PRId64 " min", s / 3600,
		    s % 3600 / 60);
	else if (s >= 60)
		strbuf_printf(b, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else
		strbuf_printf(b, "%" PRId64 " s", s);
}

static void
add_clock(struct strbuf *b, int64_t at_ms)
{
	time_t t = (time_t)(at_ms / 1000);
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		strbuf_printf(b, "%04d-%02d-%02d %02d:%02d:%02dZ",
		    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		    tm.tm_min, tm.tm_sec);
}

static void
add_head(struct strbuf *b, const struct json *state)
{
	const struct json *eta = json_find(state, "eta");

	strbuf_printf(b, "%s %s\n", WORDS, text_of(state, "migration"));
	strbuf_printf(b, "  %s\n", *text_of(state, "line") != '\0' ?
	    text_of(state, "line") : "planned: has not been started");
	if (json_find(state, "run") == NULL)
		return;
	strbuf_printf(b, "  run %" PRId64 ", begun ", int_of(state, "run"));
	add_clock(b, int_of(state, "begun"));
	strbuf_add(b, ", for ");
	add_seconds(b, int_of(state, "lasted") / 1000);
	if (eta != NULL && !json_get_bool(json_find(state, "final"))) {
		strbuf_add(b, ", all there in ");
		add_seconds(b, json_get_int(eta));
	}
	strbuf_add_char(b, '\n');
}

/* What keeps it from going on, each on a line of its own. */
static void
add_reasons(struct strbuf *b, const struct json *state)
{
	static const struct { const char *key, *label; } rows[] = {
		{ "pausedWhy", "paused" }, { "guardWhy", "guard" },
		{ "checkWhy", "waits" }, { "endWhy", "because" },
	};
	const char *held = text_of(json_find(state, "traffic"), "held");

	if (*held != '\0')
		strbuf_printf(b, "  %-8s %s\n", "held", held);
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (*text_of(state, rows[i].key) != '\0')
			strbuf_printf(b, "  %-8s %s\n", rows[i].label,
			    text_of(state, rows[i].key));
}

static void
add_shares(struct strbuf *b, const struct json *state)
{
	const struct json *t = json_find(state, "traffic");

	if (t == NULL)
		return;
	strbuf_add(b, "  hosts    ");
	add_bar(b, int_of(state, "capacityThere"), int_of(state, "capacity"));
	strbuf_printf(b, " of capacity, %" PRId64 " of %zu hosts\n",
	    int_of(state, "there"), json_count(json_find(state, "hosts")));
	strbuf_add(b, "  clients  ");
	add_bar(b, int_of(t, "share"), 100);
	strbuf_printf(b, "%s%s\n", json_get_bool(json_find(t, "settled")) ?
	    "" : " (being set)", json_get_bool(json_find(t, "rescue")) ?
	    " (rescue: both sites answer)" : "");
}

static void
set_octets(struct table *t, size_t row, int column, int64_t n)
{
	struct strbuf b;

	strbuf_init(&b);
	if (n > 0)
		add_octets(&b, n);
	if (column == 4 && n > 0)
		strbuf_add(&b, "/s");
	table_set(t, row, column, b.text);
	strbuf_fini(&b);
}

static void
add_host(struct table *t, const struct json *h)
{
	bool there = strcmp(text_of(h, "phase"), "there") == 0;
	size_t row = table_row(t);
	struct strbuf b;

	strbuf_init(&b);
	table_set(t, row, 0, text_of(h, "name"));
	strbuf_printf(&b, "%s%s", text_of(h, "phase"), json_get_bool(json_find(
	    h, "back")) && !there ? " (back)" : "");
	table_set(t, row, 1, b.text);
	strbuf_clear(&b);
	add_bar(&b, there ? 1 : int_of(h, "octets"), there ? 1 :
	    int_of(h, "total"));
	table_set(t, row, 2, b.text);
	set_octets(t, row, 3, int_of(h, "moved") + int_of(h, "octets"));
	set_octets(t, row, 4, int_of(h, "rate"));
	table_set(t, row, 5, *text_of(h, "why") != '\0' && !there ?
	    text_of(h, "why") : text_of(h, "note"));
	strbuf_fini(&b);
}

static void
add_hosts(struct strbuf *b, const struct json *state, bool colour)
{
	static const char *const heads[] = { "host", "phase", "progress",
	    "moved", "rate", "note" };
	const struct json *hosts = json_find(state, "hosts");
	struct table t = { 0 };

	if (json_count(hosts) == 0)
		return;
	for (size_t i = 0; i < OBJ_COUNT(heads); i++)
		(void)table_column(&t, heads[i], i == 3 || i == 4);
	for (size_t i = 0; i < json_count(hosts); i++)
		add_host(&t, json_item(hosts, i));
	table_format(b, &t, colour);
	table_fini(&t);
}

static void
add_log(struct strbuf *b, const struct json *log, bool colour)
{
	static const char *const heads[] = { "at", "phase", "event", "host",
	    "text" };
	const struct json *items = json_find(log, "items");
	struct table t = { 0 };
	struct strbuf word;

	if (json_count(items) == 0)
		return;
	strbuf_init(&word);
	for (size_t i = 0; i < OBJ_COUNT(heads); i++)
		(void)table_column(&t, heads[i], false);
	for (size_t i = 0; i < json_count(items); i++) {
		const struct json *r = json_item(items, i);
		size_t row = table_row(&t);

		strbuf_clear(&word);
		add_clock(&word, int_of(r, "at"));
		table_set(&t, row, 0, word.text);
		table_set(&t, row, 1, text_of(r, "phase"));
		strbuf_clear(&word);
		strbuf_printf(&word, "%s%s%s", text_of(r, "event"),
		    *text_of(r, "step") != '\0' ? " " : "", text_of(r, "step"));
		table_set(&t, row, 2, word.text);
		table_set(&t, row, 3, text_of(r, "host"));
		table_set(&t, row, 4, text_of(r, "text"));
	}
	table_format(b, &t, colour);
	table_fini(&t);
	strbuf_fini(&word);
}

/* What a dry run has found. */
static void
add_rehearsal(struct strbuf *b, const struct json *state)
{
	const struct json *dry = json_find(state, "rehearsal");
	const struct json *steps = json_find(dry, "steps");

	if (dry == NULL)
		return;
	strbuf_printf(b, "  dry run  %s: %zu steps asked for%s\n",
	    json_get_bool(json_find(dry, "ok")) ? "well" : "it would fail",
	    json_count(steps), json_get_bool(json_find(dry, "over")) ? "" :
	    " so far");
	for (size_t i = 0; i < json_count(steps); i++) {
		const struct json *one = json_item(steps, i);

		if (!json_get_bool(json_find(one, "ok")))
			strbuf_printf(b, "           %s %s: %s\n",
			    text_of(one, "step"), text_of(one, "host"),
			    text_of(one, "text"));
	}
}

void
migrate_format(struct strbuf *out, const struct json *state,
    const struct json *log, bool colour)
{
	add_head(out, state);
	add_shares(out, state);
	add_reasons(out, state);
	add_rehearsal(out, state);
	add_hosts(out, state, colour);
	add_log(out, log, colour);
}

/* ---- show ---- */

bool
migrate_is_shown(const struct command *c)
{
	return c->target.whole != NULL && c->items == NULL &&
	    (c->options & COMMAND_RAW) == 0 &&
	    strcmp(c->target.whole->words, WORDS) == 0;
}

static int
get(struct session *s, const char *path, struct rest_result *r, struct err *e)
{
	return rest_call(session_client(s, path), &(struct rest_call){
	    .method = "GET", .path = path }, r, e);
}

/* The name as a parameter of a URL. */
static char *
escape(const char *name)
{
	struct strbuf b;

	strbuf_init(&b);
	for (; *name != '\0'; name++) {
		if (strchr("%&+#? ", *name) != NULL ||
		    (unsigned char)*name >= 0x7f)
			strbuf_printf(&b, "%%%02X", (unsigned char)*name);
		else
			strbuf_add_char(&b, *name);
	}
	return strbuf_take(&b);
}

static int
show_one(struct session *s, const char *name, bool json, struct err *e)
{
	struct rest_result state = { 0 }, log = { 0 };
	char *escaped = escape(name), *path, *text;
	struct strbuf out;
	int rc;

	path = mem_printf(ROOT "migration-state?migration=%s", escaped);
	rc = get(s, path, &state, e);
	free(path);
	path = mem_printf(ROOT "migration-log?limit=" LOG_LINES
	    "&migration=%s", escaped);
	strbuf_init(&out);
	if (rc == 0 && json) {
		text = json_text(state.body);
		strbuf_add(&out, text);
		free(text);
	} else if (rc == 0) {
		/* One that was never started has none. */
		migrate_format(&out, state.body, get(s, path, &log, NULL) == 0 ?
		    log.body : NULL, s->colour);
	}
	fputs(out.text, s->out);
	strbuf_fini(&out);
	rest_result_fini(&log);
	rest_result_fini(&state);
	free(path);
	free(escaped);
	return rc;
}

int
migrate_show(struct session *s, const struct command *c, struct err *e)
{
	bool json = (c->options & COMMAND_JSON) != 0;
	struct rest_result all = { 0 };
	const struct json *items;
	char *path;
	int rc;

	if (c->name != NULL && strpbrk(c->name, "*?[") == NULL &&
	    strcmp(c->name, "all") != 0)
		return show_one(s, c->name, json, e);
	path = rest_path(c->target.whole, NULL, NULL);
	rc = get(s, path, &all, e);
	items = json_find(all.body, "items");
	for (size_t i = 0; rc == 0 && i < json_count(items); i++)
		rc = show_one(s, text_of(json_item(items, i), "fullPath"), json,
		    e);
	rest_result_fini(&all);
	free(path);
	return rc;
}

/* ---- commands ---- */

/* Where the name stands: behind gtm migration, or what is left of it here. */
static size_t
name_at(const struct session *s, const struct phrase *p)
{
	const char *word = phrase_word(p, 1);
	size_t at = 1;

	if (word != NULL && strcmp(word, "gtm") == 0)
		word = phrase_word(p, ++at);
	if (word != NULL && strcmp(word, "migration") == 0 &&
	    (at > 1 || strcmp(s->mode, WORDS) != 0))
		at++;
	return at;
}

static int
read_word(const struct phrase *p, size_t *at, struct json *body, struct err *e)
{
	const char *word = phrase_word(p, (*at)++), *value;
	char *end;
	long n;

	if (word != NULL && strcmp(word, "force") == 0) {
		json_put_bool(body, "force", true);
		return 0;
	}
	if (word != NULL && strcmp(word, "dry-run") == 0) {
		json_put_bool(body, "dryRun", true);
		return 0;
	}
	if (word == NULL || (strcmp(word, "share") != 0 &&
	    strcmp(word, "reason") != 0))
		return err_set(e, ERR_PARSE, "%s: not expected here; share, "
		    "force, dry-run or reason", word != NULL ? word : "{");
	value = phrase_word(p, (*at)++);
	if (value == NULL)
		return err_set(e, ERR_PARSE, "%s: a value expected", word);
	if (strcmp(word, "reason") == 0) {
		json_put_text(body, "reason", value);
		return 0;
	}
	n = strtol(value, &end, 10);
	if (end == value || *end != '\0')
		return err_set(e, ERR_PARSE, "share: \"%s\" is not a number of "
		    "per cent", value);
	json_put_int(body, "share", n);
	return 0;
}

static void
print(struct session *s, const struct json *doc)
{
	if (json_get_bool(json_find(doc, "dryRun")))
		fputs("It could be done; nothing was changed. What drivers say "
		    "of a start, show " WORDS " tells.\n", s->out);
	else
		fprintf(s->out, "%s %s: %s\n", WORDS,
		    text_of(doc, "migration"), text_of(doc, "line"));
}

int
migrate_run(struct session *s, const struct phrase *p, struct err *e)
{
	const struct command_word *verb = command_verb(phrase_word(p, 0), e);
	size_t at = name_at(s, p);
	const char *name = phrase_word(p, at++);
	struct rest_result r = { 0 };
	struct json *body;
	char *full;
	int rc = 0;

	if (verb == NULL)
		return e->code;
	if (name == NULL)
		return err_set(e, ERR_PARSE, "%s: " WORDS " and a name "
		    "expected", verb->name);
	body = json_new_object();
	full = command_full_name(s->folder, name);
	json_put_text(body, "migration", full);
	json_put_text(body, "command", verb->name);
	while (rc == 0 && at < p->count)
		rc = read_word(p, &at, body, e);
	if (rc == 0)
		rc = rest_call(session_client(s, ROOT), &(struct rest_call){
		    .method = "POST", .path = ROOT "migration-command",
		    .body = body }, &r, e);
	if (rc == 0)
		print(s, r.body);
	rest_result_fini(&r);
	json_free(&body);
	free(full);
	return rc;
}
