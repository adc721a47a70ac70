/* tests/unit/core/model/confkit.c - see confkit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/model/confkit.h"

#include <stdbool.h>

#include "core/model/tmos_bind.h"
#include "core/model/tmos_write.h"

#define FILE_NAME	"t.conf"

void
confkit_open(struct confkit *c, const struct schema *s, const char *text)
{
	const struct diag_pos pos = { .file = FILE_NAME, .line = 1, .column = 1 };
	struct tmos_bind b = { .schema = s, .out = &c->diag };

	diag_init(&c->diag);
	c->d = draft_new(s, NULL);
	(void)tmos_bind_text(&b, c->d, text, strlen(text), &pos);
	(void)draft_check(c->d, &c->diag);
	diag_sort(&c->diag);
}

void
confkit_open_clean(struct confkit *c, const struct schema *s, const char *text)
{
	char *found;

	confkit_open(c, s, text);
	found = confkit_findings(c);
	if (c->diag.count != 0)
		fail_msg("of\n%s\nfound\n%s", text, found);
	free(found);
}

void
confkit_close(struct confkit *c)
{
	draft_free(&c->d);
	diag_fini(&c->diag);
}

char *
confkit_findings(const struct confkit *c)
{
	struct strbuf b = { 0 };
	char text[2048];

	strbuf_init(&b);
	for (size_t i = 0; i < c->diag.count; i++) {
		diag_format(&c->diag.entries[i], text, sizeof(text));
		strbuf_printf(&b, "%s\n", strncmp(text, FILE_NAME ":",
		    sizeof(FILE_NAME)) == 0 ? text + sizeof(FILE_NAME) : text);
	}
	return strbuf_take(&b);
}

void
confkit_expect(const struct schema *s, const struct confkit_case *k)
{
	struct confkit c;
	char *found;
	bool ok;

	confkit_open(&c, s, k->text);
	found = confkit_findings(&c);
	ok = k->want == NULL ? c.diag.count == 0 : c.diag.count == 1 &&
	    strstr(found, k->want) != NULL;
	if (!ok)
		fail_msg("of\n%s\nfound\n%swant\n%s\n", k->text, found,
		    k->want != NULL ? k->want : "nothing");
	free(found);
	confkit_close(&c);
}

size_t
confkit_refused(const struct schema *s)
{
	char text[256], want[512];
	const struct confkit_case k = { .text = text, .want = want };
	size_t refused = 0;

	for (size_t i = 0; s->types[i] != NULL; i++) {
		const struct type *t = s->types[i];
		const char *name = t->naming == TYPE_SINGLE ? "" :
		    " /Common/x";

		if (t->refused == NULL)
			continue;
		refused++;
		(void)snprintf(text, sizeof(text), "%s%s { }\n", t->words,
		    name);
		(void)snprintf(want, sizeof(want), "1:1: error: %s%s: not "
		    "supported yet: %s", t->words, name, t->refused);
		confkit_expect(s, &k);
	}
	return refused;
}

void
confkit_values(const struct object *o, const struct confkit_value *v,
    size_t count)
{
	const struct prop *p;
	size_t rows = 0;
	char *text;

	for (p = o->type->props; p->name != NULL; p++)
		rows += p->refused == NULL;
	if (rows != count)
		fail_msg("%s has %zu rows with effect, the test %zu",
		    o->type->words, rows, count);
	for (size_t i = 0; i < count; i++) {
		p = prop_find(o->type->props, v[i].name, NULL);
		if (p == NULL)
			fail_msg("%s has no %s", o->type->words, v[i].name);
		text = prop_format(p, o);
		if (strcmp(text, v[i].want) != 0)
			fail_msg("%s %s: %s is \"%s\", want \"%s\"",
			    o->type->words, o->name, v[i].name, text,
			    v[i].want);
		free(text);
	}
}

static int
by_line(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a;
	const struct object *y = *(const struct object *const *)b;

	return (x->pos.line > y->pos.line) - (x->pos.line < y->pos.line);
}

char *
confkit_written(const struct confkit *c)
{
	const struct object *said[256], *o;
	const struct schema *s = draft_schema(c->d);
	struct strbuf b = { 0 };
	size_t count = 0;

	for (size_t i = 0; s->types[i] != NULL; i++)
		for (size_t at = 0;
		    (o = draft_next(c->d, s->types[i], &at)) != NULL; )
			if (o->pos.file != NULL &&
			    strcmp(o->pos.file, FILE_NAME) == 0 &&
			    count < OBJ_COUNT(said))
				said[count++] = o;
	assert_true(count < OBJ_COUNT(said));
	qsort(said, count, sizeof(said[0]), by_line);
	strbuf_init(&b);
	for (size_t i = 0; i < count; i++)
		tmos_write_object(&b, said[i], false);
	return strbuf_take(&b);
}

char *
confkit_file(const char *path)
{
	struct strbuf b = { 0 };
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fail_msg("%s: run the tests from the top folder", path);
	strbuf_init(&b);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		strbuf_add_len(&b, buf, n);
	(void)fclose(f);
	return strbuf_take(&b);
}
