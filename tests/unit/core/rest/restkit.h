/* tests/unit/core/rest/restkit.h - requests as values, and what answers say.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_CORE_REST_RESTKIT_H
#define TESTS_UNIT_CORE_REST_RESTKIT_H

#include <stdbool.h>

#include "core/rest/restrequest.h"

struct json;

/* A request of these; body NULL = none. Fails when it does not parse. For
 * restrequest_fini; target is borrowed. */
struct restrequest restkit_request(const char *method, const char *target,
    const char *body);

/* The value at a path of members and places, "items/0/name"; NULL = absent. */
const struct json *restkit_at(const struct json *j, const char *path);
/* Is there at this path the text, the number? */
bool restkit_says(const struct json *j, const char *path, const char *text);
bool restkit_counts(const struct json *j, const char *path, long n);

#endif
