/* wom/control/foundobjects.h - objects of what was found: remote endpoints and
 * advertised routes that nobody configured, in a draft.
 *
 * Their names begin with "found-". They are of origin discovered and end with the
 * process, or, with auto-save, persistable and stay. What an operator has made or
 * saved by hand is never touched. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_FOUNDOBJECTS_H
#define WOM_CONTROL_FOUNDOBJECTS_H

#include <stdbool.h>

struct addr_prefix;
struct addrport;
struct draft;

/* Each returns whether the draft has changed. */

/* A peer, by the draft's endpoint-discovery: that its routes are used is up to an
 * operator. Not when there are max-endpoint-count, or one with this address. */
bool foundobjects_add_peer(struct draft *d, const struct addrport *at);
/* A network of this side, by the draft's server-discovery; not when a route to
 * just that is there. */
bool foundobjects_add_route(struct draft *d, const struct addr_prefix *network);
/* The one that was made so. */
bool foundobjects_remove_route(struct draft *d,
    const struct addr_prefix *network);
/* All of origin discovered: of a process that has ended. */
bool foundobjects_forget(struct draft *d);

/* Told of each network of a found route that has stayed. */
void foundobjects_each_network(const struct draft *d,
    void (*fn)(void *arg, const struct addr_prefix *network), void *arg);

#endif
