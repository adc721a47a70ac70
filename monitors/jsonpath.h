/* monitors/jsonpath.h - numbers in a JSON document, by where they stand.
 *
 * A path is $ and steps: .key, ["any key"], [0] and [*], which is every value
 * of an array or object; it names any number of places. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_JSONPATH_H
#define MONITORS_JSONPATH_H

#include <stddef.h>

struct err;
struct json;
struct jsonpath;

#define JSONPATH_STEPS_MAX	32	/* as deep as documents go */

/* NULL with ERR_PARSE or ERR_RANGE in e when text is no path. */
struct jsonpath *jsonpath_new(const char *text, struct err *e);
/* Takes *pp; NULL is harmless. */
void jsonpath_free(struct jsonpath **pp);

/*
 * jsonpath_sum - the numbers at a path, added up.
 *
 * out    *sum  0 when there is none
 * ret    how many there were. true is 1, false 0, and a text that is a number
 *        from end to end counts as that number; anything else is passed over
 * cost   O(values walked); recursion none
 */
size_t jsonpath_sum(const struct jsonpath *p, const struct json *j,
    double *sum);

#endif
