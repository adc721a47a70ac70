/* core/model/path.c - see path.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static bool
is_allowed(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '{' &&
	    c != '}';
}

static int
check_octets(const char *name, struct err *e)
{
	size_t len = strlen(name);

	if (len == 0)
		return err_set(e, ERR_PARSE, "name is empty");
	if (len > PATH_MAX_LEN)
		return err_set(e, ERR_RANGE, "name \"%.40s...\" has %zu octets, "
		    "which is outside 1..%d", name, len, PATH_MAX_LEN);
	for (const char *p = name; *p != '\0'; p++) {
		if (!is_allowed((unsigned char)*p))
			return err_set(e, ERR_PARSE, "name \"%s\" holds octet "
			    "0x%02x, which no name may", name,
			    (unsigned char)*p);
	}
	if (name[0] == ' ' || name[len - 1] == ' ')
		return err_set(e, ERR_PARSE,
		    "name \"%s\" starts or ends with a blank", name);
	return 0;
}

static bool
component_ok(const char *p, size_t len)
{
	if (len == 0 || p[0] == ' ' || p[len - 1] == ' ')
		return false;
	return !(p[0] == '.' && (len == 1 || (len == 2 && p[1] == '.')));
}

/* path starts with a slash. */
static int
check_components(const char *path, struct err *e)
{
	const char *p = path;
	size_t count = 0;

	while (*p == '/') {
		size_t len = strcspn(p + 1, "/");

		if (!component_ok(p + 1, len))
			return err_set(e, ERR_PARSE,
			    "name \"%s\" is not a path", path);
		p += len + 1;
		count++;
	}
	if (count < 2)
		return err_set(e, ERR_PARSE,
		    "name \"%s\" is a partition without a name in it", path);
	return 0;
}

char *
path_absolute(const char *name, struct err *e)
{
	char *path;

	if (check_octets(name, e) != 0)
		return NULL;
	path = name[0] == '/' ? mem_strdup(name) :
	    mem_printf("/Common/%s", name);
	if (check_octets(path, e) != 0 || check_components(path, e) != 0) {
		free(path);
		return NULL;
	}
	return path;
}

int
path_check_key(const char *key, struct err *e)
{
	size_t len = strlen(key);
	int rc = check_octets(key, e);

	if (rc != 0)
		return rc;
	if (key[len - 1] == '/' || strstr(key, "//") != NULL)
		return err_set(e, ERR_PARSE,
		    "name \"%s\" has nothing after a slash", key);
	return 0;
}
