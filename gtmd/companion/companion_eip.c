/* gtmd/companion/companion_eip.c - see companion_eip.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/companion/companion_eip.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"
#include "gtmd/companion/companion_page.h"

#define NET	"/mgmt/tm/net/"

/* ---- tunnels ---- */

void
companion_eip_ready(struct companion_ask *out)
{
	*out = (struct companion_ask){ "GET", mem_strdup(NET
	    "tunnels/tunnel/stats"), NULL };
}

/* Of a group by its whole path, or by what stands behind the partition. */
static bool
is_of(const struct json *entries, const char *group)
{
	const char *path = companion_page_text(entries, "vlanGroup"), *slash;

	if (group == NULL)
		return true;
	if (path == NULL)
		return false;
	slash = strrchr(path, '/');
	return strcmp(path, group) == 0 ||
	    (slash != NULL && strcmp(slash + 1, group) == 0);
}

int
companion_eip_read_ready(const struct json *body, const char *group,
    struct err *e)
{
	const struct json *entries;
	const char *state, *why;
	char name[COMPANION_PAGE_NAME_MAX];
	struct err last;
	void *at = NULL;

	(void)err_set(&last, ERR_REF, "etheripd has no tunnel%s%s",
	    group != NULL ? " in vlan-group " : "", group != NULL ? group : "");
	while ((entries = companion_page_next(body, &at, name)) != NULL) {
		if (!is_of(entries, group))
			continue;
		state = companion_page_text(entries,
		    "status.availabilityState");
		if (state != NULL && strcmp(state, "offline") != 0)
			return 0;
		why = companion_page_text(entries, "status.statusReason");
		(void)err_set(&last, ERR_IO, "tunnel %s is offline: %s", name,
		    why != NULL ? why : "no reason is told");
	}
	return err_set(e, last.code, "%s", last.text);
}

/* ---- stations ---- */

static struct json *
body_of(const struct companion_eip_station *s)
{
	struct json *j = json_new_object();

	json_put_text(j, "station", s->mac);
	if (s->group != NULL)
		json_put_text(j, "vlanGroup", s->group);
	return j;
}

static void
post(struct companion_ask *out, const char *path, struct json *body)
{
	*out = (struct companion_ask){ "POST", mem_strdup(path),
	    json_line(body) };
	json_free(&body);
}

void
companion_eip_freeze(struct companion_ask *out,
    const struct companion_eip_station *s, dur_ns within)
{
	struct json *j = body_of(s), *list = json_new_array();

	for (size_t i = 0; i < s->address_count; i++)
		json_add_text(list, s->addresses[i]);
	if (s->address_count > 0)
		json_put(j, "addresses", &list);
	json_free(&list);
	json_put_int(j, "timeout", (int64_t)(within / CLOCK_MS));
	json_put_bool(j, "hold", true);
	post(out, NET "freeze", j);
}

void
companion_eip_thaw(struct companion_ask *out,
    const struct companion_eip_station *s)
{
	post(out, NET "thaw", body_of(s));
}

void
companion_eip_move(struct companion_ask *out,
    const struct companion_eip_station *s)
{
	struct json *j = body_of(s);

	json_put_text(j, "to", "local");
	post(out, NET "move", j);
}

void
companion_eip_where(struct companion_ask *out,
    const struct companion_eip_station *s)
{
	*out = (struct companion_ask){ "GET", mem_strdup(NET "where"), NULL };
	companion_param(out, "station", s->mac);
	if (s->group != NULL)
		companion_param(out, "vlanGroup", s->group);
}

static enum companion_eip_place
place_of(const char *word)
{
	if (strcmp(word, "local") == 0)
		return COMPANION_EIP_LOCAL;
	return strcmp(word, "unknown") == 0 ? COMPANION_EIP_UNKNOWN :
	    COMPANION_EIP_REMOTE;
}

int
companion_eip_read_where(const struct json *body,
    struct companion_eip_where *out, struct err *e)
{
	const struct json *items = json_find(body, "items"), *one;
	const char *where;

	*out = (struct companion_eip_where){ .moves = 0 };
	if (json_kind_of(items) != JSON_KIND_ARRAY)
		return err_set(e, ERR_PARSE, "etheripd's answer has no items");
	for (size_t i = 0; (one = json_item(items, i)) != NULL; i++) {
		where = json_get_text(json_find(one, "where"));
		if (where == NULL)
			return err_set(e, ERR_PARSE, "etheripd's answer does not "
			    "say where");
		if (place_of(where) == COMPANION_EIP_UNKNOWN)
			continue;
		out->place = place_of(where);
		out->moves = (uint64_t)json_get_int(json_find(one, "moves"));
		break;
	}
	return 0;
}
