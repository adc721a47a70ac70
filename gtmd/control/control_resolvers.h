/* gtmd/control/control_resolvers.h - the client networks seen lately, for people.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_RESOLVERS_H
#define GTMD_CONTROL_CONTROL_RESOLVERS_H

struct json;
struct plan_wide;

#define CONTROL_RESOLVERS_MAX	100	/* networks that are told */

/* {"kind":…,"selfLink":…,"queries":n,"samples":n,"networks":n,"items":
 * [{"network":"192.0.2.0/24","queries":n,"share":0.5},…]}: most queries
 * first. */
struct json *control_resolvers_json(void);

/* {"networks":n,"queries":n,"before":[{"pool":…,"member":…,"share":0.25},…],
 * "after":[…]}: how the queries sampled lately would be spread by each of two
 * wide IPs (NULL: by the zones), each network answered as it would be; those
 * behind the first CONTROL_RESOLVERS_MAX count as the others do on average. */
struct json *control_resolvers_spread(const struct plan_wide *before,
    const struct plan_wide *after);

#endif
