/* core/rest/restlimit.h - how many rows of a listing somebody wants: ?limit=N.
 * Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTLIMIT_H
#define CORE_REST_RESTLIMIT_H

#include <stddef.h>

struct restreply;
struct restrequest;

#define RESTLIMIT_MAX	((size_t)1 << 20)

/* *limit, which stays as it is when nobody says, becomes 1..RESTLIMIT_MAX. 0, or
 * the status 400, which r then tells. */
int restlimit_read(const struct restrequest *q, size_t *limit,
    struct restreply *r);

#endif
