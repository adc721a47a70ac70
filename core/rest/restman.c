/* core/rest/restman.c - see restman.h. What rows mean is in the configuration
 * reference; here is how they are spelt and reached over HTTP.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restman.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/restname.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"

static const char rules[] =
    "## Who may\n\n"
    "`gtmrestd` takes Basic, or the token that `POST "
    "/mgmt/shared/authn/login` gives in\n`X-F5-Auth-Token`. `guest` reads, "
    "`operator` also enables, disables and sets ratios\n(PATCH), `manager` "
    "writes objects, `admin` does everything. Each write is on record.\n\n"
    "## Names\n\n"
    "A name in a URL is its full path with `~` for `/`: `~Common~Local_pool`; "
    "without a\npartition it is in `/Common`. A tilde that is meant is "
    "`%7E`. Keys of members and\nvirtual servers match with and without "
    "`/Common/`.\n\n"
    "## What is asked for\n\n"
    "| parameter | of | |\n| --- | --- | --- |\n"
    "| `$select=a,b` | GET | only these properties |\n"
    "| `$filter=partition+eq+NAME` | GET of a collection | only this "
    "partition |\n"
    "| `$top=N`, `$skip=N` | GET of a collection | a page of it |\n"
    "| `expandSubcollections=true` | GET | members and the like in full |\n"
    "| `text=list`, `text=all` | GET of an object or a collection | as "
    "configuration text; all: with defaults |\n"
    "| `effect=1` | POST, PATCH, PUT, DELETE | shares of clients before and "
    "after |\n"
    "| `confirm-within=SECONDS` | POST, PATCH, PUT, DELETE | the change "
    "reverts by itself unless it is confirmed in time |\n"
    "| `ver=…` | any | is passed over |\n\n"
    "`If-Match: ETAG` guards a write against somebody else's (412). "
    "`X-F5-REST-Coordination-Id: ID`\nputs it into a transaction.\n\n"
    "## What comes back\n\n"
    "Objects have `kind`, `name`, `partition`, `subPath`, `fullPath`, "
    "`generation`, `selfLink`\nand every property with the value that counts. "
    "A state is `enabled: true` or\n`disabled: true`. What is empty is left "
    "out, so is what is ours while it is at its\ndefault. Collections have "
    "`kind`, `selfLink` and `items`, unless there are none.\n\n"
    "An error is `{\"code\": 404, \"message\": \"01020036:3: The requested "
    "Pool (/Common/x) was\nnot found.\", \"errorStack\": [], \"apiError\": "
    "3}`:\n\n"
    "| status | |\n| --- | --- |\n"
    "| 400 | a value, a property, a name or JSON that is wrong; nothing was "
    "changed |\n"
    "| 401 | not logged in, or the token has ended |\n"
    "| 403 | the role may not |\n"
    "| 404 | no such object, or no such path |\n"
    "| 405 | not with this method |\n"
    "| 409 | it exists already |\n"
    "| 412 | If-Match did not hold |\n"
    "| 413, 414, 415 | body over 1 MiB; URL too long; body not JSON |\n"
    "| 429 | too many wrong passwords; `Retry-After` |\n"
    "| 503 | busy; come again |\n"
    "| 507 | disk full: the change was not made |\n\n";

static void
add_intro(struct strbuf *b, const struct restman *m)
{
	strbuf_printf(b, "# REST reference\n\n"
	    "Made by the build from the tables that the program itself goes "
	    "by; do not\nedit. [%s](%s) says the same in OpenAPI 3.0, and so "
	    "does\n`GET /mgmt/tm/%s/openapi` of a running daemon. What "
	    "properties mean stands in the\n[configuration reference](%s)."
	    "\n\nThe dialect is iControl REST " RESTNAME_VERSION ". It is "
	    "served on the control socket of `%s`,\nand over HTTPS by "
	    "`gtmrestd`.\n\n", m->openapi, m->openapi, m->module, m->file,
	    m->daemon);
}

static const struct {
	const char		*word;
	enum restrequest_method	 method;
} methods[] = {
	{ "GET", RESTREQUEST_GET }, { "POST", RESTREQUEST_POST },
	{ "PATCH", RESTREQUEST_PATCH }, { "PUT", RESTREQUEST_PUT },
	{ "DELETE", RESTREQUEST_DELETE },
};

static void
add_methods(struct strbuf *b, unsigned bits)
{
	bool first = true;

	for (size_t i = 0; i < OBJ_COUNT(methods); i++) {
		if ((bits & methods[i].method) == 0)
			continue;
		strbuf_printf(b, "%s%s", first ? "" : ", ", methods[i].word);
		first = false;
	}
}

static void
add_commands(struct strbuf *b, const struct restman *m)
{
	strbuf_printf(b, "## Beside the objects\n\n"
	    "| path | methods | role | |\n| --- | --- | --- | --- |\n"
	    "| `/mgmt/shared/authn/login` | POST | | username, password: a "
	    "token (gtmrestd) |\n"
	    "| `/mgmt/shared/authz/tokens/TOKEN` | GET, PATCH, DELETE | guest "
	    "| its timeout in seconds; log-out (gtmrestd) |\n"
	    "| `/mgmt/tm/transaction` | POST | operator | opens a transaction "
	    "|\n"
	    "| `/mgmt/tm/transaction/ID` | GET, PATCH, DELETE | operator | "
	    "`{\"state\": \"VALIDATING\"}` commits, with `validateOnly` only "
	    "checks |\n"
	    "| `/metrics` | GET | guest | for Prometheus, see %s(8) |\n",
	    m->daemon);
	for (const struct restroute *r = m->routes; r->path != NULL; r++) {
		const char *help = m->help(r->path);

		strbuf_printf(b, "| `/mgmt/tm/%s` | ", r->path);
		add_methods(b, r->methods);
		strbuf_printf(b, " | %s | %s |\n", restpeer_role_name(r->role),
		    help != NULL ? help : "");
	}
}

/* "integer", as JSON has it. */
static const char *
json_type(const struct prop *p)
{
	switch (p->kind) {
	case PROP_STATE:
		return "true";
	case PROP_U32: case PROP_U64:
		return p->word != NULL ? "integer or word" : "integer";
	case PROP_BITS: case PROP_STRINGS: case PROP_REFS:
		return "array of strings";
	case PROP_PAIRS:
		return "object of strings";
	case PROP_ITEMS:
		return p->flags & PROP_LINKED ? "sub-collection" :
		    "array of objects";
	case PROP_BOOL: case PROP_ENUM: case PROP_STRING: case PROP_ADDR:
	case PROP_ADDRPORT: case PROP_REF: case PROP_TYPEDREF: case PROP_RULE:
		break;
	}
	return "string";
}

static void
add_row(struct strbuf *b, const struct prop *p)
{
	char name[RESTNAME_MAX], other[RESTNAME_MAX];

	if (p->kind == PROP_STATE)
		strbuf_printf(b, "| `%s`, `%s` | ",
		    restname_camel(p->names[1], name),
		    restname_camel(p->names[0], other));
	else if (p->kind == PROP_PAIRS)
		strbuf_printf(b, "| `%s` KEY in `" RESTNAME_RAW "` | ",
		    restname_camel(p->name, name));
	else
		strbuf_printf(b, "| `%s` | ", restname_camel(p->name, name));
	strbuf_printf(b, "%s | %s%s |\n", json_type(p),
	    p->refused != NULL ? "its default alone" :
	    p->flags & PROP_REQUIRED ? "must be given" : "",
	    p->flags & PROP_SECRET ? " never shown" : "");
}

/* Its rows, then the URLs and rows of its items, as deep as tables nest. */
static void
add_rows(struct strbuf *b, const struct prop *table, const char *url)
{
	strbuf_add(b, "\n| property | JSON | |\n| --- | --- | --- |\n");
	for (const struct prop *p = table; p->name != NULL; p++)
		add_row(b, p);
	for (const struct prop *p = table; p->name != NULL; p++) {
		struct strbuf sub = { 0 };

		if (p->kind != PROP_ITEMS || p->refused != NULL)
			continue;
		strbuf_printf(&sub, "%s/%s", url, p->name);
		strbuf_printf(b, "\n### `%s`\n\nItems of the key `name`.\n",
		    sub.text);
		strbuf_add(&sub, "/KEY");
		add_rows(b, p->item->props, sub.text);
		strbuf_fini(&sub);
	}
}

static void
add_type(struct strbuf *b, const struct type *t)
{
	struct strbuf url = { 0 };
	char *kind = restname_kind(t, NULL, false);

	restname_url(&url, t, NULL);
	strbuf_printf(b, "\n## `%s`\n\n%s: `%s`.\n\n", url.text, t->title,
	    kind);
	if (t->naming == TYPE_SINGLE)
		strbuf_add(b, "There is one: GET, PATCH, PUT.\n");
	else
		strbuf_printf(b, "Collection: GET, POST. `%s/NAME`: GET, "
		    "PATCH, PUT, DELETE. `/stats`\nbehind either: GET.\n",
		    url.text);
	if (t->naming != TYPE_SINGLE)
		strbuf_add(&url, "/NAME");
	add_rows(b, t->props, url.text);
	free(kind);
	strbuf_fini(&url);
}

void
restman_write(struct strbuf *b, const struct restman *m)
{
	const struct type *const *types = m->schema->types;
	bool first = true;

	add_intro(b, m);
	strbuf_add(b, rules);
	add_commands(b, m);
	for (size_t i = 0; types[i] != NULL; i++)
		if (types[i]->refused == NULL)
			add_type(b, types[i]);
	for (size_t i = 0; types[i] != NULL; i++) {
		if (types[i]->refused == NULL)
			continue;
		strbuf_add(b, first ? "\n## Not supported yet\n\nReading finds "
		    "nothing, writing is refused: " : ", ");
		strbuf_printf(b, "`%s`", types[i]->words);
		first = false;
	}
	if (!first)
		strbuf_add(b, ".\n");
}
