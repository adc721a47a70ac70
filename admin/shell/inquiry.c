/* admin/shell/inquiry.c - see inquiry.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/inquiry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const char *const inquiry_words[] = { "client", "force", "json", "type", NULL };

/* ---- shares as a table ---- */

static const char *
text_of(const struct json *j, const char *key)
{
	const char *text = json_get_text(json_find(j, key));

	return text != NULL ? text : "";
}

static void
set_percent(struct table *t, size_t row, int column, double share)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.4g%%", share * 100);
	table_set(t, row, column, text);
}

/* What one share is of, as far as the table shows it. */
static const char *const share_keys[] = { "pool", "member", "answer" };

static bool
is_same(const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < OBJ_COUNT(share_keys); i++)
		if (strcmp(text_of(a, share_keys[i]),
		    text_of(b, share_keys[i])) != 0)
			return false;
	return true;
}

static double
share_in(const struct json *shares, const struct json *like)
{
	for (size_t i = 0; i < json_count(shares); i++)
		if (is_same(json_item(shares, i), like))
			return json_get_real(json_find(json_item(shares, i),
			    "share"));
	return 0;
}

static bool
is_in(const struct json *shares, const struct json *like)
{
	for (size_t i = 0; i < json_count(shares); i++)
		if (is_same(json_item(shares, i), like))
			return true;
	return false;
}

static void
add_row(struct table *t, const char *wide, const struct json *like,
    const struct json *const shares[2])
{
	size_t row = table_row(t);

	table_set(t, row, 0, wide);
	table_set(t, row, 1, text_of(like, "pool"));
	table_set(t, row, 2, *text_of(like, "member") != '\0' ?
	    text_of(like, "member") : text_of(like, "answer"));
	set_percent(t, row, 3, share_in(shares[0], like));
	set_percent(t, row, 4, share_in(shares[1], like));
}

static void
add_wide(struct table *t, const char *wide, const struct json *before,
    const struct json *after)
{
	const struct json *const shares[2] = { before, after };

	for (int when = 0; when < 2; when++)
		for (size_t i = 0; i < json_count(shares[when]); i++) {
			const struct json *like = json_item(shares[when], i);

			if (when == 0 || !is_in(before, like))
				add_row(t, wide, like, shares);
		}
}

static const struct json *
shares_of(const struct json *wides, const struct json *like)
{
	for (size_t i = 0; i < json_count(wides); i++) {
		const struct json *w = json_item(wides, i);

		if (strcmp(text_of(w, "wideip"), text_of(like, "wideip")) == 0 &&
		    strcmp(text_of(w, "type"), text_of(like, "type")) == 0)
			return json_find(w, "shares");
	}
	return NULL;
}

void
inquiry_effect(struct session *s, const struct json *effect)
{
	static const char *const heads[] = { "wide IP", "pool", "answer",
	    "before", "after" };
	const struct json *before = json_find(effect, "before");
	const struct json *after = json_find(effect, "after");
	struct table t = { 0 };
	struct strbuf b;
	int64_t more = 0;

	strbuf_init(&b);
	for (size_t i = 0; i < OBJ_COUNT(heads); i++)
		(void)table_column(&t, heads[i], i > 2);
	for (size_t i = 0; i < json_count(before); i++) {
		const struct json *w = json_item(before, i);

		more = json_get_int(json_find(w, "more"));
		add_wide(&t, text_of(w, "wideip"), json_find(w, "shares"),
		    shares_of(after, w));
	}
	for (size_t i = 0; i < json_count(after); i++) {
		const struct json *w = json_item(after, i);

		if (shares_of(before, w) == NULL)
			add_wide(&t, text_of(w, "wideip"), NULL,
			    json_find(w, "shares"));
	}
	table_format(&b, &t, s->colour);
	if (more > 0)
		strbuf_printf(&b, "and %lld more wide IPs\n", (long long)more);
	fputs(t.rows > 0 ? b.text : "No wide IP depends on it.\n", s->out);
	table_fini(&t);
	strbuf_fini(&b);
}

/* ---- explain as text ---- */

static void
print_path(struct session *s, const struct json *doc)
{
	const struct json *path = json_find(doc, "path");

	for (size_t i = 0; i < json_count(path); i++) {
		const struct json *step = json_item(path, i);

		fprintf(s->out, "%s (%.4g%%): %s.\n", text_of(step, "name"),
		    json_get_real(json_find(step, "share")) * 100,
		    text_of(step, "why"));
	}
}

static void
add_part(struct table *t, const struct json *part, const char *name,
    const char *pool)
{
	size_t row = table_row(t);
	char ttl[32] = "";

	table_set(t, row, 0, pool);
	table_set(t, row, 1, name);
	table_set(t, row, 2, text_of(part, "availability"));
	set_percent(t, row, 3, json_get_real(json_find(part, "share")));
	if (json_find(part, "ttl") != NULL)
		(void)snprintf(ttl, sizeof(ttl), "%lld", (long long)
		    json_get_int(json_find(part, "ttl")));
	table_set(t, row, 4, ttl);
	table_set(t, row, 5, text_of(part, "why"));
}

static void
print_pools(struct session *s, const struct json *doc)
{
	static const char *const heads[] = { "pool", "member", "availability",
	    "share", "ttl", "why" };
	const struct json *pools = json_find(doc, "pools"), *members;
	struct table t = { 0 };
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < OBJ_COUNT(heads); i++)
		(void)table_column(&t, heads[i], i == 3 || i == 4);
	for (size_t i = 0; i < json_count(pools); i++) {
		const struct json *pool = json_item(pools, i);

		add_part(&t, pool, "", text_of(pool, "pool"));
		members = json_find(pool, "members");
		for (size_t k = 0; k < json_count(members); k++)
			add_part(&t, json_item(members, k), text_of(json_item(
			    members, k), "member"), "");
	}
	if (t.rows > 0) {
		table_format(&b, &t, s->colour);
		fputs(b.text, s->out);
	}
	table_fini(&t);
	strbuf_fini(&b);
}

static void
print_explain(struct session *s, const struct json *doc)
{
	const struct json *reply = json_find(doc, "reply");
	const struct json *answer = json_find(reply, "answer");

	print_path(s, doc);
	print_pools(s, doc);
	fprintf(s->out, "reply: %s, ECS scope %lld\n", json_get_bool(json_find(
	    reply, "silent")) ? "none" : text_of(reply, "rcode"),
	    (long long)json_get_int(json_find(doc, "scope")));
	for (size_t i = 0; i < json_count(answer); i++)
		fprintf(s->out, "  %s\n", json_get_text(json_item(answer, i)));
}

/* ---- the question ---- */

struct inquiry {
	struct session	*s;
	const struct phrase *p;
	size_t		 at;		/* next word */
	struct json	*body;		/* owned */
	struct json	*force;		/* body's, or NULL */
	bool		 json;
};

static const char *
next(struct inquiry *q)
{
	const char *word = phrase_word(q->p, q->at);

	if (word != NULL)
		q->at++;
	return word;
}

/* NAME, or gtm wideip TYPE NAME; a what-if may do without. */
static void
read_name(struct inquiry *q)
{
	const char *word = phrase_word(q->p, q->at);
	const char *second = phrase_word(q->p, q->at + 1);

	if (word == NULL)
		return;
	if (second != NULL && strcmp(word, "gtm") == 0 &&
	    strcmp(second, "wideip") == 0) {
		q->at += 2;
		word = next(q);
		if (word != NULL)
			json_put_text(q->body, "type", word);
		word = phrase_word(q->p, q->at);
	} else {
		for (size_t i = 0; inquiry_words[i] != NULL; i++)
			if (strcmp(word, inquiry_words[i]) == 0)
				return;
	}
	if (word != NULL)
		json_put_text(q->body, "name", word);
	q->at += word != NULL;
}

static void
put_path(struct inquiry *q, struct json *j, const char *key, const char *name)
{
	char *full = command_full_name(q->s->folder, name);

	json_put_text(j, key, full);
	free(full);
}

/* force datacenter|server|virtual-server NAME STATE, member POOL KEY STATE */
static int
read_force(struct inquiry *q, struct err *e)
{
	const char *kind = next(q), *name = next(q), *state;
	struct json *j = json_new_object(), *list;
	int rc = 0;

	if (kind == NULL || name == NULL)
		rc = ERR_PARSE;
	else if (strcmp(kind, "datacenter") == 0 || strcmp(kind, "server") == 0)
		put_path(q, j, kind, name);
	else if (strcmp(kind, "virtual-server") == 0)
		put_path(q, j, "virtualServer", name);
	else if (strcmp(kind, "member") == 0)
		put_path(q, j, "pool", name);
	else
		rc = ERR_PARSE;
	if (rc == 0 && strcmp(kind, "member") == 0 && (name = next(q)) != NULL)
		put_path(q, j, "member", name);
	state = rc == 0 ? next(q) : NULL;
	if (state == NULL) {
		json_free(&j);
		return err_set(e, ERR_PARSE, "force: datacenter, server or "
		    "virtual-server with a name, or member with pool and key, "
		    "and up or down expected");
	}
	json_put_text(j, "state", state);
	if (q->force == NULL) {
		q->force = list = json_new_array();
		json_put(q->body, "force", &list);
	}
	json_add(q->force, &j);
	return 0;
}

static int
read_words(struct inquiry *q, bool may_force, struct err *e)
{
	const char *word, *value;

	read_name(q);
	while ((word = next(q)) != NULL) {
		if (strcmp(word, "json") == 0) {
			q->json = true;
		} else if (may_force && strcmp(word, "force") == 0) {
			if (read_force(q, e) != 0)
				return e->code;
		} else if (strcmp(word, "client") == 0 ||
		    strcmp(word, "type") == 0) {
			value = next(q);
			if (value == NULL)
				return err_set(e, ERR_PARSE, "%s: a value "
				    "expected", word);
			json_put_text(q->body, word, value);
		} else {
			return err_set(e, ERR_PARSE, "%s: not expected here",
			    word);
		}
	}
	return 0;
}

static int
ask(struct inquiry *q, const char *path, struct rest_result *r, struct err *e)
{
	int rc = rest_call(session_client(q->s, path), &(struct rest_call){
	    .method = "POST", .path = path, .body = q->body }, r, e);
	char *text;

	if (rc == 0 && q->json) {
		text = json_text(r->body);
		fputs(text, q->s->out);
		free(text);
	}
	return rc;
}

int
inquiry_explain(struct session *s, const struct phrase *p, struct err *e)
{
	struct inquiry q = { .s = s, .p = p, .at = 1,
	    .body = json_new_object() };
	struct rest_result r = { 0 };
	int rc = read_words(&q, false, e);

	if (rc == 0 && q.at < p->count)
		rc = err_set(e, ERR_PARSE, "no braces expected here");
	if (rc == 0)
		rc = ask(&q, "/mgmt/tm/gtm/explain", &r, e);
	if (rc == 0 && !q.json)
		print_explain(s, r.body);
	rest_result_fini(&r);
	json_free(&q.body);
	return rc;
}

/* ---- commands that are only thought of ---- */

/* One command of the block, up to a semicolon at the end of a word. Returns the
 * place behind it; its parts stay the block's but for that word, *cut. */
static size_t
cut_command(const struct phrase *block, size_t from, struct phrase *out,
    char **cut)
{
	size_t at = from;

	*cut = NULL;
	*out = (struct phrase){ .parts = &block->parts[from] };
	for (; at < block->count && *cut == NULL; at++) {
		char *word = block->parts[at].text;
		size_t len = word != NULL ? strlen(word) : 0;

		if (len > 0 && !block->parts[at].quoted &&
		    word[len - 1] == ';') {
			word[len - 1] = '\0';
			*cut = word;
		}
	}
	out->count = at - from;
	if (*cut != NULL && **cut == '\0')
		out->count--;		/* the semicolon stood alone */
	return at;
}

static int
think(struct inquiry *q, const struct phrase *command, struct err *e)
{
	const char *word = phrase_word(command, 0);
	const struct command_word *verb = word != NULL ?
	    command_verb(word, e) : NULL;

	if (word == NULL)
		return err_set(e, ERR_PARSE, "a command expected");
	if (verb == NULL)
		return e->code;
	if (verb->verb != COMMAND_CREATE && verb->verb != COMMAND_MODIFY &&
	    verb->verb != COMMAND_DELETE)
		return err_set(e, ERR_PARSE, "%s: create, modify or delete "
		    "expected", word);
	return session_carry_out(q->s, command, e);
}

static int
read_block(struct inquiry *q, const struct phrase *block, struct err *e)
{
	struct json *calls = json_new_array();
	struct phrase one;
	size_t at = 0;
	char *cut;
	int rc = 0;

	q->s->record = calls;
	while (rc == 0 && at < block->count) {
		at = cut_command(block, at, &one, &cut);
		if (one.count > 0)
			rc = think(q, &one, e);
	}
	q->s->record = NULL;
	json_put(q->body, "overlay", &calls);
	return rc;
}

int
inquiry_whatif(struct session *s, const struct phrase *p, struct err *e)
{
	struct inquiry q = { .s = s, .p = p, .at = 1,
	    .body = json_new_object() };
	struct rest_result r = { 0 };
	int rc = read_words(&q, true, e);

	if (rc == 0 && phrase_block(p, q.at) != NULL)
		rc = read_block(&q, phrase_block(p, q.at++), e);
	if (rc == 0 && q.at < p->count)
		rc = err_set(e, ERR_PARSE, "nothing may stand behind the "
		    "braces");
	if (rc == 0)
		rc = ask(&q, "/mgmt/tm/gtm/what-if", &r, e);
	if (rc == 0 && !q.json) {
		inquiry_effect(s, r.body);
		if (json_find(r.body, "explain") != NULL)
			print_explain(s, json_find(r.body, "explain"));
	}
	rest_result_fini(&r);
	json_free(&q.body);
	return rc;
}
