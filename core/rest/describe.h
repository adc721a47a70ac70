/* core/rest/describe.h - the property tables as a JSON document, which is what
 * GET /mgmt/tm/gtm/describe answers: clients complete, help and check by it.
 *
 * {"types": [{"words": "gtm pool a", "path": "/mgmt/tm/gtm/pool/a", "title",
 * "naming": "named" | "single", "help", "refused" (only where it is so),
 * "properties": [...]}]}. A property has "name", "restName", "kind" ("state",
 * "bool", "enum", "bits", "u32", "u64", "string", "addr", "addrport",
 * "strings", "ref", "refs", "typedref", "rule", "items") and, where they say
 * something, "default", "min", "max", "unit", "words" (of state and bool: no,
 * then yes), "empty" (the word for none), "ref" (words of the type or family it
 * refers to), "flags", "refused", "help"; of items "item": {"title", "help",
 * "properties"}. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_DESCRIBE_H
#define CORE_REST_DESCRIBE_H

struct json;
struct schema;
struct strbuf;

/* The document, for the caller to free. */
struct json *describe_schema(const struct schema *s);

/* Appends what REST calls a property: load-balancing-mode gives
 * loadBalancingMode. */
void describe_rest_name(struct strbuf *b, const char *name);

/* Appends where REST keeps the objects of a type: "gtm pool a" gives
 * /mgmt/tm/gtm/pool/a. */
void describe_path(struct strbuf *b, const char *words);

#endif
