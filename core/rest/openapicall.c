/* core/rest/openapicall.c - see openapicall.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/openapicall.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/openapischema.h"

static const struct {
	const char	*status, *text;
} failures[] = {
	{ "400", "Something in the request is wrong; nothing was changed" },
	{ "401", "Not logged in" }, { "403", "The role may not" },
	{ "404", "No such object or path" }, { "409", "It exists already" },
	{ "412", "If-Match did not hold" }, { "503", "Busy" },
	{ "507", "Disk full: the change was not made" },
};

#define READS	4	/* of them are for reading, too */

void
openapicall_params(struct json *j, const char *const *names)
{
	struct json *all = json_new_array();

	for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
		struct json *one = openapischema_ref("parameters", names[i]);

		json_add(all, &one);
	}
	if (json_count(all) > 0)
		json_put(j, "parameters", &all);
	json_free(&all);
}

/* {"content": {"application/json": {"schema": …}}} of a body or an answer. */
static void
put_content(struct json *j, const char *type, struct json **pschema)
{
	struct json *content = json_new_object(), *media = json_new_object();

	json_put(media, "schema", pschema);
	json_put(content, type != NULL ? type : "application/json", &media);
	json_put(j, "content", &content);
}

/* allOf [$ref, {required: [name]}] */
static struct json *
named_schema(const char *name)
{
	struct json *j = json_new_object(), *all = json_new_array();
	struct json *ref = openapischema_ref("schemas", name);
	struct json *must = json_literal("{\"required\":[\"name\"]}");

	json_add(all, &ref);
	json_add(all, &must);
	json_put(j, "allOf", &all);
	return j;
}

static struct json *
list_schema(const char *name)
{
	struct json *j = json_literal("{\"type\":\"object\",\"required\":"
	    "[\"kind\",\"selfLink\"],\"properties\":{\"kind\":"
	    "{\"type\":\"string\"},\"selfLink\":{\"type\":\"string\"}}}");
	struct json *props = json_clone(json_find(j, "properties"));
	struct json *items = json_literal("{\"type\":\"array\"}");
	struct json *ref = openapischema_ref("schemas", name);

	json_put(items, "items", &ref);
	json_put(props, "items", &items);
	json_put(j, "properties", &props);
	return j;
}

static struct json *
text_schema(void)
{
	return json_literal("{\"type\":\"string\"}");
}

static struct json *
answers(const struct openapicall *op)
{
	struct json *all = json_new_object(), *ok = json_new_object(), *schema;
	size_t n = strcmp(op->method, "get") == 0 ? READS :
	    OBJ_COUNT(failures);

	json_put_text(ok, "description", op->answer == NULL &&
	    op->type == NULL ? "Done" : "As it is now");
	if (op->answer != NULL || op->type != NULL) {
		schema = op->type != NULL ? text_schema() : op->list ?
		    list_schema(op->answer) :
		    openapischema_ref("schemas", op->answer);
		put_content(ok, op->type, &schema);
	}
	json_put(all, "200", &ok);
	for (size_t i = 0; i < n; i++) {
		struct json *ref = openapischema_ref("responses",
		    failures[i].status);

		json_put(all, failures[i].status, &ref);
	}
	return all;
}

static void
put_operation(struct json *path, const struct openapicall *op, const char *id)
{
	struct json *j = json_new_object(), *child;

	if (op->summary != NULL)
		json_put_text(j, "summary", op->summary);
	json_put_text(j, "operationId", id);
	child = json_new_array();
	json_add_text(child, op->tag);
	json_put(j, "tags", &child);
	openapicall_params(j, op->params);
	if (op->body != NULL) {
		struct json *schema = op->named ? named_schema(op->body) :
		    openapischema_ref("schemas", op->body);

		child = json_new_object();
		json_put_bool(child, "required", true);
		put_content(child, NULL, &schema);
		json_put(j, "requestBody", &child);
	}
	if (op->open) {
		child = json_new_array();
		json_put(j, "security", &child);
	}
	child = answers(op);
	json_put(j, "responses", &child);
	json_put(path, op->method, &j);
}

void
openapicall_put(struct json *path, const char *url,
    const struct openapicall *call)
{
	char *id = mem_printf("%s %s", call->method, url);

	put_operation(path, call, id);
	free(id);
}

struct json *
openapicall_responses(void)
{
	struct json *all = json_new_object();

	for (size_t i = 0; i < OBJ_COUNT(failures); i++) {
		struct json *j = json_new_object();
		struct json *schema = openapischema_ref("schemas", "error");

		json_put_text(j, "description", failures[i].text);
		put_content(j, NULL, &schema);
		json_put(all, failures[i].status, &j);
	}
	return all;
}
