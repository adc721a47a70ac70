/* admin/rest/roles.h - who may do what: the one table of methods and paths.
 *
 * Decides by role, method and canonical path, and for operators by what the
 * body touches. Who somebody is, it does not know. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_ROLES_H
#define ADMIN_REST_ROLES_H

#include <stdbool.h>

struct err;
struct json;

/* Each may all that those before it may. */
enum roles_role {
	ROLES_NONE,		/* nobody */
	ROLES_GUEST,		/* read */
	ROLES_OPERATOR,		/* enable, disable, ratios */
	ROLES_MANAGER,		/* objects */
	ROLES_ADMIN,		/* everything */
};

/* "manager"; the other way round ROLES_NONE for a word that is no role. */
const char *roles_name(enum roles_role r);
enum roles_role roles_parse(const char *word);

/*
 * roles_check - may this role send this request?
 *
 * in     method  "GET"; path  canonical, see urlpath.h
 * ret    0; ERR_DENIED: the role does not reach; ERR_NOTFOUND: nobody may,
 *        nothing is served there
 */
int roles_check(enum roles_role r, const char *method, const char *path,
    struct err *e);

/* Does what this role may depend on the body too? */
bool roles_judges_body(enum roles_role r, const char *method,
    const char *path);

/* May it send this body? An operator's PATCH may carry what roles.c lists and
 * nothing else. body may be NULL. 0 or ERR_DENIED. */
int roles_check_body(enum roles_role r, const char *method,
    const struct json *body, struct err *e);

#endif
