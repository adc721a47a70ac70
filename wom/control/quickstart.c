/* wom/control/quickstart.c - see quickstart.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/quickstart.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/model/tmos_load.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"

#define PROFILE		"/Common/wom-quick-start"

/* What may be said. A row that must be has the reason. */
static const struct field {
	const char	*key;
	bool		 list;
	const char	*must;
} fields[] = {
	{ "advertisedRoutes", true, NULL },
	{ "applications", true, NULL },
	{ "caFile", false, NULL },
	{ "cert", false, "cert: the file of this end's certificate: peers know "
	    "one another by certificates" },
	{ "chain", false, NULL },
	{ "deduplication", false, NULL },
	{ "discovery", false, NULL },
	{ "key", false, "key: the file of the certificate's key" },
	{ "lanVlans", true, NULL },
	{ "peerFingerprints", true, NULL },
	{ "remoteEndpoints", true, NULL },
	{ "wanSelfIp", true, "wan-self-ip: the address on the WAN side that "
	    "tunnels start from and end at" },
	{ "wanVlans", true, NULL },
};

/* ---- what is asked ---- */

/* What can stand in a configuration text as it is. */
static bool
is_word(const char *text)
{
	return text != NULL && *text != '\0' && strlen(text) <= 1024 &&
	    text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:%@+,=~")] == '\0';
}

static int
check_value(const struct field *f, const struct json *v, struct err *e)
{
	bool many = json_kind_of(v) == JSON_KIND_ARRAY;

	if (many && !f->list)
		return err_set(e, ERR_PARSE, "%s: one word is expected",
		    f->key);
	for (size_t i = 0; many && i < json_count(v); i++)
		if (!is_word(json_get_text(json_item(v, i))))
			return err_set(e, ERR_PARSE, "%s: words without "
			    "blanks are expected", f->key);
	if (!many && !is_word(json_get_text(v)))
		return err_set(e, ERR_PARSE, "%s: a word without blanks is "
		    "expected", f->key);
	return 0;
}

static int
check_keys(const struct json *body, struct err *e)
{
	const struct json *v;
	const char *key;
	void *at = NULL;

	while ((v = json_next(body, &at, &key)) != NULL) {
		size_t i = 0;

		while (i < OBJ_COUNT(fields) &&
		    strcmp(fields[i].key, key) != 0)
			i++;
		if (i == OBJ_COUNT(fields))
			return err_set(e, ERR_UNKNOWN, "%.80s: unknown word of "
			    "the quick start", key);
		if (check_value(&fields[i], v, e) != 0)
			return e->code;
	}
	return 0;
}

/* All that is missing at once: who fills in a form wants to know. */
static int
check_missing(const struct json *body, struct err *e)
{
	struct strbuf b = { 0 };
	int rc = 0;

	for (size_t i = 0; i < OBJ_COUNT(fields); i++)
		if (fields[i].must != NULL &&
		    json_find(body, fields[i].key) == NULL)
			strbuf_printf(&b, "%s%s", b.len > 0 ? "; " : "",
			    fields[i].must);
	if (json_find(body, "caFile") == NULL &&
	    json_find(body, "peerFingerprints") == NULL)
		strbuf_printf(&b, "%sca-file or peer-fingerprints: who peers "
		    "have to be", b.len > 0 ? "; " : "");
	if (b.len > 0)
		rc = err_set(e, ERR_PARSE, "missing: %.400s", b.text);
	strbuf_fini(&b);
	return rc;
}

static int
read_switch(const struct json *body, const char *key, bool *on, struct err *e)
{
	const char *text = json_get_text(json_find(body, key));

	*on = text == NULL || strcmp(text, "enabled") == 0;
	if (*on || strcmp(text, "disabled") == 0)
		return 0;
	return err_set(e, ERR_PARSE, "%s: enabled or disabled is expected",
	    key);
}

/* ---- what it stands for ---- */

static size_t
count_of(const struct json *v)
{
	if (v == NULL)
		return 0;
	return json_kind_of(v) == JSON_KIND_ARRAY ? json_count(v) : 1;
}

static const char *
word_at(const struct json *v, size_t i)
{
	return json_get_text(json_kind_of(v) == JSON_KIND_ARRAY ?
	    json_item(v, i) : v);
}

static void
add_list(struct strbuf *b, const char *name, const struct json *v)
{
	if (count_of(v) == 0)
		return;
	strbuf_printf(b, "    %s {\n", name);
	for (size_t i = 0; i < count_of(v); i++)
		strbuf_printf(b, "        %s\n", word_at(v, i));
	strbuf_add(b, "    }\n");
}

static void
add_text(struct strbuf *b, const char *name, const struct json *v)
{
	if (v != NULL)
		strbuf_printf(b, "    %s %s\n", name, json_get_text(v));
}

static void
add_profile(struct strbuf *b, const char *type, const struct json *body)
{
	strbuf_printf(b, "ltm profile %s " PROFILE " {\n", type);
	add_text(b, "ca-file", json_find(body, "caFile"));
	add_text(b, "cert", json_find(body, "cert"));
	add_text(b, "chain", json_find(body, "chain"));
	add_text(b, "key", json_find(body, "key"));
	add_list(b, "peer-fingerprints", json_find(body, "peerFingerprints"));
	strbuf_add(b, "}\n");
}

/* A stanza for each; name: the word, but for what may not be in a name. */
static void
add_each(struct strbuf *b, const char *type, const char *property,
    const struct json *v)
{
	for (size_t i = 0; i < count_of(v); i++) {
		const char *word = word_at(v, i);

		strbuf_printf(b, "%s /Common/", type);
		for (const char *p = word; *p != '\0'; p++)
			strbuf_add_char(b, *p == '/' ? '_' : *p);
		if (property != NULL)
			strbuf_printf(b, " {\n    %s %s\n}\n", property, word);
		else
			strbuf_add(b, " { }\n");
	}
}

int
quickstart_write(struct strbuf *b, const struct json *body, struct err *e)
{
	bool dedup, discovery;

	if (check_keys(body, e) != 0 || check_missing(body, e) != 0 ||
	    read_switch(body, "deduplication", &dedup, e) != 0 ||
	    read_switch(body, "discovery", &discovery, e) != 0)
		return e->code;
	add_profile(b, "client-ssl", body);
	add_profile(b, "server-ssl", body);
	strbuf_add(b, "wom local-endpoint {\n");
	add_list(b, "addresses", json_find(body, "wanSelfIp"));
	strbuf_add(b, "    client-ssl " PROFILE "\n    server-ssl " PROFILE
	    "\n}\nwom global-settings {\n");
	add_list(b, "lan-vlans", json_find(body, "lanVlans"));
	add_list(b, "wan-vlans", json_find(body, "wanVlans"));
	strbuf_printf(b, "}\nwom endpoint-discovery {\n    mode %s\n}\n",
	    discovery ? "enable-all" : "disable");
	strbuf_printf(b, "wom deduplication {\n    %s\n}\n",
	    dedup ? "enabled" : "disabled");
	add_each(b, "wom advertised-route", "dest",
	    json_find(body, "advertisedRoutes"));
	add_each(b, "wom remote-endpoint", "address",
	    json_find(body, "remoteEndpoints"));
	add_each(b, "wom optimized-application", NULL,
	    json_find(body, "applications"));
	return 0;
}

/* ---- made ---- */

static int
commit(struct store *s, struct resttree *t, const struct restrequest *q,
    const struct strbuf *text, struct diag *out)
{
	const struct tmos_load l = { .text = text->text, .len = text->len,
	    .file = "quick-start", .merge = true };
	struct draft *d = store_draft(s);
	int rc = tmos_load_into(d, &l, out);

	if (rc == 0)
		rc = resttree_commit(t, q, &d, out);
	draft_free(&d);
	return rc;
}

static void
tell(const struct strbuf *text, const struct diag *found, struct restreply *r)
{
	struct json *j = json_new_object(), *warnings = json_new_array();

	for (size_t i = 0; i < found->count; i++)
		json_add_text(warnings, found->entries[i].text);
	json_put_text(j, "kind", "tm:wom:quick-start:runstate");
	json_put_text(j, "text", text->text);
	json_put(j, "warnings", &warnings);
	restreply_json(r, 200, &j);
}

void
quickstart_post(struct store *s, struct resttree *t,
    const struct restrequest *q, struct restreply *r)
{
	struct strbuf text;
	struct diag found;
	struct err e = { 0 };

	strbuf_init(&text);
	diag_init(&found);
	if (quickstart_write(&text, q->body, &e) != 0)
		(void)restreply_err(r, &e);
	else if (commit(s, t, q, &text, &found) != 0)
		(void)restreply_diag(r, &found);
	else
		tell(&text, &found, r);
	diag_fini(&found);
	strbuf_fini(&text);
}
