/* gtmd/types/measuring.h - monitors that measure are not monitors that say what
 * is up. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_MEASURING_H
#define GTMD_TYPES_MEASURING_H

struct diag;
struct draft;
struct monrule;
struct object;

/* Refuses a "gtm monitor metrics" in a monitor rule: its place is the property
 * metrics-monitor. The rule is that of o, or of o's sub-object item when that is
 * not NULL. */
void measuring_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, const struct draft *d, struct diag *out);

#endif
