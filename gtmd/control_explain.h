/* gtmd/control_explain.h - why a name is answered as it is. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_EXPLAIN_H
#define GTMD_CONTROL_EXPLAIN_H

struct plan;
struct restreply;
struct restrequest;

/*
 * control_explain - POST {"name": …, "type": "a", "client": …}.
 *
 * name is a wide IP's path, its domain name or an alias; type (a) and client
 * (an address, which no method here looks at so far) may be missing. Answers with
 * state and reason of the wide IP, of each of its pools and of each member,
 * the decision of the moment stage by stage, and everybody's exact share.
 */
void control_explain(const struct plan *p, const struct restrequest *q,
    struct restreply *r);

#endif
