/* admin/shell/edititems.c - see edititems.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/edititems.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/edit.h"
#include "admin/shell/phrase.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "core/rest/restname.h"

const char *const edititems_ops[] = {
	"add", "delete", "modify", "replace-all-with", NULL
};

bool
edititems_op_parse(const char *word, enum edititems_op *op)
{
	for (unsigned i = 0; edititems_ops[i] != NULL; i++) {
		if (strcmp(edititems_ops[i], word) != 0)
			continue;
		*op = (enum edititems_op)i;
		return true;
	}
	return false;
}

char *
edititems_key(const struct json *item)
{
	const char *name = json_get_text(item);
	const char *folder = json_get_text(json_find(item, "partition"));

	if (name == NULL)
		name = json_get_text(json_find(item, "fullPath"));
	if (name != NULL)
		return mem_strdup(name);
	name = json_get_text(json_find(item, "name"));
	if (name == NULL)
		name = "";
	if (folder != NULL && *name != '/')
		return mem_printf("/%s/%s", folder, name);
	return mem_strdup(name);
}

/* Keys are the same with and without /Common/, wherever it stands in them. */
static bool
same_key(const char *a, const char *b)
{
	static const char common[] = "/Common/";

	for (;;) {
		if (strncmp(a, common, sizeof(common) - 1) == 0)
			a += sizeof(common) - 1;
		if (strncmp(b, common, sizeof(common) - 1) == 0)
			b += sizeof(common) - 1;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

const struct json *
edititems_find(const struct catalog_prop *p, const struct json *object)
{
	const struct json *list = json_find(object, p->rest);
	char *key;

	if (list != NULL)
		return list;
	key = mem_printf("%sReference", p->rest);
	list = json_find(json_find(object, key), "items");
	free(key);
	return list;
}

static void copy_props(const struct catalog_type *t, const struct json *from,
    struct json *to);

/* Without what REST adds for readers: links, kinds, generations. */
static struct json *
copy_item(const struct catalog_prop *p, const struct json *item)
{
	struct json *clean;
	char *key;

	if (p->kind != CATALOG_ITEMS)
		return json_clone(item);
	clean = json_new_object();
	key = edititems_key(item);
	json_put_text(clean, "name", key);
	free(key);
	copy_props(p->item, item, clean);
	return clean;
}

static struct json *
copy_list(const struct catalog_prop *p, const struct json *list)
{
	struct json *out = json_new_array();

	for (size_t i = 0; i < json_count(list); i++) {
		struct json *one = copy_item(p, json_item(list, i));

		json_add(out, &one);
	}
	return out;
}

static void
copy_flag(const struct catalog_prop *p, const struct json *from,
    struct json *to)
{
	for (size_t i = 0; i < json_count(p->words); i++) {
		char key[RESTNAME_MAX];

		(void)restname_camel(json_get_text(json_item(p->words, i)),
		    key);
		if (json_get_bool(json_find(from, key)))
			json_put_bool(to, key, true);
	}
}

/* Goes as deep as the catalogue nests. */
static void
copy_props(const struct catalog_type *t, const struct json *from,
    struct json *to)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct catalog_prop *p = &t->props[i];
		const struct json *v = edititems_find(p, from);
		struct json *copy;

		if (p->refused != NULL)
			continue;
		if (p->kind == CATALOG_FLAG)
			copy_flag(p, from, to);
		if (p->kind == CATALOG_FLAG || v == NULL)
			continue;
		copy = p->kind == CATALOG_ITEMS ? copy_list(p, v) :
		    json_clone(v);
		json_put(to, p->rest, &copy);
	}
}

static int
find_key(const struct json *list, const char *key)
{
	for (size_t i = 0; i < json_count(list); i++) {
		char *have = edititems_key(json_item(list, i));
		bool same = same_key(have, key);

		free(have);
		if (same)
			return (int)i;
	}
	return -1;
}

static int
tell(const struct catalog_prop *p, const char *key, int code, struct err *e)
{
	return err_set(e, code, "%s: %s %s", p->name, key,
	    code == ERR_EXISTS ? "is there already" : "is not there");
}

/* The block behind a key, if there is one, changes the item. */
static int
edit_item(const struct edit *ed, const struct catalog_prop *p,
    struct json *item, const struct phrase *props, struct err *e)
{
	const struct edit inner = { .folder = ed->folder, .body = item };
	int rc;

	if (props == NULL)
		return 0;
	if (p->kind != CATALOG_ITEMS)
		return err_set(e, ERR_PARSE, "%s: words expected, not {",
		    p->name);
	rc = edit_properties(&inner, p->item, props, 0, e);
	return rc == 0 ? 0 : err_wrap(e, "%s", p->name);
}

/* One key of the block, with what stands behind it. */
struct step {
	const struct edit *ed;
	const struct catalog_prop *p;
	const char	*key;
	const struct phrase *props;	/* or NULL */
};

static int
step_add(const struct step *s, struct json **list, struct err *e)
{
	struct json *item;
	char *full;
	int rc;

	if (find_key(*list, s->key) >= 0)
		return tell(s->p, s->key, ERR_EXISTS, e);
	if (s->p->kind == CATALOG_ITEMS) {
		item = json_new_object();
		json_put_text(item, "name", s->key);
		rc = edit_item(s->ed, s->p, item, s->props, e);
		json_add(*list, &item);
		return rc;
	}
	full = s->p->kind == CATALOG_REFS ?
	    command_full_name(s->ed->folder, s->key) : mem_strdup(s->key);
	json_add_text(*list, full);
	free(full);
	return edit_item(s->ed, s->p, NULL, s->props, e);
}

/* A new list, in which what the key means is changed, or missing. */
static int
step_change(const struct step *s, struct json **list, bool away, struct err *e)
{
	bool all = strcmp(s->key, "all") == 0;
	int at = find_key(*list, s->key), rc = 0;
	struct json *out;

	if (at < 0 && !all)
		return tell(s->p, s->key, ERR_NOTFOUND, e);
	out = json_new_array();
	for (size_t i = 0; i < json_count(*list); i++) {
		bool hit = all || (int)i == at;
		struct json *item;

		if (hit && away)
			continue;
		item = json_clone(json_item(*list, i));
		if (hit && rc == 0)
			rc = edit_item(s->ed, s->p, item, s->props, e);
		json_add(out, &item);
	}
	json_free(list);
	*list = out;
	return rc;
}

static int
step(const struct step *s, enum edititems_op op, struct json **list,
    struct err *e)
{
	switch (op) {
	case EDITITEMS_ADD: case EDITITEMS_REPLACE:
		return step_add(s, list, e);
	case EDITITEMS_MODIFY:
		if (s->p->kind != CATALOG_ITEMS || s->props == NULL)
			return err_set(e, ERR_PARSE, "%s: %s has nothing to "
			    "modify", s->p->name, s->key);
		return step_change(s, list, false, e);
	case EDITITEMS_DELETE:
		break;
	}
	return step_change(s, list, true, e);
}

/* The key at *i of the block, of one word or of several; *i moves behind it. */
static int
take_key(const struct catalog_prop *p, const struct phrase *block, size_t *i,
    char **key, struct err *e)
{
	const char *form = p->item != NULL ? p->item->form : NULL;
	const char *word = phrase_word(block, *i);
	size_t used = 1;

	*key = NULL;
	if (word == NULL)
		return err_set(e, ERR_PARSE, "%s: a name expected, not {",
		    p->name);
	if (form != NULL && strcmp(word, "all") != 0)
		used = command_phrased(form, block, *i, key);
	else
		*key = mem_strdup(word);
	if (*key == NULL)
		return err_set(e, ERR_PARSE, "%s: %s expected", p->name, form);
	*i += used;
	return 0;
}

int
edititems_apply(const struct edit *ed, const struct catalog_prop *p,
    enum edititems_op op, const struct phrase *block, struct err *e)
{
	const struct json *made = json_find(ed->body, p->rest);
	struct json *list;
	int rc = 0;

	if (op == EDITITEMS_REPLACE)
		list = json_new_array();
	else if (made != NULL)
		list = json_clone(made);
	else
		list = copy_list(p, edititems_find(p, ed->current));
	for (size_t i = 0; i < block->count && rc == 0;) {
		struct step s = { .ed = ed, .p = p };
		char *key;

		rc = take_key(p, block, &i, &key, e);
		if (rc != 0)
			break;
		s.key = key;
		s.props = phrase_block(block, i);
		i += s.props != NULL;
		rc = step(&s, op, &list, e);
		free(key);
	}
	if (rc == 0)
		json_put(ed->body, p->rest, &list);
	json_free(&list);
	return rc;
}
