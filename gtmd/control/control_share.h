/* gtmd/control/control_share.h - who gets which share of the answers at this moment,
 * exactly, read out of the decisions that answer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_SHARE_H
#define GTMD_CONTROL_CONTROL_SHARE_H

#include <stddef.h>

struct asker;
struct json;
struct object;
struct plan;
struct plan_find;
struct plan_wide;

#define CONTROL_SHARE_WIDES_MAX	16	/* wide IPs that an effect tells of */

/*
 * control_share_wide - [{"pool":…,"member":…,"share":0.75,"weight":3,
 * "total":4}, …] of one wide IP.
 *
 * The shares add up to 1; where several records are answered, a share is that
 * of being the first. An entry without member says in "answer" what comes
 * instead: fallback-ip, return-to-dns, drop-packet, failure-policy; with
 * neither pool nor member: zones (also when w is NULL). asker's scope grows by
 * what was used of it.
 */
struct json *control_share_wide(const struct plan_wide *w,
    struct asker *asker);

/* [{"wideip":…,"type":…,"shares":[…]}, …] of CONTROL_SHARE_WIDES_MAX, and of
 * what is beyond them, and of further ones, {"more":n}. For an asker of whom
 * nothing is known. */
struct json *control_share_found(const struct plan_find *f, size_t further);

/* All of it for one object: NULL when nothing depends on o. */
struct json *control_share_of(const struct plan *p, const struct object *o);

#endif
