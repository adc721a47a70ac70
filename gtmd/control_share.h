/* gtmd/control_share.h - who gets which share of the answers at this moment,
 * exactly, worked out by the rules that made the decision.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_SHARE_H
#define GTMD_CONTROL_SHARE_H

struct json;
struct object;
struct plan;
struct plan_wide;

#define CONTROL_SHARE_WIDES_MAX	16	/* wide IPs that an effect tells of */

/*
 * control_share_wide - [{"pool":…,"member":…,"share":0.75}, …] of one wide IP.
 *
 * The shares add up to 1. An entry without member says in "answer" what comes
 * instead: fallback-ip, return-to-dns, drop-packet, failure-policy; with
 * neither pool nor member: zones.
 */
struct json *control_share_wide(const struct plan_wide *w);

/* The same for each wide IP that the object has a part in, of which
 * CONTROL_SHARE_WIDES_MAX are told: [{"wideip":…,"type":…,"shares":[…]}]. NULL
 * when it has a part in none. */
struct json *control_share_of(const struct plan *p, const struct object *o);

#endif
