/* admin/shell/errand.c - see errand.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/errand.h"

#include <stdio.h>
#include <string.h>

#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restname.h"

static const char *const quick_start[] = {
	"advertised-routes", "applications", "ca-file", "cert", "chain",
	"deduplication", "discovery", "key", "lan-vlans", "peer-fingerprints",
	"remote-endpoints", "wan-self-ip", "wan-vlans", NULL
};

static const char *const station[] = { "station", "vlan", "vlan-group", NULL };
static const char *const freeze[] = { "addresses", "hold", "station",
	"timeout", "vlan", "vlan-group", NULL };
static const char *const trace[] = { "station", "timeout", "vlan",
	"vlan-group", NULL };
static const char *const move[] = { "station", "to", "vlan", "vlan-group", NULL };

static const char *const role[] = { "role", NULL };

const struct errand errand_rows[] = {
	{ "net", "announce", "where a station is, is told again",
	    "/mgmt/tm/net/announce", station },
	{ "net", "failover", "what this unit of a pair is to be: active, standby or "
	    "offline", "/mgmt/tm/net/failover/role", role },
	{ "net", "freeze", "a station is about to appear somewhere, and is "
	    "looked for on all sides", "/mgmt/tm/net/freeze", freeze },
	{ "net", "move", "a station is there now: local, remote or a tunnel",
	    "/mgmt/tm/net/move", move },
	{ "net", "trace", "frames of a station are noted for a while",
	    "/mgmt/tm/net/trace", trace },
	{ "net", "thaw", "a station is not looked for any more",
	    "/mgmt/tm/net/thaw", station },
	{ "wom", "quick-start", "this end of tunnels, its certificate, "
	    "networks, peers and applications in one change",
	    "/mgmt/tm/wom/quick-start", quick_start },
	{ NULL, NULL, NULL, NULL, NULL }
};

/* Its words begin at *at, which moves behind them. Inside a module they go without
 * its name. */
static const struct errand *
find(const struct session *s, const struct phrase *p, size_t *at)
{
	for (const struct errand *r = errand_rows; r->word != NULL; r++) {
		const char *first = phrase_word(p, 1);
		const char *second = phrase_word(p, 2);

		if (first == NULL)
			return NULL;
		if (strcmp(s->mode, r->module) == 0 &&
		    strcmp(first, r->word) == 0) {
			*at = 2;
			return r;
		}
		if (second != NULL && strcmp(first, r->module) == 0 &&
		    strcmp(second, r->word) == 0) {
			*at = 3;
			return r;
		}
	}
	return NULL;
}

static int
add_block(struct json *body, const char *name, const struct phrase *block,
    struct err *e)
{
	struct json *list = json_new_array();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < block->count; i++) {
		const char *word = phrase_word(block, i);

		if (word == NULL)
			rc = err_set(e, ERR_PARSE, "%s: words are expected "
			    "between the braces", name);
		else
			json_add_text(list, word);
	}
	json_put(body, name, &list);
	return rc;
}

static int
add_pair(const struct errand *r, const struct phrase *p, size_t at,
    struct json *body, struct err *e)
{
	const char *key = phrase_word(p, at);
	char name[RESTNAME_MAX];
	size_t i = 0;

	while (key != NULL && r->keys[i] != NULL &&
	    strcmp(r->keys[i], key) != 0)
		i++;
	if (key == NULL || r->keys[i] == NULL)
		return err_set(e, ERR_UNKNOWN, "%.80s: is no word of %s %s",
		    key != NULL ? key : "{", r->module, r->word);
	restname_camel(key, name);
	if (at + 1 >= p->count)
		return err_set(e, ERR_PARSE, "%s: a value is missing", key);
	if (phrase_block(p, at + 1) != NULL)
		return add_block(body, name, phrase_block(p, at + 1), e);
	json_put_text(body, name, phrase_word(p, at + 1));
	return 0;
}

static void
print(struct session *s, const struct json *doc)
{
	const char *text = json_get_text(json_find(doc, "text"));
	const struct json *warnings = json_find(doc, "warnings");

	fputs(text != NULL ? text : "", s->out);
	for (size_t i = 0; i < json_count(warnings); i++)
		fprintf(s->out, "warning: %s\n",
		    json_get_text(json_item(warnings, i)));
}

static int
what_there_is(struct err *e)
{
	struct strbuf b;

	strbuf_init(&b);
	for (const struct errand *r = errand_rows; r->word != NULL; r++)
		strbuf_printf(&b, "%s%s %s", r == errand_rows ? "" : ", ",
		    r->module, r->word);
	(void)err_set(e, ERR_PARSE, "run: one of these is expected behind it: "
	    "%s", b.text);
	strbuf_fini(&b);
	return e->code;
}

int
errand_run(struct session *s, const struct phrase *p, struct err *e)
{
	size_t at = 0;
	const struct errand *r = find(s, p, &at);
	struct rest_result answer = { 0 };
	struct json *body;
	int rc = 0;

	if (r == NULL)
		return what_there_is(e);
	body = json_new_object();
	/* Where there is but one word, its value says enough. */
	if (r->keys[1] == NULL && at + 1 == p->count &&
	    phrase_word(p, at) != NULL)
		json_put_text(body, r->keys[0], phrase_word(p, at++));
	for (; rc == 0 && at < p->count; at += 2)
		rc = add_pair(r, p, at, body, e);
	if (rc == 0)
		rc = rest_call(session_client(s, r->path),
		    &(struct rest_call){ .method = "POST", .path = r->path,
		    .body = body }, &answer, e);
	if (rc == 0)
		print(s, answer.body);
	rest_result_fini(&answer);
	json_free(&body);
	return rc;
}
