/* gtmd/types/widecheck.h - the rules of wide IPs across properties and objects.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_WIDECHECK_H
#define GTMD_TYPES_WIDECHECK_H

#include "core/model/type.h"
#include "core/wire/dnsname.h"

struct diag;
struct draft;
struct err;
struct object;

/* Hooks of the wide IP types; see struct type. */
int widecheck_name(const char *name, struct err *e);
void widecheck_settle(struct object *o, const struct draft *d,
    struct diag *out);
void widecheck_wideip(const struct object *o, const struct draft *d,
    struct diag *out);
void widecheck_ref_settings(const struct object *o, type_ref_fn *fn,
    void *arg);

/* The keys of a wide IP: one for its name and for each alias, and
 * WIDECHECK_PATTERN when any of them is a pattern. */
void widecheck_each_key(const struct object *o, type_key_fn *fn, void *arg);

/* The keys of the pools whose members may count on its names. */
void widecheck_each_dependent(const struct object *o, type_key_fn *fn,
    void *arg);

#define WIDECHECK_KEY_MAX	(sizeof("name ") + DNSNAME_TEXT_MAX)
#define WIDECHECK_PATTERN	"pattern"

/* The key of a name, written as anybody likes; empty for what is none. */
void widecheck_key(const char *domain, char key[WIDECHECK_KEY_MAX]);

/* each_ref of the items in pools and pools-cname. */
void widecheck_ref_pool(const struct object *o, type_ref_fn *fn, void *arg);

#endif
