/* core/rest/openapischema.h - object types as OpenAPI schemas: what each row
 * reads and takes as JSON. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OPENAPISCHEMA_H
#define CORE_REST_OPENAPISCHEMA_H

struct json;
struct type;

/* Adds "gtm.pool.a" and its items' "gtm.pool.a.members" to components/schemas,
 * as deep as the tables nest. */
void openapischema_put(struct json *schemas, const struct type *t);

/* "gtm.pool.a", for the caller to free. */
char *openapischema_name(const struct type *t);

/* {"$ref": "#/components/<kind>/<name>"} */
struct json *openapischema_ref(const char *kind, const char *name);

#endif
