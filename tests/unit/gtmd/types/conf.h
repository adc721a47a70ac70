/* tests/unit/gtmd/types/conf.h - configurations as text for the tests of the
 * gtm types: what is found in them, and what their objects hold.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_TYPES_CONF_H
#define TESTS_UNIT_GTMD_TYPES_CONF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "gtmd/types/gtm.h"

/* Two servers to refer to; it has no findings. Each test's text follows. */
#define CONF_SCENE							\
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

struct conf {
	struct draft	*d;
	struct diag	 diag;
};

static inline void
conf_bind(struct conf *c, const char *file, const char *text)
{
	const struct diag_pos pos = { .file = file, .line = 1, .column = 1 };
	struct tmos_bind b = { .schema = &gtm_schema, .out = &c->diag };

	(void)tmos_bind_text(&b, c->d, text, strlen(text), &pos);
}

/* The scene, then a text whose lines count from 1, checked. */
static inline void
conf_open(struct conf *c, const char *text)
{
	diag_init(&c->diag);
	c->d = draft_new(&gtm_schema, NULL);
	conf_bind(c, "scene.conf", CONF_SCENE);
	conf_bind(c, "t.conf", text);
	(void)draft_check(c->d, &c->diag);
	diag_sort(&c->diag);
}

static inline void
conf_close(struct conf *c)
{
	draft_free(&c->d);
	diag_fini(&c->diag);
}

/* All findings, one a line, without the file's name. */
static inline char *
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

/* A text after the scene, and part of the one finding in it; NULL = there is
 * none. */
struct conf_case {
	const char	*text;
	const char	*want;
};

static inline void
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

#define CONF_EXPECT_ALL(cases) do {					\
	for (size_t k_ = 0; k_ < sizeof(cases) / sizeof((cases)[0]); k_++)	\
		conf_expect(&(cases)[k_]);				\
} while (0)

/* Each row of o that has a value, against what it should format as; and no
 * row without refusal may be missing from the list. */
struct conf_value {
	const char	*name;
	const char	*want;
};

static inline void
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

#define CONF_VALUES(o, v)						\
	conf_values((o), (v), sizeof(v) / sizeof((v)[0]))

#endif
