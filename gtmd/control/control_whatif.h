/* gtmd/control/control_whatif.h - "what would be answered if": a question under changes
 * that nobody makes and states that nobody found. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_WHATIF_H
#define GTMD_CONTROL_CONTROL_WHATIF_H

struct plan;
struct restreply;
struct restrequest;
struct store;
struct world;

#define CONTROL_WHATIF_MAX	1000	/* changes, and forced states */

struct control_whatif_in {
	struct store	*store;
	const struct plan *plan;
	const struct world *world;
};

/*
 * control_whatif - POST {"name": …, "type": "a", "client": …, "overlay": …,
 * "force": …}; all may be missing.
 *
 * overlay  [{"method": "PATCH", "uri": "/mgmt/tm/gtm/…", "body": {…}}, …], or
 *          {"gtm pool a /Common/x": {…}, "/mgmt/tm/…": {…}} for PATCHes: done
 *          to a draft by the code of those calls, in their order, then checked
 * force    [{"datacenter": …, "state": "down"}, {"server": …}, {"virtualServer":
 *          "/Common/s:vs"}, {"pool": …, "type": "a", "member": …}]
 * answers  "before" and "after": [{"wideip":…,"type":…,"shares":[…]}] of the
 *          name, or without one of all wide IPs that the changes touch; with
 *          a name "explain", as it would be after; "resolvers": how many of the
 *          queries sampled lately would go where. An overlay is refused as the
 *          writes would be
 * after    nothing has changed, whatever was asked
 */
void control_whatif(const struct control_whatif_in *in,
    const struct restrequest *q, struct restreply *r);

#endif
