/* tests/unit/core/rest/restkit.c - see restkit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/rest/restkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model/json.h"

struct restrequest
restkit_request(const char *method, const char *target, const char *body)
{
	struct restrequest q = { .segment_count = 0 };

	q.method = (enum restrequest_method)restrequest_method_parse(method);
	q.peer.role = RESTPEER_ADMIN;
	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	if (body != NULL)
		assert_int_equal(restrequest_parse_body(&q, body,
		    strlen(body), NULL), 0);
	return q;
}

const struct json *
restkit_at(const struct json *j, const char *path)
{
	char part[80];

	while (j != NULL && *path != '\0') {
		size_t n = strcspn(path, "/");

		(void)snprintf(part, sizeof(part), "%.*s", (int)n, path);
		j = json_kind_of(j) == JSON_KIND_ARRAY ?
		    json_item(j, strtoul(part, NULL, 10)) : json_find(j, part);
		path += n + (path[n] == '/');
	}
	return j;
}

bool
restkit_says(const struct json *j, const char *path, const char *text)
{
	const char *have = json_get_text(restkit_at(j, path));

	return have != NULL && strcmp(have, text) == 0;
}

bool
restkit_counts(const struct json *j, const char *path, long n)
{
	const struct json *v = restkit_at(j, path);

	return json_kind_of(v) == JSON_KIND_INT && json_get_int(v) == n;
}
