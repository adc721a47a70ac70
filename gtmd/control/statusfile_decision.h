/* gtmd/control/statusfile_decision.h - a wide IP's decision of the moment, in words.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_STATUSFILE_DECISION_H
#define GTMD_CONTROL_STATUSFILE_DECISION_H

struct json;
struct plan_wide;

/* Which pools and members are chosen from, how, with which exact shares, and
 * what comes after. An object with action "none" when the zones answer. */
struct json *statusfile_decision(const struct plan_wide *w);

#endif
