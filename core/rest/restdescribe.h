/* core/rest/restdescribe.h - the property tables as JSON, from which the shell
 * takes its grammar, completion and help. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTDESCRIBE_H
#define CORE_REST_RESTDESCRIBE_H

struct json;
struct schema;

/*
 * restdescribe_schema - {"types": [{words, path, title, naming, help, refused?,
 * properties: [{name, restName, kind, default?, min?, max?, unit?, words?,
 * word?, ref?, flags, help, refused?, items?: {words, title, help,
 * properties}}]}]}, for the caller to free.
 */
struct json *restdescribe_schema(const struct schema *s);

#endif
