/* gtmd/plan/plan_target.h - the domains that wide IPs answer for, and the domains
 * that CNAME members point at.
 *
 * A target follows the wide IPs (of each type) whose name or alias it is; if
 * there is none, those whose pattern of most literal octets matches it: the
 * ones that would answer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_TARGET_H
#define GTMD_PLAN_PLAN_TARGET_H

#include <stddef.h>

#include "gtmd/plan/status.h"

struct plan;
struct plan_domain;
struct plan_target;
struct plan_wide;

/* A name or alias that wide answers for from now on, and no more. Targets are
 * led anew. */
struct plan_domain *plan_target_domain_new(struct plan_wide *wide,
    const char *domain);
void plan_target_domain_free(struct plan_domain **pd);

/* The node of a domain; made when a member points at it first. Dropped when
 * none does any more. */
struct plan_target *plan_target_get(struct plan *p, const char *domain);
void plan_target_drop(struct plan_target *t);

/* What the wide IPs there are together: the best of the enabled ones, of those
 * whose type is in leads (poolrecord_leads). */
enum status_probe plan_target_probe(const struct plan_target *t,
    unsigned leads);
/* t NULL = static-target, or a text. */
const char *plan_target_reason(const struct plan_target *t, unsigned leads,
    char *text, size_t cap);
/* A wide IP's state has changed: so may that of members that lead to it. */
void plan_target_touch(struct plan_wide *w);

#endif
