/* admin/rest/roles.c - see roles.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/roles.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"

#define TRANSACTION	"/mgmt/tm/transaction"

static const char *const names[] = {
	[ROLES_NONE] = "none", [ROLES_GUEST] = "guest",
	[ROLES_OPERATOR] = "operator", [ROLES_MANAGER] = "manager",
	[ROLES_ADMIN] = "admin",
};

/* The first row that fits decides. A path stands for itself and for all that
 * is below it; method NULL is any. */
static const struct row {
	const char	*method, *path;
	enum roles_role	 least;
} rows[] = {
	/* questions that are asked with a body */
	{ "POST", "/mgmt/tm/gtm/explain", ROLES_GUEST },
	{ "POST", "/mgmt/tm/gtm/what-if", ROLES_GUEST },
	/* a command is judged again, as the request that it stands for */
	{ "POST", "/mgmt/tm/util/bash", ROLES_GUEST },
	/* a transaction holds what each call in it was allowed to do */
	{ NULL, TRANSACTION, ROLES_OPERATOR },
	{ NULL, "/mgmt/tm/auth", ROLES_ADMIN },
	/* one's own token; whose it is, the handler looks at */
	{ NULL, "/mgmt/shared/authz/tokens", ROLES_GUEST },
	{ "GET", "/mgmt/tm", ROLES_GUEST },
	{ "GET", "/metrics", ROLES_GUEST },
	{ "PATCH", "/mgmt/tm/gtm", ROLES_OPERATOR },
	{ NULL, "/mgmt/tm/gtm", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/sys/config", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/wom/job", ROLES_OPERATOR },
	{ "DELETE", "/mgmt/tm/wom/job", ROLES_OPERATOR },
	{ "PATCH", "/mgmt/tm/wom", ROLES_OPERATOR },
	{ NULL, "/mgmt/tm/wom", ROLES_MANAGER },
	{ NULL, "/mgmt/tm/ltm/profile", ROLES_MANAGER },
	{ "POST", "/mgmt/tm/net/freeze", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/net/thaw", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/net/announce", ROLES_OPERATOR },
	{ "POST", "/mgmt/tm/net/move", ROLES_OPERATOR },
	{ "PATCH", "/mgmt/tm/net", ROLES_OPERATOR },
	{ NULL, "/mgmt/tm/net", ROLES_MANAGER },
	{ NULL, "/mgmt/tm/cm/traffic-group", ROLES_MANAGER },
};

/* What an operator's PATCH may carry: F5's operator enables and disables;
 * ratios are how traffic is moved by degrees. */
static const char *const operator_keys[] = { "enabled", "disabled", "ratio" };

const char *
roles_name(enum roles_role r)
{
	return names[r];
}

enum roles_role
roles_parse(const char *word)
{
	for (size_t i = ROLES_GUEST; i < OBJ_COUNT(names); i++)
		if (strcmp(names[i], word) == 0)
			return (enum roles_role)i;
	return ROLES_NONE;
}

static bool
is_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return strncmp(path, top, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/');
}

int
roles_check(enum roles_role r, const char *method, const char *path,
    struct err *e)
{
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		const struct row *row = &rows[i];

		if ((row->method != NULL && strcmp(row->method, method) != 0) ||
		    !is_below(path, row->path))
			continue;
		if (r >= row->least)
			return 0;
		return err_set(e, ERR_DENIED, "%s %s needs the role %s, yours "
		    "is %s", method, path, names[row->least], names[r]);
	}
	return err_set(e, ERR_NOTFOUND, "%s %s is not served here", method,
	    path);
}

bool
roles_judges_body(enum roles_role r, const char *method, const char *path)
{
	/* What waits in a transaction was looked at when it came. */
	return r == ROLES_OPERATOR && strcmp(method, "PATCH") == 0 &&
	    !is_below(path, TRANSACTION);
}

static bool
is_operators(const char *key)
{
	for (size_t i = 0; i < OBJ_COUNT(operator_keys); i++)
		if (strcmp(operator_keys[i], key) == 0)
			return true;
	return false;
}

int
roles_check_body(enum roles_role r, const char *method,
    const struct json *body, struct err *e)
{
	const char *key = NULL;
	void *at = NULL;

	if (r != ROLES_OPERATOR || strcmp(method, "PATCH") != 0)
		return 0;
	while (json_next(body, &at, &key) != NULL)
		if (!is_operators(key))
			return err_set(e, ERR_DENIED, "%s: to change it needs "
			    "the role manager, yours is operator", key);
	return 0;
}
