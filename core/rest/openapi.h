/* core/rest/openapi.h - the REST tree described in OpenAPI 3.0.3, from the
 * tables that serve it. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OPENAPI_H
#define CORE_REST_OPENAPI_H

struct json;
struct restman;

/* The whole document, the same for the same tables, for the caller to free. */
struct json *openapi_document(const struct restman *m);

#endif
