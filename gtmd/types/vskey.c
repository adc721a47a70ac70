/* gtmd/types/vskey.c - the keys by which virtual servers are named.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/vskey.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "gtmd/types/server.h"

#define COMMON	"/Common/"

static char *
join(const struct server *s, const struct server_vs *vs)
{
	return mem_printf("%s:%s", s->obj.name, vs->obj.name);
}

/* The virtual servers with one destination. */
struct found {
	size_t		 count;
	size_t		 server_len;
	struct strbuf	 names;		/* "/Common/a:x and /Common/b:y" */
};

static void
on_vs(void *arg, const struct server *s, const struct server_vs *vs)
{
	struct found *f = arg;

	strbuf_printf(&f->names, "%s%s:%s", f->count++ > 0 ? " and " : "",
	    s->obj.name, vs->obj.name);
	f->server_len = strlen(s->obj.name);
}

/* The full key of the only virtual server with this destination, or NULL. */
static char *
from_destination(const struct draft *d, const char *key,
    const struct addrport *dest, size_t *server_len, struct err *e)
{
	struct found f = { .count = 0 };

	strbuf_init(&f.names);
	server_each_destination(d, dest, on_vs, &f);
	if (f.count == 1) {
		*server_len = f.server_len;
		return strbuf_take(&f.names);
	}
	if (f.count == 0)
		(void)err_set(e, ERR_REF,
		    "no virtual server has the destination %s", key);
	else
		(void)err_set(e, ERR_CONFLICT, "%s is the destination of %s: "
		    "name the one that is meant", key, f.names.text);
	strbuf_fini(&f.names);
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

/* One item: its full key, or a finding. */
static void
settle_item(const struct vskey_list *l, struct object *it,
    const struct draft *d, struct diag *out)
{
	size_t *server_len = (void *)((char *)it + l->len_off);
	struct err e;
	char *full = full_key(d, it->name, server_len, &e);

	if (full == NULL) {
		(void)objdiag_err(out, l->owner, l->item != NULL ? l->item :
		    it, &e);
		return;
	}
	object_rename(it, full);
	free(full);
}

void
vskey_settle(const struct vskey_list *l, const struct draft *d,
    struct diag *out)
{
	struct objlist was = *l->list;

	*l->list = (struct objlist){ .v = NULL };
	for (size_t i = 0; i < was.count; i++) {
		struct object *it = was.v[i];

		settle_item(l, it, d, out);
		if (objlist_find(l->list, it->name) == NULL) {
			objlist_add(l->list, &it);
			continue;
		}
		(void)objdiag_error(out, l->owner, l->item != NULL ? l->item :
		    it, ERR_EXISTS, "%s is there twice", it->name);
		object_unref(&it);
	}
	free(was.v);
}

void
vskey_ref(const char *key, size_t server_len, type_ref_fn *fn, void *arg)
{
	const char *colon = strchr(key, ':');
	char *server;

	if (*key != '/' || colon == NULL)
		return;
	if (server_len == 0)
		server_len = (size_t)(colon - key);
	server = mem_strndup(key, server_len);
	fn(arg, server_type.words, server, key + server_len + 1);
	free(server);
}
