/* gtmd/types/probing.h - what the monitor rules of servers, virtual servers,
 * pools and members may say.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_PROBING_H
#define GTMD_TYPES_PROBING_H

struct diag;
struct err;
struct monrule;
struct object;
struct prop;

/* Refuses "require N from M": it counts probers, and there is one. The rule
 * is that of o, or of o's sub-object item when that is not NULL. */
void probing_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, struct diag *out);

/* For the rows of kind PROP_RULE, monitor by monitor: those that F5 has built
 * in and we have not are told as what they are, not as missing. */
int probing_check_name(const struct prop *p, const void *value,
    struct err *e);

#endif
