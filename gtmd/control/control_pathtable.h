/* gtmd/control/control_pathtable.h - paths between data centers and resolvers: what
 * other places measured comes in here, and all that is known is told. Layer:
 * gtmd. SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_PATHTABLE_H
#define GTMD_CONTROL_CONTROL_PATHTABLE_H

#include <stdbool.h>
#include <stdint.h>

struct control_measure_in;
struct json;
struct pathtable;
struct pathtable_figures;
struct plan;
struct restreply;

#define CONTROL_PATHTABLE_TTL_S	2400	/* of values without a ttl: path-ttl */
#define CONTROL_PATHTABLE_MAX	1000	/* paths that are told */

/*
 * One item of control_measure_post: {"resolver": "192.0.2.53", "datacenter":
 * "/Common/dc", "roundTripTime": 12500, "hops": 7, "completionRate": 100,
 * "ttl": 2400}. roundTripTime in us, 1..2^32-1; hops 0..255; completionRate
 * 0..100 %. null ends a value; what is not named stays as it is.
 */
bool control_pathtable_is(const struct json *item);
/* 0, or the status that r tells. */
int control_pathtable_check(const struct control_measure_in *in,
    const struct json *item, struct restreply *r);
/* Of a checked item: how many values were put or ended. */
int64_t control_pathtable_take(const struct control_measure_in *in,
    const struct json *item);

/* Puts roundTripTime, hops and completionRate, as far as they are known. */
void control_pathtable_put(struct json *j, const struct pathtable_figures *f);

/* {"kind": …, "datacenter": "/Common/here", "paths": n, "probesSent": n,
 * "probesAnswered": n, "items": [{"resolver": …, "datacenter": …,
 * "roundTripTime": …, "hops": …, "completionRate": …, "age": s, "expires": s,
 * "asked": s}, …]}: those of data centers that are configured, at most
 * CONTROL_PATHTABLE_MAX, asked for lately first. datacenter: where this
 * process measures from, if it does. For the caller to free. */
struct json *control_pathtable_json(struct pathtable *t, const struct plan *p,
    uint32_t now_s);

#endif
