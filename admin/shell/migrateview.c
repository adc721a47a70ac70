/* admin/shell/migrateview.c - see migrateview.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/migrateview.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "admin/shell/table.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define BAR_WIDTH	20
#define LATE_NETWORKS	8	/* with the most connections */

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

/* Of what, from where to where. */
static void
add_what(struct strbuf *b, const struct json *state)
{
	strbuf_add(b, "  ");
	table_clean(b, text_of(state, "wideip"));
	strbuf_add(b, ": ");
	table_clean(b, text_of(state, "fromPool"));
	strbuf_add(b, " -> ");
	table_clean(b, text_of(state, "toPool"));
	strbuf_add_char(b, '\n');
}

static void
add_head(struct strbuf *b, const struct json *state)
{
	const struct json *eta = json_find(state, "eta");

	strbuf_add(b, "gtm migration ");
	table_clean(b, text_of(state, "migration"));
	strbuf_add(b, "\n  ");
	table_clean(b, *text_of(state, "line") != '\0' ?
	    text_of(state, "line") : "planned: has not been started");
	strbuf_add_char(b, '\n');
	if (json_find(state, "run") == NULL)
		return;
	add_what(b, state);
	strbuf_printf(b, "  run %" PRId64 ", begun ", int_of(state, "run"));
	add_clock(b, int_of(state, "begun"));
	strbuf_add(b, ", for ");
	add_seconds(b, int_of(state, "lasted") / 1000);
	if (eta != NULL && !json_get_bool(json_find(state, "final"))) {
		strbuf_printf(b, ", all %s in ", strcmp(text_of(state, "phase"),
		    "rolling-back") == 0 ? "home" : "there");
		add_seconds(b, json_get_int(eta));
	}
	strbuf_add_char(b, '\n');
}

static void
add_row(struct strbuf *b, const char *label, const char *text)
{
	if (*text == '\0')
		return;
	strbuf_printf(b, "  %-8s ", label);
	table_clean(b, text);
	strbuf_add_char(b, '\n');
}

/* What keeps it from going on, and what may be asked of it. */
static void
add_reasons(struct strbuf *b, const struct json *state)
{
	static const struct { const char *key, *label; } rows[] = {
		{ "byHand", "by hand" }, { "pausedWhy", "paused" },
		{ "guardWhy", "guard" }, { "waitsFor", "waits" },
		{ "relayWhy", "relay" }, { "endWhy", "because" },
	};
	const struct json *commands = json_find(state, "commands");
	struct strbuf may;

	add_row(b, "held", text_of(json_find(state, "traffic"), "held"));
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		add_row(b, rows[i].label, text_of(state, rows[i].key));
	strbuf_init(&may);
	for (size_t i = 0; i < json_count(commands); i++) {
		const char *word = json_get_text(json_item(commands, i));

		strbuf_printf(&may, "%s%s", i > 0 ? ", " : "",
		    word != NULL ? word : "");
	}
	add_row(b, "commands", may.text);
	strbuf_fini(&may);
}

static void
add_percent(struct strbuf *b, const struct json *measured, const char *key)
{
	const struct json *v = json_find(measured, key);

	if (v != NULL && json_kind_of(v) == JSON_KIND_INT)
		strbuf_printf(b, "%" PRId64 " %%", json_get_int(v));
	else
		strbuf_add_char(b, '-');
}

/* What came of it: "-" is not measured. */
static void
add_measured(struct strbuf *b, const struct json *state)
{
	const struct json *m = json_find(state, "measured");

	if (m == NULL)
		return;
	strbuf_add(b, "           served ");
	add_percent(b, m, "served");
	strbuf_add(b, " of answers, effective ");
	add_percent(b, m, "effective");
	strbuf_add(b, " of connections\n");
}

static void
add_shares(struct strbuf *b, const struct json *state)
{
	const struct json *t = json_find(state, "traffic");

	if (t == NULL)
		return;
	strbuf_add(b, "  hosts    ");
	add_bar(b, int_of(state, "capacityThere"), int_of(state, "capacity"));
	strbuf_printf(b, " of capacity, %" PRId64 " of %zu hosts",
	    int_of(state, "there"), json_count(json_find(state, "hosts")));
	if (int_of(state, "skipped") > 0)
		strbuf_printf(b, ", %" PRId64 " skipped", int_of(state, "skipped"));
	strbuf_add_char(b, '\n');
	strbuf_add(b, "  clients  ");
	add_bar(b, int_of(t, "share"), 100);
	strbuf_printf(b, " sent to the new site%s%s\n",
	    json_get_bool(json_find(t, "settled")) ? "" : " (being set)",
	    json_get_bool(json_find(t, "rescue")) ?
	    " (rescue: both sites answer)" : "");
	add_measured(b, state);
}

/* Who still comes to the old site, and is carried over. */
static void
add_late(struct strbuf *b, const struct json *state)
{
	const struct json *relay = json_find(state, "relay");
	const struct json *late = json_find(state, "late");
	const struct json *networks = json_find(late, "networks");

	if (relay == NULL)
		return;
	strbuf_printf(b, "  relay    %s, ", text_of(relay, "state"));
	table_clean(b, text_of(relay, "application"));
	strbuf_add_char(b, '\n');
	if (late == NULL)
		return;
	strbuf_printf(b, "  late     %" PRId64 " connections, %" PRId64 " in the "
	    "last %" PRId64 " s (%" PRId64 " may), %" PRId64 " open, ",
	    int_of(late, "connections"), int_of(late, "residual"),
	    int_of(late, "window"), int_of(late, "threshold"),
	    int_of(late, "open"));
	add_octets(b, int_of(late, "octets"));
	strbuf_add_char(b, '\n');
	for (size_t i = 0; i < json_count(networks) && i < LATE_NETWORKS; i++) {
		const struct json *n = json_item(networks, i);

		strbuf_printf(b, "           %s: %" PRId64 " connections, ",
		    text_of(n, "network"), int_of(n, "connections"));
		add_octets(b, int_of(n, "octets"));
		strbuf_add_char(b, '\n');
	}
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
	const char *phase = text_of(h, "phase");
	bool back = json_get_bool(json_find(h, "back"));
	bool home = back && strcmp(phase, "waiting") == 0;
	bool there = home || strcmp(phase, "there") == 0;
	size_t row = table_row(t);
	struct strbuf b;

	strbuf_init(&b);
	table_set(t, row, 0, text_of(h, "name"));
	strbuf_printf(&b, "%s%s", home ? "home" : phase,
	    back && !there ? " (back)" : "");
	table_set(t, row, 1, b.text);
	strbuf_clear(&b);
	add_bar(&b, there ? 1 : int_of(h, "octets"), there ? 1 :
	    int_of(h, "total"));
	table_set(t, row, 2, b.text);
	set_octets(t, row, 3, int_of(h, "moved") + int_of(h, "octets"));
	set_octets(t, row, 4, int_of(h, "rate"));
	table_set(t, row, 5, *text_of(h, "skipWhy") != '\0' ? text_of(h, "skipWhy") :
	    *text_of(h, "why") != '\0' && !there ? text_of(h, "why") :
	    text_of(h, "note"));
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
	strbuf_add_char(b, '\n');
	for (size_t i = 0; i < OBJ_COUNT(heads); i++)
		(void)table_column(&t, heads[i], i == 3 || i == 4);
	for (size_t i = 0; i < json_count(hosts); i++)
		add_host(&t, json_item(hosts, i));
	table_format(b, &t, colour);
	table_fini(&t);
}

void
migrateview_log(struct strbuf *out, const struct json *log, bool colour)
{
	static const char *const heads[] = { "at", "phase", "event", "host",
	    "by", "text" };
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
		table_set(&t, row, 4, text_of(r, "user"));
		strbuf_clear(&word);
		if (json_find(r, "share") != NULL)
			strbuf_printf(&word, "%" PRId64 " %%%s", int_of(r, "share"),
			    *text_of(r, "text") != '\0' ? ": " : "");
		strbuf_add(&word, text_of(r, "text"));
		table_set(&t, row, 5, word.text);
	}
	table_format(out, &t, colour);
	table_fini(&t);
	strbuf_fini(&word);
}

static size_t
failures_of(const struct json *steps)
{
	size_t n = 0;

	for (size_t i = 0; i < json_count(steps); i++)
		n += !json_get_bool(json_find(json_item(steps, i), "ok"));
	return n;
}

/* " BEFORE WORD", where there is a word. */
static void
add_word(struct strbuf *b, const char *before, const char *word)
{
	if (*word == '\0')
		return;
	strbuf_printf(b, " %s", before);
	table_clean(b, word);
}

void
migrateview_event(struct strbuf *out, const struct json *event)
{
	table_clean(out, text_of(event, "migration"));
	add_word(out, "is ", text_of(event, "phase"));
	strbuf_add(out, ": ");
	table_clean(out, text_of(event, "event"));
	add_word(out, "", text_of(event, "step"));
	add_word(out, "of ", text_of(event, "host"));
	add_word(out, "by ", text_of(event, "user"));
	if (json_find(event, "share") != NULL)
		strbuf_printf(out, ", %" PRId64 " %%", int_of(event, "share"));
	if (*text_of(event, "text") != '\0') {
		strbuf_add(out, ": ");
		table_clean(out, text_of(event, "text"));
	}
}

/* What a dry run has found. */
static void
add_rehearsal(struct strbuf *b, const struct json *state)
{
	const struct json *dry = json_find(state, "rehearsal");
	const struct json *steps = json_find(dry, "steps");
	bool over = json_get_bool(json_find(dry, "over"));
	size_t count = json_count(steps), failed = failures_of(steps);

	if (dry == NULL)
		return;
	if (failed > 0)
		strbuf_printf(b, "  dry run  it would fail: %zu of %zu steps%s\n",
		    failed, count, over ? "" : " so far");
	else
		strbuf_printf(b, "  dry run  %s: %zu steps%s\n", over ?
		    "it would go well" : "under way", count, over ? "" : " so far");
	for (size_t i = 0; i < json_count(steps); i++) {
		const struct json *one = json_item(steps, i);

		if (json_get_bool(json_find(one, "ok")))
			continue;
		strbuf_printf(b, "           %s%s", text_of(one, "step"),
		    *text_of(one, "host") != '\0' ? " " : "");
		table_clean(b, text_of(one, "host"));
		strbuf_add(b, ": ");
		table_clean(b, text_of(one, "text"));
		strbuf_add_char(b, '\n');
	}
}

void
migrateview_format(struct strbuf *out, const struct json *state,
    const struct json *log, bool colour)
{
	add_head(out, state);
	add_shares(out, state);
	add_late(out, state);
	add_reasons(out, state);
	add_rehearsal(out, state);
	add_hosts(out, state, colour);
	if (json_count(json_find(log, "items")) > 0)
		strbuf_add_char(out, '\n');
	migrateview_log(out, log, colour);
}
