/* gtmd/control/control_measure.h - measurements from outside: who sees the load tells
 * it here, and the methods that go by load go by that. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_MEASURE_H
#define GTMD_CONTROL_CONTROL_MEASURE_H

#include <stdint.h>

struct json;
struct pathtable;
struct plan;
struct plan_vs;
struct restreply;
struct restrequest;

#define CONTROL_MEASURE_TTL_S		120	/* of values without a ttl */
#define CONTROL_MEASURE_TTL_MAX_S	604800	/* a week */

struct control_measure_in {
	const struct plan *plan;
	struct pathtable *paths;	/* NULL = they are not kept */
	uint32_t	 now_s;		/* decision_keep_now */
};

/*
 * control_measure_post - {"items": [{"virtualServer": "/Common/s:vs",
 * "connections": 12, "bitsPerSecond": 8000, "ttl": 30}, {"server": "/Common/s",
 * "cpuUsage": 35}, {"resolver": "192.0.2.53", "datacenter": "/Common/dc", …}, …]}.
 *
 * Keys are those of metric_names, each for a server or a virtual server as the
 * table says; null ends a value before its time. ttl in seconds,
 * CONTROL_MEASURE_TTL_S when it is missing. All of it is taken, or nothing.
 * answers  {"values": n}: how many were put or ended
 */
void control_measure_post(const struct control_measure_in *in,
    const struct restrequest *q, struct restreply *r);

/* 0, or 400 told in r: seconds in 1..CONTROL_MEASURE_TTL_MAX_S are expected. */
int control_measure_check_ttl(const struct json *v, struct restreply *r);

/* {"items": [{"virtualServer": …, "connections": {"value": 12, "age": 3,
 * "ttl": 27}, …}, …]}: all that is known at this moment. For the caller to
 * free. */
struct json *control_measure_json(const struct plan *p);

/* {"connections": 12, "cpuUsage": 35, …} of one virtual server, with what its
 * server lends it; for the caller to free. */
struct json *control_measure_values(const struct plan_vs *vs);

#endif
