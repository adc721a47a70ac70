/* tests/unit/gtmd/types/conf.c - see conf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/types/conf.h"

#include <stdbool.h>

#include "core/model/tmos_bind.h"

/* It has no findings. */
#define SCENE							\
	"gtm datacenter /Common/dc { }\n"				\
	"gtm server /Common/s {\n"					\
	"    datacenter /Common/dc\n"					\
	"    virtual-servers {\n"					\
	"        a { destination 10.0.0.1:80 }\n"			\
	"        b { destination 10.0.0.2:80 }\n"			\
	"        six { destination 2001:db8::1.80 }\n"			\
	"        /Common/vs81 { destination 10.0.0.81:80 }\n"		\
	"        \"with blank\" { destination 10.0.0.3:80 }\n"		\
	"    }\n"							\
	"}\n"								\
	"gtm server /Common/s:t {\n"					\
	"    datacenter /Common/dc\n"					\
	"    virtual-servers {\n"					\
	"        u:v/w { destination 10.0.1.1:80 }\n"			\
	"        b { destination 10.0.0.2:80 }\n"			\
	"    }\n"							\
	"}\n"

static void
bind_text(struct conf *c, const char *file, const char *text)
{
	const struct diag_pos pos = { .file = file, .line = 1, .column = 1 };
	struct tmos_bind b = { .schema = &gtm_schema, .out = &c->diag };

	(void)tmos_bind_text(&b, c->d, text, strlen(text), &pos);
}

void
conf_open(struct conf *c, const char *text)
{
	diag_init(&c->diag);
	c->d = draft_new(&gtm_schema, NULL);
	bind_text(c, "scene.conf", SCENE);
	bind_text(c, "t.conf", text);
	(void)draft_check(c->d, &c->diag);
	diag_sort(&c->diag);
}

void
conf_open_clean(struct conf *c, const char *text)
{
	char *found;

	conf_open(c, text);
	found = conf_findings(c);
	if (c->diag.count != 0)
		fail_msg("of\n%s\nfound\n%s", text, found);
	free(found);
}

void
conf_close(struct conf *c)
{
	draft_free(&c->d);
	diag_fini(&c->diag);
}

char *
conf_findings(const struct conf *c)
{
	struct strbuf b = { 0 };
	char text[2048];

	strbuf_init(&b);
	for (size_t i = 0; i < c->diag.count; i++) {
		diag_format(&c->diag.entries[i], text, sizeof(text));
		strbuf_printf(&b, "%s\n", strncmp(text, "t.conf:", 7) == 0 ?
		    text + 7 : text);
	}
	return strbuf_take(&b);
}

void
conf_expect(const struct conf_case *k)
{
	struct conf c;
	char *found;
	bool ok;

	conf_open(&c, k->text);
	found = conf_findings(&c);
	ok = k->want == NULL ? c.diag.count == 0 : c.diag.count == 1 &&
	    strstr(found, k->want) != NULL;
	if (!ok)
		fail_msg("of\n%s\nfound\n%swant\n%s\n", k->text, found,
		    k->want != NULL ? k->want : "nothing");
	free(found);
	conf_close(&c);
}

void
conf_values(const struct object *o, const struct conf_value *v, size_t count)
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
		assert_non_null(p);
		text = prop_format(p, o);
		if (strcmp(text, v[i].want) != 0)
			fail_msg("%s %s: %s is \"%s\", want \"%s\"",
			    o->type->words, o->name, v[i].name, text,
			    v[i].want);
		free(text);
	}
}
