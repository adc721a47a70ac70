/* core/model/proplist.h - what all kinds of property can do whose value is a
 * list of words (struct strlist); their rows are in propkind.h.
 *
 * Private to core/model. Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_PROPLIST_H
#define CORE_MODEL_PROPLIST_H

#include <stdbool.h>

struct err;
struct prop;
struct strbuf;
struct strlist;

/* One word more is one too many: ERR_RANGE, with a sentence. */
int proplist_full(const struct prop *p, const struct strlist *l,
    struct err *e);

/* As struct propkind has them. */
void proplist_format(const struct prop *p, const void *v, struct strbuf *b);
bool proplist_is_empty(const void *v);
void proplist_copy(void *to, const void *from);
bool proplist_equal(const void *a, const void *b);
void proplist_fini(void *v);

#endif
