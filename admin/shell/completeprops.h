/* admin/shell/completeprops.h - what can stand next among the properties of an
 * object: names, values, operations on lists, keys. The part of complete.h
 * that knows how values are written.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_COMPLETEPROPS_H
#define ADMIN_SHELL_COMPLETEPROPS_H

#include <stddef.h>

struct catalog_type;
struct complete_walk;
struct phrase;

/* Offers what can stand behind the last part of p, whose properties of a t
 * start at place at. What nobody understands gets no offers. */
void completeprops_offer(const struct complete_walk *w,
    const struct catalog_type *t, const struct phrase *p, size_t at);

/* Offers the properties of t by their names; of flags both words. */
void completeprops_offer_names(const struct complete_walk *w,
    const struct catalog_type *t);

#endif
