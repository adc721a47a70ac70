/* admin/shell/listing.h - what of the daemon's configuration text is printed:
 * all of it, some properties, or each object on one line.
 *
 * The text is canonical and printed as it came, octet by octet; nothing here
 * knows what it means. Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_LISTING_H
#define ADMIN_SHELL_LISTING_H

#include <stddef.h>

struct strbuf;

/* Appends the stanzas of text, of each only the lines (with their blocks)
 * whose first word is one of names. */
void listing_select(struct strbuf *out, const char *text,
    const char *const *names, size_t count);

/* Appends the stanzas of text, each on a line of its own. */
void listing_one_line(struct strbuf *out, const char *text);

#endif
