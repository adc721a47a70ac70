/* core/rest/restname.c - see restname.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restname.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/prop.h"
#include "core/model/type.h"

#define COMMON		"/Common/"
#define COMMON_LEN	(sizeof(COMMON) - 1)

const char *
restname_camel(const char *name, char buf[RESTNAME_MAX])
{
	size_t n = 0;
	bool raise = false;

	for (; *name != '\0'; name++) {
		assert(n + 1 < RESTNAME_MAX);
		if (*name == '-') {
			raise = true;
			continue;
		}
		buf[n++] = raise ? (char)toupper((unsigned char)*name) : *name;
		raise = false;
	}
	buf[n] = '\0';
	return buf;
}

static bool
is_called(const char *name, const char *rest)
{
	char buf[RESTNAME_MAX];

	return strcmp(restname_camel(name, buf), rest) == 0;
}

const struct prop *
restname_find(const struct prop *table, const char *name)
{
	for (const struct prop *p = table; p != NULL && p->name != NULL; p++)
		if (is_called(p->name, name) || (p->kind == PROP_STATE &&
		    (is_called(p->names[0], name) ||
		    is_called(p->names[1], name))))
			return p;
	return NULL;
}

/* "tm:gtm:pool:a:a" of "gtm pool a" */
char *
restname_kind(const struct type *t, const struct prop *items, bool collection)
{
	const char *last = strrchr(t->words, ' ');
	struct strbuf b = { 0 };

	strbuf_add(&b, "tm:");
	for (const char *p = t->words; *p != '\0'; p++)
		strbuf_add_char(&b, *p == ' ' ? ':' : *p);
	if (items != NULL)
		strbuf_printf(&b, ":%s:%s", items->name, items->name);
	else
		strbuf_printf(&b, ":%s", last != NULL ? last + 1 : t->words);
	strbuf_add(&b, collection ? "collectionstate" : "state");
	return strbuf_take(&b);
}

void
restname_encode(struct strbuf *b, const char *name)
{
	for (const char *p = name; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '/')
			strbuf_add_char(b, '~');
		else if (isalnum(c) || strchr("-._:*()!$,;=@", c) != NULL)
			strbuf_add_char(b, *p);
		else
			strbuf_printf(b, "%%%02X", c);
	}
}

void
restname_url(struct strbuf *b, const struct type *t, const char *name)
{
	strbuf_add(b, "/mgmt/tm/");
	for (const char *p = t->words; *p != '\0'; p++)
		strbuf_add_char(b, *p == ' ' ? '/' : *p);
	if (name != NULL && *name != '\0') {
		strbuf_add_char(b, '/');
		restname_encode(b, name);
	}
}

char *
restname_link(const char *url)
{
	return mem_printf("https://localhost%s?ver=" RESTNAME_VERSION, url);
}

char *
restname_plain(const char *key)
{
	char *plain = mem_strdup(key), *at = plain;

	while ((at = strstr(at, COMMON)) != NULL)
		memmove(at, at + COMMON_LEN, strlen(at + COMMON_LEN) + 1);
	return plain;
}

struct restname_path
restname_split(const char *full)
{
	struct restname_path p = { "", "", full, 0, 0 };
	const char *first, *last;

	if (*full != '/')
		return p;
	first = strchr(full + 1, '/');
	last = strrchr(full, '/');
	if (first == NULL)
		return p;
	p.partition = full + 1;
	p.partition_len = (int)(first - full - 1);
	p.name = last + 1;
	if (last > first) {
		p.sub = first + 1;
		p.sub_len = (int)(last - first - 1);
	}
	return p;
}
