/* gtmd/companion/companion_page.c - see companion_page.h. Layer: gtmd/companion, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/companion/companion_page.h"

#include <stddef.h>
#include <string.h>

#include "core/model/json.h"

/* ".../tunnel/~Common~eip/stats" is /Common/eip. */
static void
read_name(const char *url, char name[COMPANION_PAGE_NAME_MAX])
{
	const char *from = strchr(url, '~'), *to;
	size_t len;

	from = from != NULL ? from : url;
	to = strchr(from, '/');
	len = to != NULL ? (size_t)(to - from) : strlen(from);
	if (len >= COMPANION_PAGE_NAME_MAX)
		len = COMPANION_PAGE_NAME_MAX - 1;
	for (size_t i = 0; i < len; i++)
		name[i] = from[i] == '~' ? '/' : from[i];
	name[len] = '\0';
}

const struct json *
companion_page_next(const struct json *page, void **at,
    char name[COMPANION_PAGE_NAME_MAX])
{
	const struct json *all = json_find(page, "entries"), *one, *entries;
	const char *url;

	while ((one = json_next(all, at, &url)) != NULL) {
		entries = json_find(json_find(one, "nestedStats"), "entries");
		if (entries == NULL)
			continue;
		read_name(url, name);
		return entries;
	}
	return NULL;
}

const char *
companion_page_text(const struct json *entries, const char *key)
{
	return json_get_text(json_find(json_find(entries, key),
	    "description"));
}

int64_t
companion_page_number(const struct json *entries, const char *key)
{
	return json_get_int(json_find(json_find(entries, key), "value"));
}
