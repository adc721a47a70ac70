/* gtmd/companion/companion.c - see companion.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/companion/companion.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "monitors/fetch.h"

struct companion_call {
	unsigned	 magic;
#define COMPANION_MAGIC	0xc09a4103u
	struct fetch	*fetch;
	char		*socket;
	struct strbuf	 page;
	struct companion_owner owner;
};

void
companion_ask_fini(struct companion_ask *a)
{
	free(a->path);
	free(a->body);
	*a = (struct companion_ask){ .method = NULL };
}

void
companion_param(struct companion_ask *a, const char *key, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~:/";
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "%s%c%s=", a->path,
	    strchr(a->path, '?') == NULL ? '?' : '&', key);
	for (; *value != '\0'; value++)
		if (strchr(plain, *value) != NULL)
			strbuf_add_len(&b, value, 1);
		else
			strbuf_printf(&b, "%%%02X", (unsigned char)*value);
	free(a->path);
	a->path = strbuf_take(&b);
}

static void
drop(struct companion_call *c)
{
	fetch_stop(&c->fetch);
	strbuf_fini(&c->page);
	free(c->socket);
	c->magic = 0;
	free(c);
}

/* The daemon's sentence is the answer's message. */
static void
say(struct strbuf *b, const struct companion_call *c,
    const struct fetch_result *r, const struct json *body)
{
	const char *message = json_get_text(json_find(body, "message"));
	char words[128];

	if (r->code == FETCH_OK && r->status / 100 == 2)
		return;
	if (message != NULL)
		strbuf_add(b, message);
	else if (r->code == FETCH_OK)
		strbuf_printf(b, "%s: status %d", c->socket, r->status);
	else
		strbuf_printf(b, "%s: %s", c->socket, fetch_words(r, words,
		    sizeof(words)));
}

static void
on_data(void *arg, const void *octets, size_t len)
{
	struct companion_call *c = arg;

	strbuf_add_len(&c->page, octets, len);
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	struct companion_call *c = arg;
	struct companion_owner owner = c->owner;
	struct companion_answer a = { .status = 0 };
	struct json *body = NULL;
	struct strbuf text;

	OBJ_CHECK(c, COMPANION_MAGIC);
	c->fetch = NULL;
	if (r->code == FETCH_OK) {
		a.status = r->status;
		body = json_parse(c->page.text, c->page.len, NULL);
	}
	if (json_kind_of(body) != JSON_KIND_OBJECT)
		json_free(&body);
	strbuf_init(&text);
	say(&text, c, r, body);
	drop(c);
	a.body = body;
	a.text = text.text;
	owner.done(owner.arg, &a);
	json_free(&body);
	strbuf_fini(&text);
}

struct companion_call *
companion_call(struct fetcher *f, const char *socket,
    const struct companion_ask *a, dur_ns within,
    const struct companion_owner *owner)
{
	static const char *const headers[] = {
		"Accept: application/json", "Content-Type: application/json",
		"X-Gtm-User: gtmd", NULL
	};
	struct companion_call *c = mem_zalloc(1, sizeof(*c));
	const struct fetch_owner mine = { on_data, on_done, c };
	const struct fetch_spec spec = {
		.socket = socket, .path = a->path, .method = a->method,
		.body = a->body, .body_len = a->body != NULL ?
		    strlen(a->body) : 0,
		.headers = headers, .any_status = true,
		.max = COMPANION_PAGE_MAX, .timeout_ns = within,
	};

	assert(a->method != NULL && a->path != NULL);
	c->magic = COMPANION_MAGIC;
	c->socket = mem_strdup(socket);
	c->owner = *owner;
	strbuf_init(&c->page);
	c->fetch = fetch_start(f, &spec, &mine);
	return c;
}

void
companion_stop(struct companion_call **pc)
{
	struct companion_call *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, COMPANION_MAGIC);
	drop(c);
}
