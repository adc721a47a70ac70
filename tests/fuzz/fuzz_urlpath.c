/* tests/fuzz/fuzz_urlpath.c - request lines and heads of strangers.
 *
 * The first line is a target: when it is taken, its canonical form is read as
 * itself, and says nothing that is refused in the open. Each further line
 * "name: value" goes into the judgement of the head.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/framing.h"
#include "admin/rest/urlpath.h"
#include "core/base/err.h"
#include "core/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
try_target(const char *target)
{
	char *path, *query, *again, *rest;
	struct err e;

	if (urlpath_parse(target, &path, &query, &e) != 0)
		return;
	assert(*path == '/' && strstr(path, "//") == NULL);
	assert(strstr(path, "/../") == NULL && strpbrk(path, ";? \r\n") == NULL);
	/* %XX may be written longer than it came: only then is it too long. */
	if (urlpath_parse(path, &again, &rest, &e) == 0) {
		assert(strcmp(path, again) == 0 && rest == NULL);
		free(again);
	} else {
		assert(e.code == ERR_RANGE);
	}
	free(path);
	free(query);
}

static void
try_head(char *line)
{
	struct framing f = { 0 };
	struct err e;

	while (line != NULL) {
		char *next = strchr(line, '\n'), *colon;

		if (next != NULL)
			*next++ = '\0';
		colon = strchr(line, ':');
		if (colon != NULL) {
			*colon = '\0';
			framing_push(&f, line, colon + 1);
		} else {
			framing_push(&f, line, NULL);
		}
		line = next;
	}
	if (framing_check(&f, &e) == 0)
		assert(f.length.hosts == 1 &&
		    f.length.lengths + f.length.encodings <= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = mem_strndup((const char *)data, len);
	char *head = strchr(text, '\n');

	if (head != NULL)
		*head++ = '\0';
	try_target(text);
	try_head(head);
	free(text);
	return 0;
}
