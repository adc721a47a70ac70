/* core/model/changelog.c - see changelog.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/changelog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/journal.h"
#include "core/model/object.h"
#include "core/model/origin.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_tree.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"

void
changelog_init(struct changelog *c, const struct tmos_bind *b,
    const char *path)
{
	*c = (struct changelog){ .bind = b, .path = origin_intern(path) };
}

static void
entry_free(struct changelog_entry *en)
{
	if (en == NULL)
		return;
	object_unref(&en->now);
	free(en->name);
	free(en);
}

void
changelog_fini(struct changelog *c)
{
	struct changelog_entry *en;
	size_t at = 0;

	while ((en = map_next(&c->last, &at, NULL)) != NULL)
		entry_free(en);
	map_fini(&c->last);
}

char *
changelog_key(const struct type *t, const char *name)
{
	return mem_printf("%s\n%s", t->words, name);
}

/* Takes en. */
static void
put_entry(struct changelog *c, struct changelog_entry *en)
{
	char *key = changelog_key(en->type, en->name);

	entry_free(map_put(&c->last, key, en));
	free(key);
}

/* "base 0123456789abcdef" or "base -" */
static bool
read_base(const struct tmos_node *n, struct changelog_base *base)
{
	const char *text;
	char *end;

	if (n->block || n->count != 2)
		return false;
	text = n->words[1].text;
	base->present = strcmp(text, "-") != 0;
	if (!base->present)
		return true;
	errno = 0;
	base->hash = strtoull(text, &end, 16);
	return errno == 0 && *end == '\0' && strlen(text) == 16;
}

static bool
starts_with(const struct tmos_node *n, const char *word)
{
	return n->count > 0 && strcmp(n->words[0].text, word) == 0;
}

/* A stanza or a delete line; NULL after a finding. */
static struct changelog_entry *
read_change(const struct changelog *c, const struct tmos_node *n)
{
	struct changelog_entry *en = mem_zalloc(1, sizeof(*en));

	en->pos = n->pos;
	if (!n->block && starts_with(n, "delete")) {
		if (tmos_bind_header(c->bind, n, 1, &en->type, &en->name))
			return en;
	} else {
		en->now = tmos_bind_object(c->bind, n);
		if (en->now != NULL) {
			en->type = en->now->type;
			en->name = mem_strdup(en->now->name);
			return en;
		}
	}
	free(en);
	return NULL;
}

void
changelog_read(struct changelog *c, const struct journal_record *r)
{
	const struct diag_pos pos = { .file = c->path, .line = r->line };
	struct changelog_base base = { 0 };
	struct tmos_tree tree;
	struct tmos_node *n;

	tmos_tree_init(&tree, r->body, r->len, &pos, c->bind->out);
	while ((n = tmos_tree_next(&tree)) != NULL) {
		struct changelog_entry *en;

		if (starts_with(n, "base")) {
			if (!read_base(n, &base))
				(void)diag_error(c->bind->out, &n->pos,
				    ERR_PARSE, "base: a hash expected");
		} else if ((en = read_change(c, n)) != NULL) {
			en->base = base;
			en->number = r->number;
			put_entry(c, en);
		}
		tmos_tree_free(&n);
	}
	tmos_tree_fini(&tree);
}

#define NOTE	"#note "

void
changelog_note(struct strbuf *body, const char *line)
{
	strbuf_add(body, NOTE);
	strbuf_add(body, line);
	strbuf_add_char(body, '\n');
}

void
changelog_notes(const struct journal_record *r,
    void (*fn)(void *arg, const char *line), void *arg)
{
	const char *at = r->body, *end;

	while (strncmp(at, NOTE, sizeof(NOTE) - 1) == 0 &&
	    (end = memchr(at, '\n', r->len - (size_t)(at - r->body))) !=
	    NULL) {
		char *line;

		at += sizeof(NOTE) - 1;
		line = mem_strndup(at, (size_t)(end - at));
		fn(arg, line);
		free(line);
		at = end + 1;
	}
}

void
changelog_write(struct strbuf *body, const struct changelog_base *base,
    const struct type *t, const char *name, const struct object *now)
{
	if (base->present)
		strbuf_printf(body, "base %016" PRIx64 "\n", base->hash);
	else
		strbuf_add(body, "base -\n");
	if (now != NULL) {
		tmos_write_object(body, now, false);
	} else {
		strbuf_add(body, "delete ");
		tmos_write_header(body, t, name);
		strbuf_add_char(body, '\n');
	}
}

void
changelog_body(const struct changelog *c, struct strbuf *body)
{
	const char **keys = map_sorted_keys(&c->last);

	for (size_t i = 0; i < c->last.count; i++) {
		const struct changelog_entry *en = map_find(&c->last, keys[i]);

		changelog_write(body, &en->base, en->type, en->name, en->now);
	}
	free(keys);
}
