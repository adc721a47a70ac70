/* core/rest/manualpage.h - the manuals that are made from a daemon's tables, as
 * pages. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_MANUALPAGE_H
#define CORE_REST_MANUALPAGE_H

#include <stdio.h>

struct restman;

/* what: "reference", "rest" or "openapi". Returns 0, or 1 when it is none of
 * these or could not be written. */
int manualpage_write(FILE *to, const struct restman *m, const char *what);

#endif
