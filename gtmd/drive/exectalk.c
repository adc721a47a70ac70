/* gtmd/drive/exectalk.c - see exectalk.h.
 *
 * Keys that are not known are passed over, so that a program may say more to a
 * later gtmd. A known key of another kind of value is a mistake, and told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/exectalk.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/drive/driver.h"

#define VERSION		1
#define LAST_LINES	3

/* ---- what it is told ---- */

static void
put_place(struct json *order, const char *key, const struct driver_place *p)
{
	struct json *j = json_new_object();

	json_put_text(j, "name", p->name);
	if (p->datacenter != NULL)
		json_put_text(j, "datacenter", p->datacenter);
	json_put(order, key, &j);
}

static void
put_host(struct json *order, const struct driver_host *h)
{
	struct json *j = json_new_object(), *addresses = json_new_array();

	json_put_text(j, "name", h->name);
	if (h->station != NULL)
		json_put_text(j, "station", h->station);
	for (size_t i = 0; i < h->address_count; i++)
		json_add_text(addresses, h->addresses[i]);
	json_put(j, "addresses", &addresses);
	if (h->storage_octets != 0)
		json_put_int(j, "storage", (int64_t)h->storage_octets);
	if (h->memory_octets != 0)
		json_put_int(j, "memory", (int64_t)h->memory_octets);
	json_put(order, "host", &j);
}

char *
exectalk_order(const struct driver_order *o)
{
	struct json *j = json_new_object();
	char *line;

	json_put_int(j, "version", VERSION);
	json_put_text(j, "id", o->id);
	json_put_text(j, "action", driver_action_name(o->action));
	json_put_bool(j, "dryRun", o->dry_run);
	if (o->deadline != 0)
		json_put_int(j, "deadline",
		    (int64_t)((o->deadline + CLOCK_S - 1) / CLOCK_S));
	put_host(j, o->host);
	put_place(j, "from", o->from);
	put_place(j, "to", o->to);
	line = json_line(j);
	json_free(&j);
	return line;
}

/* ---- what it says ---- */

void
exectalk_init(struct exectalk *t)
{
	*t = (struct exectalk){ .result = EXECTALK_NONE };
}

static int
bad(const struct exectalk *t, struct err *e, const char *what)
{
	return err_set(e, ERR_PARSE, "line %u of its output: %s", t->lines,
	    what);
}

/* A number of octets that a double may have made. */
static bool
take_count(const struct json *line, const char *key, uint64_t *n)
{
	const struct json *v = json_find(line, key);

	if (json_kind_of(v) == JSON_KIND_INT && json_get_int(v) >= 0)
		*n = (uint64_t)json_get_int(v);
	else if (json_kind_of(v) == JSON_KIND_REAL && json_get_real(v) >= 0 &&
	    json_get_real(v) < 9e18)
		*n = (uint64_t)json_get_real(v);
	else
		return false;
	return true;
}

static int
take_progress(struct exectalk *t, const struct json *line, struct err *e)
{
	if (json_find(line, "progress") == NULL)
		return 0;
	if (!take_count(line, "progress", &t->octets))
		return bad(t, e, "progress is no number of octets");
	if (json_find(line, "total") != NULL &&
	    !take_count(line, "total", &t->of))
		return bad(t, e, "total is no number of octets");
	t->fresh = true;
	return 0;
}

static int
take_note(struct exectalk *t, const struct json *line, struct err *e)
{
	const struct json *v = json_find(line, "note");

	if (v == NULL)
		return 0;
	if (json_kind_of(v) != JSON_KIND_TEXT)
		return bad(t, e, "note is no text");
	(void)err_set(&t->note, 1, "%s", json_get_text(v));
	t->fresh = true;
	return 0;
}

static int
take_reason(struct exectalk *t, const struct json *line, struct err *e)
{
	const struct json *reason = json_find(line, "reason");
	const struct json *retry = json_find(line, "retry");

	if (reason != NULL && json_kind_of(reason) != JSON_KIND_TEXT)
		return bad(t, e, "reason is no text");
	if (retry != NULL && json_kind_of(retry) != JSON_KIND_BOOL)
		return bad(t, e, "retry is neither true nor false");
	if (reason != NULL)
		(void)err_set(&t->reason, 1, "%s", json_get_text(reason));
	t->retry = json_get_bool(retry);
	return 0;
}

static int
take_result(struct exectalk *t, const struct json *line, struct err *e)
{
	static const struct {
		const char		*word;
		enum exectalk_result	 result;
	} words[] = {
		{ "done", EXECTALK_DONE }, { "failed", EXECTALK_FAILED },
		{ "moved", EXECTALK_MOVED }
	};
	const struct json *v = json_find(line, "result");
	const char *word = json_get_text(v);

	if (v == NULL)
		return 0;
	for (size_t i = 0; word != NULL && i < OBJ_COUNT(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			t->result = words[i].result;
			return take_reason(t, line, e);
		}
	return bad(t, e, "result is neither done, failed nor moved");
}

/* Nothing is heard after the result. */
static int
take_line(struct exectalk *t, struct err *e)
{
	struct err why;
	struct json *line;
	int rc;

	t->lines++;
	if (t->result != EXECTALK_NONE ||
	    strspn(t->line, " \t\r") == t->len)
		return 0;
	line = json_parse(t->line, t->len, &why);
	if (json_kind_of(line) != JSON_KIND_OBJECT) {
		rc = err_set(e, ERR_PARSE, "line %u of its output is no JSON "
		    "object: %.200s", t->lines, t->line);
	} else {
		rc = take_progress(t, line, e);
		if (rc == 0)
			rc = take_note(t, line, e);
		if (rc == 0)
			rc = take_result(t, line, e);
	}
	json_free(&line);
	return rc;
}

static int
end_line(struct exectalk *t, struct err *e)
{
	int rc;

	t->line[t->len] = '\0';
	rc = take_line(t, e);
	t->len = 0;
	return rc;
}

int
exectalk_hear(struct exectalk *t, const char *octets, size_t len,
    struct err *e)
{
	int rc = 0;

	t->total += len;
	if (t->total > EXECTALK_TOTAL_MAX)
		return err_set(e, ERR_RANGE, "its output has more than %u "
		    "octets in a minute", EXECTALK_TOTAL_MAX);
	for (size_t i = 0; rc == 0 && i < len; i++) {
		if (octets[i] == '\n')
			rc = end_line(t, e);
		else if (t->len == sizeof(t->line) - 1)
			rc = err_set(e, ERR_RANGE, "line %u of its output has "
			    "more than %zu octets", t->lines + 1, t->len);
		else
			t->line[t->len++] = octets[i];
	}
	return rc;
}

int
exectalk_end(struct exectalk *t, struct err *e)
{
	return t->len > 0 ? end_line(t, e) : 0;
}

/* ---- its errors ---- */

void
exectalk_minute(struct exectalk *t, struct exectalk_last *l)
{
	t->total = l->total = 0;
}

void
exectalk_keep(struct exectalk_last *l, const char *octets, size_t len)
{
	size_t cap = sizeof(l->text), drop;

	l->total += len;
	if (len > cap) {
		octets += len - cap;
		len = cap;
	}
	drop = l->len + len > cap ? l->len + len - cap : 0;
	memmove(l->text, l->text + drop, l->len - drop);
	l->len -= drop;
	memcpy(l->text + l->len, octets, len);
	l->len += len;
}

/* Where the last so many lines that are not empty begin. */
static size_t
find_lines(const struct exectalk_last *l)
{
	size_t at = l->len, lines = 0, begin = l->len;

	while (at > 0) {
		bool ends = l->text[at - 1] == '\n';

		if (!ends && (at == l->len || l->text[at] == '\n') &&
		    ++lines > LAST_LINES)
			break;
		at--;
		if (!ends)
			begin = at;
	}
	return begin;
}

void
exectalk_last_text(const struct exectalk_last *l, int code, const char *none,
    struct err *e)
{
	struct strbuf b;
	bool gap = false;

	strbuf_init(&b);
	for (size_t i = find_lines(l); i < l->len; i++) {
		char c = l->text[i];

		if (c != '\n' && c != '\0') {
			strbuf_add(&b, gap && b.len > 0 ? "; " : "");
			strbuf_add_char(&b, c);
		}
		gap = c == '\n' || (c == '\0' && gap);
	}
	(void)err_set(e, code, "%s", b.len > 0 ? b.text : none);
	strbuf_fini(&b);
}
