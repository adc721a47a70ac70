/* gtmd/types/vskey.c - the keys by which virtual servers are named.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include "gtmd/types/vskey.h"
#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "gtmd/types/finding.h"
#include "gtmd/types/server.h"

#define COMMON	"/Common/"

static size_t *
server_len_of(const struct object *item, size_t len_off)
{
	return (size_t *)(void *)((char *)(uintptr_t)item + len_off);
}

static char *
join(const struct server *s, const struct server_vs *vs)
{
	return mem_printf("%s:%s", s->obj.name, vs->obj.name);
}

/* "/Common/a:x and /Common/b:y", for a destination that several have. */
static char *
candidates(const struct draft *d, const struct addrport *dest)
{
	struct strbuf b;
	const struct object *o;
	size_t at = 0;

	strbuf_init(&b);
	while ((o = draft_next(d, &server_type, &at)) != NULL) {
		const struct server *s = (const struct server *)o;

		for (size_t i = 0; i < s->virtual_servers.count; i++) {
			const struct server_vs *vs = (const struct server_vs *)
			    s->virtual_servers.v[i];

			if (vs->destination.port != dest->port ||
			    !addr_equal(&vs->destination.addr, &dest->addr))
				continue;
			strbuf_printf(&b, "%s%s:%s", b.len > 0 ? " and " : "",
			    s->obj.name, vs->obj.name);
		}
	}
	return strbuf_take(&b);
}

/* The full key of the only virtual server with this destination, or NULL. */
static char *
from_destination(const struct draft *d, const char *key,
    const struct addrport *dest, size_t *server_len, struct err *e)
{
	const struct server *s;
	const struct server_vs *vs;
	char *names;

	vs = server_by_destination(d, dest, &s);
	if (vs != NULL) {
		*server_len = strlen(s->obj.name);
		return join(s, vs);
	}
	names = candidates(d, dest);
	if (*names == '\0')
		(void)err_set(e, ERR_REF,
		    "no virtual server has the destination %s", key);
	else
		(void)err_set(e, ERR_CONFLICT, "%s is the destination of %s: "
		    "name the one that is meant", key, names);
	free(names);
	return NULL;
}

/* The full key, to be freed; NULL and *e when it names nothing. */
static char *
full_key(const struct draft *d, const char *key, size_t *server_len,
    struct err *e)
{
	const struct server *s;
	const struct server_vs *vs;
	struct addrport dest;
	char *full;

	*server_len = 0;
	full = *key == '/' ? mem_strdup(key) : mem_printf(COMMON "%s", key);
	vs = server_split_key(d, full, &s);
	if (vs != NULL) {
		free(full);
		*server_len = strlen(s->obj.name);
		return join(s, vs);
	}
	if (s != NULL) {
		*server_len = strlen(s->obj.name);
		return full;
	}
	if (*key != '/' && addr_parse_port(key, &dest) == 0 &&
	    dest.addr.family != 0) {
		free(full);
		return from_destination(d, key, &dest, server_len, e);
	}
	if (strchr(full, ':') != NULL)
		return full;
	free(full);
	(void)err_set(e, ERR_PARSE,
	    "\"%s\" is not SERVER:VIRTUAL-SERVER or ADDRESS:PORT", key);
	return NULL;
}

void
vskey_settle(const struct object *owner, const struct object *item,
    struct objlist *list, size_t len_off, const struct draft *d,
    struct diag *out)
{
	struct objlist was = *list;
	struct err e;

	*list = (struct objlist){ .v = NULL };
	for (size_t i = 0; i < was.count; i++) {
		struct object *it = was.v[i];
		char *full = full_key(d, it->name, server_len_of(it, len_off),
		    &e);

		if (full == NULL) {
			(void)finding_error(out, owner,
			    item != NULL ? item : it, e.code, "%s", e.text);
		} else {
			free(it->name);
			it->name = full;
		}
		if (objlist_find(list, it->name) != NULL) {
			(void)finding_error(out, owner,
			    item != NULL ? item : it, ERR_EXISTS,
			    "%s is there twice", it->name);
			object_unref(&it);
			continue;
		}
		objlist_add(list, &it);
	}
	free(was.v);
}

void
vskey_each_ref(const struct objlist *list, size_t len_off, type_ref_fn *fn,
    void *arg)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct object *it = list->v[i];
		size_t len = *server_len_of(it, len_off);
		const char *colon = strchr(it->name, ':');
		char *server;

		if (*it->name != '/' || colon == NULL)
			continue;
		if (len == 0)
			len = (size_t)(colon - it->name);
		server = mem_strndup(it->name, len);
		fn(arg, server_type.words, server, it->name + len + 1);
		free(server);
	}
}
