/* core/rest/restman.h - the REST tree as a manual in Markdown, from the tables
 * that serve it. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTMAN_H
#define CORE_REST_RESTMAN_H

struct restroute;
struct schema;
struct strbuf;

/* What there is to tell of; all borrowed. */
struct restman {
	const char	*daemon;	/* "gtmd" */
	const char	*module;	/* its branch of the tree: "gtm" */
	/* The pages beside this one: of properties, and in OpenAPI. */
	const char	*file, *openapi;
	const struct schema	*schema;
	const struct restroute	*routes;
	/* A sentence on a route, by its path; NULL when there is none. */
	const char	*(*help)(const char *path);
};

/* The same text for the same tables, always. */
void restman_write(struct strbuf *b, const struct restman *m);

#endif
