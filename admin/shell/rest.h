/* admin/shell/rest.h - one call of the daemon's tree, with JSON both ways, and
 * refusals as sentences.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_REST_H
#define ADMIN_SHELL_REST_H

#include <stddef.h>

struct catalog_type;
struct client;
struct err;
struct json;

struct rest_call {
	const char	*method, *path;
	const struct json *body;	/* or NULL */
	const char	*if_match;	/* or NULL */
	/* As client_request's; or NULL. */
	void		(*progress)(void *arg, size_t sent, size_t total);
	void		*progress_arg;
};

struct rest_result {
	struct json	*body;		/* owned; NULL = empty */
	char		*etag;		/* owned, or NULL */
};

/*
 * rest_call - ask, and have the answer.
 *
 * after  rest_result_fini frees *r; a refusal has its body there too
 * ret    0 with *r filled; else e holds the daemon's
 *        sentence (ERR_NOTFOUND, ERR_EXISTS, ERR_CONFLICT when If-Match does
 *        not hold, ERR_DENIED, ERR_BUSY, ERR_NOSPACE, ERR_PARSE) or says that
 *        it could not be asked (ERR_IO)
 */
int rest_call(struct client *c, const struct rest_call *q,
    struct rest_result *r, struct err *e);
void rest_result_fini(struct rest_result *r);

/* A document that is no JSON, or is wanted as it comes. */
struct rest_page {
	char		*text;		/* owned */
	size_t		 len;
};

/* GET of such a document. ret as rest_call's; rest_page_fini frees *page. */
int rest_page(struct client *c, const char *path, struct rest_page *page,
    struct err *e);
void rest_page_fini(struct rest_page *page);

/* The path of a type's collection, or of an object of it, with a tail behind;
 * name and tail may be NULL. The caller frees it. */
char *rest_path(const struct catalog_type *t, const char *name,
    const char *tail);

#endif
