/* admin/rest/bashline.c - see bashline.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/bashline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

#define GTM	"/mgmt/tm/gtm/"

/* ---- words, as sh splits and unquotes them ---- */

struct words {
	char	**v;		/* owned */
	size_t	  count, room;
};

static void
words_fini(struct words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->v[i]);
	free(w->v);
	*w = (struct words){ .v = NULL };
}

static int
shell_only(char c, struct err *e)
{
	if ((unsigned char)c < 0x20 || c == 0x7f)
		return err_set(e, ERR_PARSE, "utilCmdArgs: control character "
		    "0x%02x", (unsigned)c);
	return err_set(e, ERR_DENIED, "utilCmdArgs: no shell runs here, so "
	    "'%c' has no meaning; quote it", c);
}

/* After a backslash; in double quotes it escapes only what is special there. */
static int
take_escape(struct strbuf *word, const char **at, bool in_quotes,
    struct err *e)
{
	char c = *++*at;

	if ((unsigned char)c < 0x20)
		return err_set(e, ERR_PARSE, "utilCmdArgs: nothing after the "
		    "backslash");
	if (in_quotes && strchr("\"\\$`", c) == NULL)
		strbuf_add_char(word, '\\');
	strbuf_add_char(word, c);
	++*at;
	return 0;
}

/* From one quote to the next. */
static int
take_quoted(struct strbuf *word, const char **at, struct err *e)
{
	char quote = *(*at)++;

	while (**at != quote) {
		char c = **at;

		if (c == '\0')
			return err_set(e, ERR_PARSE, "utilCmdArgs: the quote "
			    "%c never closes", quote);
		if (quote == '"' && c == '\\') {
			if (take_escape(word, at, true, e) != 0)
				return e->code;
			continue;
		}
		if ((unsigned char)c < 0x20 || c == 0x7f ||
		    (quote == '"' && strchr("$`", c) != NULL))
			return shell_only(c, e);
		strbuf_add_char(word, c);
		++*at;
	}
	++*at;
	return 0;
}

/* One octet outside of quotes. A brace stands alone, or a shell would make
 * something of it; '#' and '~' are special where a word starts. */
static int
take_bare(struct strbuf *word, const char **at, struct err *e)
{
	char c = **at, next = (*at)[1];

	if ((unsigned char)c < 0x20 || c == 0x7f ||
	    strchr(";|&<>()$`*?[!", c) != NULL ||
	    (strchr("#~", c) != NULL && word->len == 0) ||
	    (strchr("{}", c) != NULL && (word->len > 0 ||
	    (next != ' ' && next != '\0'))))
		return shell_only(c, e);
	strbuf_add_char(word, c);
	++*at;
	return 0;
}

static int
take_word(struct strbuf *word, const char **at, struct err *e)
{
	int rc = 0;

	while (rc == 0 && **at != ' ' && **at != '\0') {
		if (**at == '\'' || **at == '"')
			rc = take_quoted(word, at, e);
		else if (**at == '\\')
			rc = take_escape(word, at, false, e);
		else
			rc = take_bare(word, at, e);
	}
	return rc;
}

/* Fills w, which is to be finished whatever is returned. */
static int
split(struct words *w, const char *text, struct err *e)
{
	struct strbuf word;
	int rc = 0;

	strbuf_init(&word);
	for (;;) {
		text += strspn(text, " ");
		if (*text == '\0')
			break;
		strbuf_clear(&word);
		rc = take_word(&word, &text, e);
		if (rc != 0)
			break;
		w->v = mem_grow(w->v, &w->room, w->count + 1, sizeof(*w->v));
		w->v[w->count++] = mem_strdup(word.text);
	}
	strbuf_fini(&word);
	return rc;
}

/* ---- requests ---- */

static bool
is_word(const struct words *w, size_t i, const char *text)
{
	return i < w->count && strcmp(w->v[i], text) == 0;
}

static void
ask(struct bashline *b, const char *method, const char *path)
{
	b->want = BASHLINE_REQUEST;
	b->method = method;
	b->path = mem_strdup(path);
	b->body = json_new_object();
	b->prints = "";
}

/* Of one object in a collection. Dots and nothing are no names: in a path they
 * would lead elsewhere. */
static int
ask_change(struct bashline *b, const char *collection, const char *name,
    struct err *e)
{
	struct strbuf path = { 0 };

	if (name[strspn(name, ".")] == '\0')
		return err_set(e, ERR_PARSE, "\"%.80s\" is no name", name);
	strbuf_add(&path, collection);
	strbuf_add_char(&path, '/');
	client_escape(&path, name);
	ask(b, "PATCH", path.text);
	strbuf_fini(&path);
	return 0;
}

/* "[not] KIND VALUE [{ }]" at *i as the name of a region member. */
static int
take_member(const struct words *w, size_t *i, struct json *all, struct err *e)
{
	static const char *const kinds[] = {
		"continent", "country", "datacenter", "geoip-isp", "isp",
		"pool", "region", "state", "subnet",
	};
	bool not = is_word(w, *i, "not");
	size_t at = *i + not, kind = 0;
	struct json *one;
	char *name;

	while (kind < OBJ_COUNT(kinds) && !is_word(w, at, kinds[kind]))
		kind++;
	if (kind == OBJ_COUNT(kinds) || at + 1 >= w->count ||
	    strpbrk(w->v[at + 1], "{}") != NULL)
		return err_set(e, ERR_PARSE, "region-members: [not] KIND "
		    "VALUE is expected, not \"%.80s\"", w->v[*i]);
	name = mem_printf("%s%s %s", not ? "not " : "", w->v[at],
	    w->v[at + 1]);
	one = json_new_object();
	json_put_text(one, "name", name);
	json_add(all, &one);
	free(name);
	*i = at + 2;
	if (is_word(w, *i, "{") && is_word(w, *i + 1, "}"))
		*i += 2;
	return 0;
}

/* "{ MEMBER ... }" from i to the end. */
static int
put_members(struct bashline *b, const struct words *w, size_t i,
    struct err *e)
{
	struct json *all = json_new_array();
	int rc = 0;

	if (!is_word(w, i++, "{"))
		rc = err_set(e, ERR_PARSE, "region-members: { is expected");
	while (rc == 0 && i < w->count && !is_word(w, i, "}"))
		rc = take_member(w, &i, all, e);
	if (rc == 0 && (!is_word(w, i, "}") || i + 1 != w->count))
		rc = err_set(e, ERR_PARSE, "region-members: } is expected at "
		    "the end");
	if (rc == 0)
		json_put(b->body, "regionMembers", &all);
	json_free(&all);
	return rc;
}

/* tmsh create gtm region NAME [region-members add { ... }] */
static int
create_region(struct bashline *b, const struct words *w, struct err *e)
{
	ask(b, "POST", GTM "region");
	json_put_text(b->body, "name", w->v[4]);
	if (w->count == 5)
		return 0;
	if (!is_word(w, 5, "region-members") || !is_word(w, 6, "add"))
		return err_set(e, ERR_DENIED, "of a region only "
		    "\"region-members add\" is taken here");
	return put_members(b, w, 7, e);
}

/* tmsh modify gtm region NAME region-members none | replace-all-with { ... } */
static int
modify_region(struct bashline *b, const struct words *w, struct err *e)
{
	struct json *none;

	if (ask_change(b, GTM "region", w->v[4], e) != 0)
		return e->code;
	if (is_word(w, 5, "region-members") &&
	    is_word(w, 6, "replace-all-with"))
		return put_members(b, w, 7, e);
	if (!is_word(w, 5, "region-members") || !is_word(w, 6, "none") ||
	    w->count != 7)
		return err_set(e, ERR_DENIED, "of a region only "
		    "\"region-members\" with none or replace-all-with is "
		    "taken here");
	none = json_new_array();
	json_put(b->body, "regionMembers", &none);
	return 0;
}

/* tmsh modify gtm monitor external NAME {user-defined KEY VALUE}: REST shows
 * and takes these under apiRawValues. */
static int
modify_external(struct bashline *b, const struct words *w, struct err *e)
{
	struct json *raw;
	size_t i = 6;

	if (ask_change(b, GTM "monitor/external", w->v[5], e) != 0)
		return e->code;
	raw = json_new_object();
	for (; is_word(w, i, "user-defined") && i + 2 < w->count; i += 3) {
		char *key = mem_printf("userDefined %s", w->v[i + 1]);

		json_put_text(raw, key, w->v[i + 2]);
		free(key);
	}
	if (i == w->count && i > 6) {
		json_put(b->body, "apiRawValues", &raw);
		return 0;
	}
	json_free(&raw);
	return err_set(e, ERR_DENIED, "of an external monitor only "
	    "\"user-defined KEY VALUE\" is taken here");
}

static int
save_config(struct bashline *b, const struct words *w, struct err *e)
{
	if (w->count != 4)
		return err_set(e, ERR_DENIED, "save sys config takes nothing "
		    "more here");
	ask(b, "POST", "/mgmt/tm/sys/config");
	json_put_text(b->body, "command", "save");
	b->prints = "Saving running configuration...\n";
	return 0;
}

/* ---- the whitelist ---- */

/* Commands without a variable part, letter for letter. */
static const struct {
	const char	*text;
	enum bashline_want want;
} fixed[] = {
	{ "cat /VERSION", BASHLINE_VERSION },
	{ "cat /proc/uptime", BASHLINE_UPTIME },
	{ "runlevel", BASHLINE_RUNLEVEL },
	{ "ps aux | grep '[m]prov'", BASHLINE_NOTHING },
	{ "ps aux | grep '[v]cmpd'", BASHLINE_NOTHING },
};

/* Commands by the words they start with; count is how many words there are at
 * the least, so that the functions find the name. */
static const struct {
	const char	*words[6];
	size_t		 count;
	int		(*take)(struct bashline *b, const struct words *w,
			    struct err *e);
} rows[] = {
	{ { "tmsh", "create", "gtm", "region" }, 5, create_region },
	{ { "tmsh", "modify", "gtm", "region" }, 5, modify_region },
	{ { "tmsh", "modify", "gtm", "monitor", "external" }, 6,
	    modify_external },
	{ { "tmsh", "save", "sys", "config" }, 4, save_config },
};

static bool
starts(const struct words *w, const char *const *words, size_t least)
{
	size_t i = 0;

	while (words[i] != NULL && is_word(w, i, words[i]))
		i++;
	return words[i] == NULL && w->count >= least;
}

static int
take_command(struct bashline *b, const char *text, struct err *e)
{
	struct words w = { .v = NULL };
	int rc;

	for (size_t i = 0; i < OBJ_COUNT(fixed); i++)
		if (strcmp(text, fixed[i].text) == 0) {
			b->want = fixed[i].want;
			return 0;
		}
	rc = split(&w, text, e);
	if (rc == 0) {
		size_t i = 0;

		while (i < OBJ_COUNT(rows) && !starts(&w, rows[i].words,
		    rows[i].count))
			i++;
		rc = i < OBJ_COUNT(rows) ? rows[i].take(b, &w, e) :
		    err_set(e, ERR_DENIED, "\"%.80s\" is none of the commands "
		    "that are served here; no shell runs them", text);
	}
	words_fini(&w);
	return rc;
}

int
bashline_parse(struct bashline *b, const struct json *body, struct err *e)
{
	const char *command = json_get_text(json_find(body, "command"));
	const char *args = json_get_text(json_find(body, "utilCmdArgs"));
	struct words outer = { .v = NULL };
	struct err why = { 0 };
	int rc;

	*b = (struct bashline){ .want = BASHLINE_NOTHING };
	if (command == NULL || strcmp(command, "run") != 0 || args == NULL)
		return err_set(e, ERR_PARSE, "command \"run\" and utilCmdArgs "
		    "are expected");
	if (strnlen(args, BASHLINE_MAX + 1) > BASHLINE_MAX)
		return err_set(e, ERR_RANGE, "utilCmdArgs: longer than %d "
		    "octets", BASHLINE_MAX);
	rc = split(&outer, args, &why);
	if (rc == 0 && (outer.count != 2 || !is_word(&outer, 0, "-c")))
		rc = err_set(&why, ERR_PARSE, "utilCmdArgs: -c and one quoted "
		    "command are expected");
	if (rc == 0)
		rc = take_command(b, outer.v[1], &why);
	words_fini(&outer);
	if (rc == 0)
		return 0;
	bashline_fini(b);
	return err_set(e, rc, "%s", why.text);
}

void
bashline_fini(struct bashline *b)
{
	free(b->path);
	json_free(&b->body);
	*b = (struct bashline){ .want = BASHLINE_NOTHING };
}
