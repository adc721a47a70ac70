/* core/rest/openapi.c - see openapi.h. What objects look like is
 * openapischema's; here are paths, parameters and answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/openapi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/rest/metrics.h"
#include "core/rest/openapicall.h"
#include "core/rest/openapischema.h"
#include "core/rest/restman.h"
#include "core/rest/restname.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"

/* Constant parts, in the words of the specification. */
static const char parameters[] = "{"
    "\"name\":{\"name\":\"name\",\"in\":\"path\",\"required\":true,"
    "\"description\":\"Full path with ~ for /, or a name in /Common\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"key\":{\"name\":\"key\",\"in\":\"path\",\"required\":true,"
    "\"schema\":{\"type\":\"string\"}},"
    "\"select\":{\"name\":\"$select\",\"in\":\"query\","
    "\"description\":\"Properties wanted, with commas\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"filter\":{\"name\":\"$filter\",\"in\":\"query\","
    "\"schema\":{\"type\":\"string\",\"pattern\":\"^partition eq .+$\"}},"
    "\"top\":{\"name\":\"$top\",\"in\":\"query\",\"schema\":"
    "{\"type\":\"integer\",\"minimum\":0,\"maximum\":999999999}},"
    "\"skip\":{\"name\":\"$skip\",\"in\":\"query\",\"schema\":"
    "{\"type\":\"integer\",\"minimum\":0,\"maximum\":999999999}},"
    "\"expand\":{\"name\":\"expandSubcollections\",\"in\":\"query\","
    "\"schema\":{\"type\":\"boolean\",\"default\":false}},"
    "\"text\":{\"name\":\"text\",\"in\":\"query\",\"description\":"
    "\"As configuration text; all: with defaults\","
    "\"schema\":{\"type\":\"string\",\"enum\":[\"list\",\"all\"]}},"
    "\"effect\":{\"name\":\"effect\",\"in\":\"query\",\"description\":"
    "\"Shares of clients before and after\","
    "\"schema\":{\"type\":\"integer\",\"enum\":[0,1]}},"
    "\"confirm\":{\"name\":\"confirm-within\",\"in\":\"query\","
    "\"description\":\"Seconds after which it reverts by itself unless it "
    "is confirmed\",\"schema\":{\"type\":\"integer\",\"minimum\":1}},"
    "\"ifMatch\":{\"name\":\"If-Match\",\"in\":\"header\","
    "\"description\":\"ETag that must hold still\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"transaction\":{\"name\":\"X-F5-REST-Coordination-Id\","
    "\"in\":\"header\",\"description\":\"transId to collect this in\","
    "\"schema\":{\"type\":\"string\"}}}";

static const char schemas[] = "{"
    "\"error\":{\"type\":\"object\",\"required\":"
    "[\"code\",\"message\",\"errorStack\",\"apiError\"],\"properties\":{"
    "\"code\":{\"type\":\"integer\"},\"message\":{\"type\":\"string\"},"
    "\"errorStack\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"apiError\":{\"type\":\"integer\",\"enum\":[3]}}},"
    "\"reference\":{\"type\":\"object\",\"readOnly\":true,"
    "\"required\":[\"link\"],"
    "\"properties\":{\"link\":{\"type\":\"string\"}}},"
    "\"any\":{\"type\":\"object\"},"
    "\"stats\":{\"type\":\"object\","
    "\"required\":[\"kind\",\"selfLink\",\"entries\"],\"properties\":{"
    "\"kind\":{\"type\":\"string\"},\"selfLink\":{\"type\":\"string\"},"
    "\"generation\":{\"type\":\"integer\"},"
    "\"entries\":{\"type\":\"object\",\"additionalProperties\":"
    "{\"type\":\"object\",\"required\":[\"nestedStats\"],\"properties\":{"
    "\"nestedStats\":{\"type\":\"object\",\"required\":[\"entries\"],"
    "\"properties\":{\"entries\":{\"type\":\"object\","
    "\"additionalProperties\":{\"type\":\"object\",\"properties\":{"
    "\"value\":{\"type\":\"integer\"},"
    "\"description\":{\"type\":\"string\"}}}}}}}}}}},"
    "\"login\":{\"type\":\"object\","
    "\"required\":[\"username\",\"password\"],\"properties\":{"
    "\"username\":{\"type\":\"string\"},"
    "\"password\":{\"type\":\"string\",\"writeOnly\":true},"
    "\"loginProviderName\":{\"type\":\"string\"}}}}";

static const char security[] = "{"
    "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\"},"
    "\"token\":{\"type\":\"apiKey\",\"in\":\"header\","
    "\"name\":\"X-F5-Auth-Token\"}}";

#define EVENTS	"gtm/events"	/* the one route that never ends */

static const char *const path_name[] = { "name", NULL };
static const char *const path_key[] = { "name", "key", NULL };
static const char *const list_params[] = { "select", "filter", "top", "skip",
    "expand", "text", NULL };
static const char *const get_params[] = { "select", "expand", "text", NULL };
static const char *const make_params[] = { "effect", "confirm",
    "transaction", NULL };
static const char *const edit_params[] = { "effect", "confirm",
    "ifMatch", "transaction", NULL };

/* ---- resources ---- */

/* One place in the tree: where it is and what stands there. */
struct place {
	struct json	*paths;
	const char	*tag;
	const char	*schema;
	const char	*const *params;	/* of its path */
};

static void
put_stats(const struct place *at, const char *url)
{
	struct json *path = json_new_object();
	char *stats = mem_printf("%s/stats", url);

	openapicall_params(path, at->params);
	openapicall_put(path, stats, &(struct openapicall){ .method = "get",
	    .summary = "Statistics", .tag = at->tag, .answer = "stats" });
	json_put(at->paths, stats, &path);
	free(stats);
}

static void
put_collection(const struct place *at, const char *url)
{
	struct json *path = json_new_object();

	openapicall_params(path, at->params);
	openapicall_put(path, url, &(struct openapicall){ .method = "get",
	    .summary = "List them", .tag = at->tag, .params = list_params,
	    .answer = at->schema, .list = true });
	openapicall_put(path, url, &(struct openapicall){ .method = "post",
	    .summary = "Make one", .tag = at->tag, .params = make_params,
	    .body = at->schema, .named = true, .answer = at->schema });
	json_put(at->paths, url, &path);
	put_stats(at, url);
}

static void
put_object(const struct place *at, const char *url, bool deletes)
{
	struct json *path = json_new_object();

	openapicall_params(path, at->params);
	openapicall_put(path, url, &(struct openapicall){ .method = "get",
	    .summary = "Read it", .tag = at->tag, .params = get_params,
	    .answer = at->schema });
	openapicall_put(path, url, &(struct openapicall){ .method = "patch",
	    .summary = "Change what is given", .tag = at->tag,
	    .params = edit_params, .body = at->schema,
	    .answer = at->schema });
	openapicall_put(path, url, &(struct openapicall){ .method = "put",
	    .summary = "Replace it: what is not given has its default",
	    .tag = at->tag, .params = edit_params, .body = at->schema,
	    .answer = at->schema });
	if (deletes)
		openapicall_put(path, url, &(struct openapicall){ .method = "delete",
		    .summary = "Delete it", .tag = at->tag,
		    .params = edit_params });
	json_put(at->paths, url, &path);
	if (deletes)
		put_stats(at, url);
}

static void
put_items(struct json *paths, const struct type *t, const char *url,
    const char *schema)
{
	for (const struct prop *p = t->props; p->name != NULL; p++) {
		struct place at = { .paths = paths, .tag = t->words,
		    .params = path_name };
		char *inner, *coll, *one;

		if (p->kind != PROP_ITEMS || p->refused != NULL)
			continue;
		at.schema = inner = mem_printf("%s.%s", schema, p->name);
		coll = mem_printf("%s/%s", url, p->name);
		one = mem_printf("%s/{key}", coll);
		put_collection(&at, coll);
		at.params = path_key;
		put_object(&at, one, true);
		free(one);
		free(coll);
		free(inner);
	}
}

static void
put_type(struct json *paths, const struct type *t)
{
	char *schema = openapischema_name(t), *one;
	struct place at = { .paths = paths, .tag = t->words,
	    .schema = schema };
	struct strbuf url = { 0 };

	restname_url(&url, t, NULL);
	if (t->naming == TYPE_SINGLE) {
		put_object(&at, url.text, false);
	} else {
		put_collection(&at, url.text);
		one = mem_printf("%s/{name}", url.text);
		at.params = path_name;
		put_object(&at, one, true);
		put_items(paths, t, one, schema);
		free(one);
	}
	free(schema);
	strbuf_fini(&url);
}

/* ---- what is no resource ---- */

static void
put_route(struct json *paths, const struct restman *m,
    const struct restroute *r)
{
	static const struct {
		unsigned	 method;
		const char	*word, *body;
	} rows[] = {
		{ RESTREQUEST_GET, "get", NULL },
		{ RESTREQUEST_DELETE, "delete", NULL },
		{ RESTREQUEST_POST, "post", "any" },
		{ RESTREQUEST_PATCH, "patch", "any" },
	};
	struct json *path = json_new_object();
	char *url = mem_printf("/mgmt/tm/%s", r->path);
	struct openapicall op = { .summary = m->help(r->path), .tag = "commands",
	    .answer = "any" };

	if (strcmp(r->path, EVENTS) == 0)
		op.type = "text/event-stream";
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		if (!(r->methods & rows[i].method))
			continue;
		op.method = rows[i].word;
		op.body = rows[i].body;
		openapicall_put(path, url, &op);
	}
	json_put(paths, url, &path);
	free(url);
}

static void
put_fixed(struct json *paths)
{
	static const struct {
		const char	*url;
		struct openapicall op;
	} rows[] = {
		{ "/mgmt/shared/authn/login", { .method = "post",
		    .summary = "Log in for a token", .tag = "login",
		    .body = "login", .answer = "any", .open = true } },
		{ "/mgmt/shared/authz/tokens/{name}", { .method = "get",
		    .summary = "Read a token of one's own", .tag = "login",
		    .answer = "any" } },
		{ "/mgmt/shared/authz/tokens/{name}", { .method = "patch",
		    .summary = "Set its timeout", .tag = "login",
		    .body = "any", .answer = "any" } },
		{ "/mgmt/shared/authz/tokens/{name}", { .method = "delete",
		    .summary = "Log out", .tag = "login" } },
		{ "/mgmt/tm/transaction", { .method = "post",
		    .summary = "Open a transaction", .tag = "transaction",
		    .body = "any", .answer = "any" } },
		{ "/mgmt/tm/transaction/{name}", { .method = "get",
		    .summary = "Read it", .tag = "transaction",
		    .answer = "any" } },
		{ "/mgmt/tm/transaction/{name}", { .method = "patch",
		    .summary = "Commit it, or check it with validateOnly",
		    .tag = "transaction", .body = "any", .answer = "any" } },
		{ "/mgmt/tm/transaction/{name}", { .method = "delete",
		    .summary = "Forget it", .tag = "transaction" } },
		{ "/metrics", { .method = "get",
		    .summary = "Counters and states for Prometheus",
		    .tag = "metrics", .type = METRICS_TYPE } },
	};
	struct json *path = NULL;

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		const char *url = rows[i].url;

		if (path == NULL) {
			path = json_new_object();
			openapicall_params(path, strstr(url, "{name}") != NULL ?
			    path_name : NULL);
		}
		openapicall_put(path, url, &rows[i].op);
		if (i + 1 == OBJ_COUNT(rows) ||
		    strcmp(url, rows[i + 1].url) != 0)
			json_put(paths, url, &path);
	}
}

/* ---- the document ---- */

static struct json *
components(const struct schema *s)
{
	struct json *j = json_new_object(), *child = json_literal(schemas);

	for (size_t i = 0; s->types[i] != NULL; i++)
		if (s->types[i]->refused == NULL)
			openapischema_put(child, s->types[i]);
	json_put(j, "schemas", &child);
	child = json_literal(parameters);
	json_put(j, "parameters", &child);
	child = openapicall_responses();
	json_put(j, "responses", &child);
	child = json_literal(security);
	json_put(j, "securitySchemes", &child);
	return j;
}

static struct json *
info(const struct restman *m)
{
	struct json *j = json_new_object(), *license;
	char *text = mem_printf("iControl REST of %s, as gtmrestd serves it",
	    m->daemon);

	json_put_text(j, "title", "Global traffic manager");
	json_put_text(j, "version", RESTNAME_VERSION);
	json_put_text(j, "description", text);
	license = json_literal("{\"name\":\"Apache-2.0\"}");
	json_put(j, "license", &license);
	free(text);
	return j;
}

struct json *
openapi_document(const struct restman *m)
{
	struct json *j = json_new_object(), *child;

	json_put_text(j, "openapi", "3.0.3");
	child = info(m);
	json_put(j, "info", &child);
	child = json_literal("[{\"url\":\"https://localhost:8443\"}]");
	json_put(j, "servers", &child);
	child = json_literal("[{\"token\":[]},{\"basic\":[]}]");
	json_put(j, "security", &child);
	child = json_new_object();
	put_fixed(child);
	for (const struct restroute *r = m->routes; r->path != NULL; r++)
		put_route(child, m, r);
	for (size_t i = 0; m->schema->types[i] != NULL; i++)
		if (m->schema->types[i]->refused == NULL)
			put_type(child, m->schema->types[i]);
	json_put(j, "paths", &child);
	child = components(m->schema);
	json_put(j, "components", &child);
	return j;
}
