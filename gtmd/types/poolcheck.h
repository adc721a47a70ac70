/* gtmd/types/poolcheck.h - the rules of pools across properties and objects.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_POOLCHECK_H
#define GTMD_TYPES_POOLCHECK_H

#include "core/model/type.h"
#include "core/wire/dnsname.h"

struct diag;
struct draft;
struct object;

/* Hooks of the pool types and of their members; see struct type. */
void poolcheck_settle(struct object *o, const struct draft *d,
    struct diag *out);
void poolcheck_member_ref(const struct object *o, type_ref_fn *fn, void *arg);
void poolcheck_a(const struct object *o, const struct draft *d,
    struct diag *out);
void poolcheck_aaaa(const struct object *o, const struct draft *d,
    struct diag *out);
void poolcheck_cname(const struct object *o, const struct draft *d,
    struct diag *out);
void poolcheck_record(const struct object *o, const struct draft *d,
    struct diag *out);

/* The keys of a pool of names: one for each name behind which a wide IP must
 * stand, and POOLCHECK_TARGETS if it has any. */
void poolcheck_each_key(const struct object *o, type_key_fn *fn, void *arg);

#define POOLCHECK_KEY_MAX	(sizeof("target ") + DNSNAME_TEXT_MAX)
#define POOLCHECK_TARGETS	"targets"

/* The key of a name, written as anybody likes; empty for what is none. */
void poolcheck_key(const char *domain, char key[POOLCHECK_KEY_MAX]);

#endif
