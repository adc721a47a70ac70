/* core/rest/restchange.c - see restchange.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/checksum.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/origin.h"
#include "core/model/store.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_tree.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"

struct restchange *
restchange_new(void)
{
	return mem_zalloc(1, sizeof(struct restchange));
}

void
restchange_free(struct restchange **pc)
{
	struct restchange *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++) {
		free(c->objects[i].type);
		free(c->objects[i].name);
		free(c->objects[i].was);
	}
	free(c->objects);
	free(c->method);
	free(c->path);
	free(c);
}

/* ---- what it does ---- */

static char *
stanza_of(const struct object *o)
{
	struct strbuf b;

	strbuf_init(&b);
	tmos_write_object(&b, o, false);
	return strbuf_take(&b);
}

static uint64_t
check_of(const struct object *o)
{
	char *text = stanza_of(o);
	uint64_t check = checksum_add(CHECKSUM_START, text, strlen(text));

	free(text);
	return check;
}

void
restchange_learn(struct restchange *c, const struct store_change *changes,
    size_t count)
{
	if (count > RESTCHANGE_OBJECTS_MAX) {
		c->large = count;
		return;
	}
	c->objects = mem_zalloc(count, sizeof(c->objects[0]));
	c->count = count;
	for (size_t i = 0; i < count; i++) {
		struct restchange_object *to = &c->objects[i];
		const struct object *was = changes[i].was;
		const struct object *now = changes[i].now;
		const struct object *o = now != NULL ? now : was;

		to->type = mem_strdup(o->type->words);
		to->name = mem_strdup(o->name);
		to->was = was != NULL ? stanza_of(was) : NULL;
		to->gone = now == NULL;
		to->check = now != NULL ? check_of(now) : 0;
	}
}

/* ---- on record ---- */

static const char *const confirm_names[] = {
	[RESTCHANGE_PLAIN] = "plain", [RESTCHANGE_PENDING] = "pending",
	[RESTCHANGE_CONFIRMED] = "confirmed",
	[RESTCHANGE_REVERTED] = "reverted", [RESTCHANGE_KEPT] = "kept",
};

const char *
restchange_confirm_name(enum restchange_confirm c)
{
	return confirm_names[c];
}

static enum restchange_confirm
parse_confirm(const char *word)
{
	int i = RESTCHANGE_KEPT;

	while (i > RESTCHANGE_PLAIN &&
	    (word == NULL || strcmp(confirm_names[i], word) != 0))
		i--;
	return (enum restchange_confirm)i;
}

/* JSON holds UTF-8 alone and a file may hold any octet. */
static void
put_octets(struct json *j, const char *key, const char *text)
{
	const char *from = text, *p;
	struct strbuf b;

	strbuf_init(&b);
	for (p = text; *p != '\0'; p++) {
		if ((unsigned char)*p <= 0x7e && *p != '%')
			continue;
		strbuf_add_len(&b, from, (size_t)(p - from));
		strbuf_printf(&b, "%%%02X", (unsigned)(unsigned char)*p);
		from = p + 1;
	}
	strbuf_add_len(&b, from, (size_t)(p - from));
	json_put_text(j, key, b.text);
	strbuf_fini(&b);
}

static char *
get_octets(const char *text)
{
	struct strbuf b;
	char hex[3] = "";

	strbuf_init(&b);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '%' && p[1] != '\0' && p[2] != '\0') {
			memcpy(hex, p + 1, 2);
			strbuf_add_char(&b, (char)strtoul(hex, NULL, 16));
			p += 2;
		} else {
			strbuf_add_char(&b, *p);
		}
	}
	return strbuf_take(&b);
}

static struct json *
record_object(const struct restchange_object *o)
{
	struct json *j = json_new_object();
	char check[24];

	json_put_text(j, "type", o->type);
	put_octets(j, "name", o->name);
	if (o->was != NULL)
		put_octets(j, "was", o->was);
	(void)snprintf(check, sizeof(check), "%016" PRIx64, o->check);
	if (!o->gone)
		json_put_text(j, "check", check);
	return j;
}

static struct json *
base_record(const struct restchange *c)
{
	struct json *j = json_new_object();

	json_put_int(j, "change", (int64_t)c->number);
	json_put_int(j, "time", c->time);
	if (*c->user != '\0')
		json_put_text(j, "user", c->user);
	if (*c->from != '\0')
		json_put_text(j, "from", c->from);
	json_put_text(j, "method", c->method);
	json_put_text(j, "path", c->path);
	json_put_text(j, "role", restpeer_role_name(c->role));
	if (c->undoes != 0)
		json_put_int(j, "undoes", (int64_t)c->undoes);
	if (c->large != 0)
		json_put_int(j, "objectCount", (int64_t)c->large);
	if (c->confirm != RESTCHANGE_PLAIN) {
		json_put_text(j, "confirm", confirm_names[c->confirm]);
		json_put_int(j, "confirmWithin", c->within_s);
		json_put_int(j, "until", c->until);
	}
	return j;
}

struct json *
restchange_record(const struct restchange *c)
{
	struct json *j = base_record(c), *all = json_new_array(), *one;

	for (size_t i = 0; i < c->count; i++) {
		one = record_object(&c->objects[i]);
		json_add(all, &one);
	}
	json_put(j, "objects", &all);
	return j;
}

static void
copy_text(char to[RESTPEER_TEXT_MAX], const struct json *from)
{
	const char *text = json_get_text(from);

	(void)snprintf(to, RESTPEER_TEXT_MAX, "%s", text != NULL ? text : "");
}

static char *
dup_text(const struct json *from)
{
	const char *text = json_get_text(from);

	return mem_strdup(text != NULL ? text : "");
}

static bool
parse_object(struct restchange_object *o, const struct json *j)
{
	const char *name = json_get_text(json_find(j, "name"));
	const char *was = json_get_text(json_find(j, "was"));
	const char *check = json_get_text(json_find(j, "check"));

	o->type = dup_text(json_find(j, "type"));
	o->name = get_octets(name != NULL ? name : "");
	o->was = was != NULL ? get_octets(was) : NULL;
	o->gone = check == NULL;
	o->check = check != NULL ? strtoull(check, NULL, 16) : 0;
	return name != NULL && (was != NULL || check != NULL);
}

struct restchange *
restchange_parse(const struct json *j)
{
	const struct json *all = json_find(j, "objects");
	struct restchange *c = restchange_new();
	bool good = json_get_int(json_find(j, "change")) > 0;

	c->number = (uint64_t)json_get_int(json_find(j, "change"));
	c->time = json_get_int(json_find(j, "time"));
	copy_text(c->user, json_find(j, "user"));
	copy_text(c->from, json_find(j, "from"));
	c->method = dup_text(json_find(j, "method"));
	c->path = dup_text(json_find(j, "path"));
	c->role = restpeer_role_parse(json_get_text(json_find(j, "role")));
	if (c->role == RESTPEER_NOBODY)
		c->role = RESTPEER_ADMIN;
	c->undoes = (uint64_t)json_get_int(json_find(j, "undoes"));
	c->confirm = parse_confirm(json_get_text(json_find(j, "confirm")));
	c->within_s = (uint32_t)json_get_int(json_find(j, "confirmWithin"));
	c->large = (uint64_t)json_get_int(json_find(j, "objectCount"));
	c->until = json_get_int(json_find(j, "until"));
	c->count = json_count(all);
	c->objects = mem_zalloc(c->count + 1, sizeof(c->objects[0]));
	for (size_t i = 0; i < c->count; i++)
		good = parse_object(&c->objects[i], json_item(all, i)) && good;
	if (!good)
		restchange_free(&c);
	return c;
}

struct json *
restchange_show(const struct restchange *c)
{
	struct json *j = base_record(c), *all = json_new_array();

	if (c->undone_by != 0)
		json_put_int(j, "undoneBy", (int64_t)c->undone_by);
	for (size_t i = 0; i < c->count; i++) {
		const struct restchange_object *o = &c->objects[i];
		struct json *one = json_new_object();
		char *name = mem_printf("%s%s%s", o->type,
		    *o->name != '\0' ? " " : "", o->name);

		json_put_text(one, "object", name);
		json_put_text(one, "what", o->was == NULL ? "created" :
		    o->gone ? "deleted" : "modified");
		json_add(all, &one);
		free(name);
	}
	json_put(j, "objects", &all);
	return j;
}

/* ---- taking it back ---- */

static int
check_untouched(const struct restchange_object *o, const struct draft *d,
    struct err *e)
{
	const struct type *t = schema_find(draft_schema(d), o->type);
	const struct object *now = t != NULL ? draft_find(d, t, o->name) : NULL;

	if (t == NULL)
		return err_set(e, ERR_CONFLICT, "%s %s: there is no such type "
		    "any more", o->type, o->name);
	if (o->gone ? now == NULL : now != NULL && check_of(now) == o->check)
		return 0;
	return err_set(e, ERR_CONFLICT, "%s %s has changed since", o->type,
	    o->name);
}

static struct object *
read_stanza(const struct draft *d, const char *text)
{
	struct diag out;
	const struct diag_pos pos = { .file = origin_intern("undo"),
	    .line = 1 };
	const struct tmos_bind b = { .schema = draft_schema(d), .out = &out };
	struct tmos_tree tree;
	struct tmos_node *n;
	struct object *o = NULL;

	diag_init(&out);
	tmos_tree_init(&tree, text, strlen(text), &pos, &out);
	n = tmos_tree_next(&tree);
	if (n != NULL)
		o = tmos_bind_object(&b, n);
	tmos_tree_free(&n);
	tmos_tree_fini(&tree);
	if (out.errors > 0)
		object_unref(&o);
	diag_fini(&out);
	return o;
}

static int
put_back(const struct restchange_object *o, struct draft *d, struct err *e)
{
	const struct type *t = schema_find(draft_schema(d), o->type);
	struct object *was;

	if (o->was == NULL)
		return draft_delete(d, t, o->name, e);
	was = read_stanza(d, o->was);
	if (was == NULL)
		return err_set(e, ERR_PARSE, "%s %s: what it was does not "
		    "read any more", o->type, o->name);
	draft_put(d, &was);
	return 0;
}

int
restchange_revert(const struct restchange *c, struct draft *d, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->count; i++)
		rc = check_untouched(&c->objects[i], d, e);
	for (size_t i = 0; rc == 0 && i < c->count; i++)
		rc = put_back(&c->objects[i], d, e);
	return rc;
}
