/* admin/shell/statview.c - see statview.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/statview.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/table.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

static const struct {
	const char	*key, *head;
} states[] = {
	{ "status.availabilityState", "availability" },
	{ "status.enabledState", "state" },
	{ "status.statusReason", "reason" },
	{ "tier", "tier" },
	{ "tierReason", "why no better" },
	{ "fastPath", "fast path" },
	{ "fastPathReason", "why not" },
	{ "role", "role" },
	{ "roleReason", "why" },
	{ "peer", "the other unit" },
};

bool
statview_matches(const char *pattern, const char *name)
{
	return strcmp(pattern, "all") == 0 || strcmp(pattern, name) == 0 ||
	    fnmatch(pattern, name, 0) == 0;
}

/* The object's name out of ".../pool/a/~Common~p/stats" or of
 * ".../~Common~p/members/~Common~s:v/stats"; the caller frees it. */
static char *
name_of(const char *url)
{
	const char *end = strstr(url, "/stats"), *from;
	char *name;

	if (end == NULL)
		end = url + strlen(url);
	for (from = end; from > url && from[-1] != '/'; from--)
		continue;
	name = mem_strndup(from, (size_t)(end - from));
	for (char *p = name; *p != '\0'; p++)
		if (*p == '~')
			*p = '/';
	return name;
}

/* A text among the fields, or NULL. */
static const char *
text_of(const struct json *fields, const char *key)
{
	return json_get_text(json_find(json_find(fields, key),
	    "description"));
}

/* The name that the object has elsewhere: pages name some by what they are, too
 * ("p:A"), and members the other way round. The caller frees it. */
static char *
title_of(const char *url, const struct json *fields)
{
	const char *name = text_of(fields, "tmName");
	const char *server = text_of(fields, "serverName");
	const char *vs = text_of(fields, "vsName");

	if (name != NULL)
		return mem_strdup(name);
	if (text_of(fields, "poolName") == NULL || server == NULL ||
	    vs == NULL)
		return name_of(url);
	return *vs == '\0' || *vs == ' ' ? mem_strdup(server) :
	    mem_printf("%s:%s", server, vs);
}

static const struct json *
entries_of(const struct json *entry)
{
	return json_find(json_find(entry, "nestedStats"), "entries");
}

static bool
is_counter(const struct json *field)
{
	return json_kind_of(json_find(field, "value")) == JSON_KIND_INT;
}

/* Of counters that are 0 everywhere nobody learns anything, unless they are
 * asked for in full. */
static void
add_columns(struct table *t, const struct json *fields, bool raw)
{
	const struct json *field;
	const char *key;
	void *at = NULL;

	(void)table_column(t, "name", false);
	for (size_t i = 0; i < OBJ_COUNT(states); i++)
		if (json_find(fields, states[i].key) != NULL)
			(void)table_column(t, states[i].head, false);
	while ((field = json_next(fields, &at, &key)) != NULL)
		if (is_counter(field) && (raw ||
		    json_get_int(json_find(field, "value")) != 0))
			(void)table_column(t, key, true);
}

static void
add_object(struct table *t, const char *name, const struct json *fields,
    bool raw)
{
	size_t row = table_row(t);
	const struct json *field;
	const char *key;
	void *at = NULL;

	table_set(t, row, table_column(t, "name", false), name);
	for (size_t i = 0; i < OBJ_COUNT(states); i++) {
		const char *text = json_get_text(json_find(json_find(fields,
		    states[i].key), "description"));

		if (text != NULL)
			table_set(t, row, table_column(t, states[i].head,
			    false), text + strspn(text, " "));
	}
	while ((field = json_next(fields, &at, &key)) != NULL) {
		struct strbuf b;

		if (!is_counter(field))
			continue;
		strbuf_init(&b);
		table_number(&b, json_get_int(json_find(field, "value")), raw);
		table_set(t, row, table_column(t, key, true), b.text);
		strbuf_fini(&b);
	}
}

unsigned
statview_format(struct strbuf *out, const struct json *doc,
    const struct statview *v)
{
	const struct json *entries = json_find(doc, "entries"), *entry;
	struct table t = { 0 };
	unsigned shown = 0;
	const char *url;
	void *at = NULL;

	while ((entry = json_next(entries, &at, &url)) != NULL)
		add_columns(&t, entries_of(entry), v->raw);
	while ((entry = json_next(entries, &at, &url)) != NULL) {
		char *name = title_of(url, entries_of(entry));

		if (v->pattern == NULL || statview_matches(v->pattern, name)) {
			add_object(&t, name, entries_of(entry), v->raw);
			shown++;
		}
		free(name);
	}
	if (shown > 0)
		table_format(out, &t, v->colour);
	table_fini(&t);
	return shown;
}
