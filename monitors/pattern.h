/* monitors/pattern.h - a recv string: a POSIX extended regular expression over
 * octets, compiled once per monitor. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PATTERN_H
#define MONITORS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct pattern;

/* NULL with ERR_PARSE in e when text is not a regular expression. */
struct pattern *pattern_new(const char *text, struct err *e);
/* Takes *pp; NULL is harmless. */
void pattern_free(struct pattern **pp);
/* Does it occur anywhere in the octets? NULs are octets like others; case
 * counts; "." and "[^x]" match line ends too; "^" and "$" are the ends of the
 * whole, so with partial (more may follow) "$" matches nothing. A NUL stands
 * at octets + len or later: nothing reads past len, but sanitizers look. */
bool pattern_match(const struct pattern *p, const void *octets, size_t len,
    bool partial);

#endif
