/* tests/fuzz/fuzz_bashline.c - commands that strangers send to util/bash.
 *
 * Whatever is taken leads to one of four resources, by a path that means the
 * same to whoever reads it next, and with a body.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/bashline.h"
#include "admin/rest/urlpath.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
is_known(const char *method, const char *path)
{
	static const struct { const char *method, *path; } rows[] = {
		{ "POST", "/mgmt/tm/gtm/region" },
		{ "PATCH", "/mgmt/tm/gtm/region/" },
		{ "PATCH", "/mgmt/tm/gtm/monitor/external/" },
		{ "POST", "/mgmt/tm/sys/config" },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		size_t n = strlen(rows[i].path);

		if (strcmp(method, rows[i].method) == 0 &&
		    strncmp(path, rows[i].path, n) == 0 &&
		    (rows[i].path[n - 1] == '/') == (path[n] != '\0') &&
		    strchr(path + n, '/') == NULL)
			return true;
	}
	return false;
}

static void
judge(const struct bashline *b)
{
	char *path, *query;
	struct err e;

	if (b->want != BASHLINE_REQUEST) {
		assert(b->path == NULL && b->body == NULL);
		return;
	}
	assert(is_known(b->method, b->path));
	assert(json_count(b->body) > 0);
	/* A name of very many octets is too long for a path, and nothing else
	 * is wrong with it. */
	if (urlpath_parse(b->path, &path, &query, &e) != 0) {
		assert(e.code == ERR_RANGE);
		return;
	}
	assert(strcmp(path, b->path) == 0 && query == NULL);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *args = mem_strndup((const char *)data, len);
	struct json *body = json_new_object();
	struct bashline b;

	json_put_text(body, "command", "run");
	json_put_text(body, "utilCmdArgs", args);
	if (bashline_parse(&b, body, NULL) == 0)
		judge(&b);
	bashline_fini(&b);
	json_free(&body);
	free(args);
	return 0;
}
