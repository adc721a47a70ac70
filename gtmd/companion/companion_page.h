/* gtmd/companion/companion_page.h - statistics pages of companions, read: objects, and what
 * is said of each. Layer: gtmd/companion, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COMPANION_COMPANION_PAGE_H
#define GTMD_COMPANION_COMPANION_PAGE_H

#include <stdint.h>

#define COMPANION_PAGE_NAME_MAX	256

struct json;

/* Walks the objects of a collection's page: *at starts as NULL. The entries of
 * the next one, its full path in name (cut where it is longer), or NULL at the
 * end. */
const struct json *companion_page_next(const struct json *page, void **at,
    char name[COMPANION_PAGE_NAME_MAX]);

/* An entry's text, or number; NULL and 0 when there is none. */
const char *companion_page_text(const struct json *entries, const char *key);
int64_t companion_page_number(const struct json *entries, const char *key);

#endif
