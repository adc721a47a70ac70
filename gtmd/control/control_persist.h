/* gtmd/control/control_persist.h - what persistence remembers, for people. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_PERSIST_H
#define GTMD_CONTROL_CONTROL_PERSIST_H

#include <stdint.h>

struct json;
struct persist;
struct plan;

#define CONTROL_PERSIST_MAX	1000	/* records that are told */

/* {"kind":…,"selfLink":…,"records":n,"items":[{"wideip":…,"type":"a",
 * "client":"192.0.2.0/24","pool":…,"member":…,"age":s,"expires":s},…]}: those
 * of wide IPs and members that there are, as many as are told; records counts
 * all. Walks the whole table. */
struct json *control_persist_json(const struct persist *p,
    const struct plan *plan, uint32_t now_s);

#endif
