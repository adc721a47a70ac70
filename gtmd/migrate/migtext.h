/* gtmd/migrate/migtext.h - text that others wrote, as a line of a record gives it back.
 *
 * Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGTEXT_H
#define GTMD_MIGRATE_MIGTEXT_H

/* Each control character of ASCII, and each octet that is part of no character of UTF-8
 * (RFC 3629 section 4), becomes '?', in place. */
void migtext_tidy(char *text);

#endif
