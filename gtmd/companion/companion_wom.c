/* gtmd/companion/companion_wom.c - see companion_wom.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/companion/companion_wom.h"

#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/companion/companion_page.h"

#define WOM	"/mgmt/tm/wom/"
#define JOB	WOM "job"

/* ---- endpoints ---- */

void
companion_wom_ready(struct companion_ask *out)
{
	*out = (struct companion_ask){ "GET", mem_strdup(WOM
	    "remote-endpoint/stats"), NULL };
}

int
companion_wom_read_ready(const struct json *body, struct err *e)
{
	const struct json *entries;
	const char *state, *why;
	char name[COMPANION_PAGE_NAME_MAX];
	struct err last;
	void *at = NULL;

	(void)err_set(&last, ERR_REF, "womd has no remote endpoint");
	while ((entries = companion_page_next(body, &at, name)) != NULL) {
		state = companion_page_text(entries,
		    "status.availabilityState");
		if (state != NULL && strcmp(state, "available") == 0)
			return 0;
		why = companion_page_text(entries, "status.statusReason");
		(void)err_set(&last, ERR_IO, "remote endpoint %s is %s: %s", name,
		    state != NULL ? state : "of no state",
		    why != NULL ? why : "no reason is told");
	}
	return err_set(e, last.code, "%s", last.text);
}

/* ---- jobs ---- */

void
companion_wom_open(struct companion_ask *out, const struct companion_wom_job *w)
{
	struct json *j = json_new_object();
	char text[ADDR_TEXT_MAX];

	json_put_text(j, "name", w->name);
	if (w->application != NULL)
		json_put_text(j, "application", w->application);
	if (w->destination.family != 0)
		json_put_text(j, "destination", addr_format(&w->destination,
		    text));
	if (w->port != 0)
		json_put_int(j, "port", w->port);
	if (w->expected != 0)
		json_put_int(j, "expected", (int64_t)w->expected);
	*out = (struct companion_ask){ "POST", mem_strdup(JOB),
	    json_line(j) };
	json_free(&j);
}

static void
of_name(struct companion_ask *out, const char *method, const char *name)
{
	*out = (struct companion_ask){ method, mem_strdup(JOB), NULL };
	companion_param(out, "name", name);
}

void
companion_wom_look(struct companion_ask *out, const char *name)
{
	of_name(out, "GET", name);
}

void
companion_wom_close(struct companion_ask *out, const char *name)
{
	of_name(out, "DELETE", name);
}

static uint64_t
number(const struct json *j, const char *key)
{
	int64_t n = json_get_int(json_find(j, key));

	return n > 0 ? (uint64_t)n : 0;
}

int
companion_wom_read_state(const struct json *body,
    struct companion_wom_state *out, struct err *e)
{
	*out = (struct companion_wom_state){ .octets = number(body, "octets") };
	if (json_kind_of(json_find(body, "octets")) != JSON_KIND_INT)
		return err_set(e, ERR_PARSE, "womd's answer is no job");
	out->wire_octets = number(body, "wanOut") + number(body, "wanIn");
	out->rate_bps = number(body, "rate");
	out->streams = number(body, "streams");
	out->ended = number(body, "streamsEnded") +
	    number(body, "streamsMissed");
	return 0;
}

/* ---- applications ---- */

/* "/Common/late" is ~Common~late in a path; what is not plain is percent-encoded (RFC
 * 3986 2.1), and so is a tilde that is meant. */
static char *
application_path(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._:";
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add(&b, WOM "optimized-application/");
	for (; *name != '\0'; name++)
		if (*name == '/')
			strbuf_add_char(&b, '~');
		else if (strchr(plain, *name) != NULL)
			strbuf_add_char(&b, *name);
		else
			strbuf_printf(&b, "%%%02X", (unsigned char)*name);
	return strbuf_take(&b);
}

void
companion_wom_application(struct companion_ask *out, const char *name)
{
	*out = (struct companion_ask){ "GET", application_path(name), NULL };
}

void
companion_wom_switch(struct companion_ask *out, const char *name, bool enabled)
{
	struct json *j = json_new_object();

	json_put_bool(j, enabled ? "enabled" : "disabled", true);
	*out = (struct companion_ask){ "PATCH", application_path(name),
	    json_line(j) };
	json_free(&j);
}

int
companion_wom_read_application(const struct json *body, bool *enabled,
    struct err *e)
{
	*enabled = json_get_bool(json_find(body, "enabled"));
	if (!*enabled && !json_get_bool(json_find(body, "disabled")))
		return err_set(e, ERR_PARSE, "womd's answer is no application");
	return 0;
}
