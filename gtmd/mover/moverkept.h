/* gtmd/mover/moverkept.h - what a change of the configuration must leave as it is while
 * a migration is under way: its object, and the hypervisors of its hosts.
 *
 * Its pools and its wide IP cannot go, since the object refers to them. Pure.
 * Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERKEPT_H
#define GTMD_MOVER_MOVERKEPT_H

struct diag;
struct draft;
struct migspec;
struct model;

/* Does the draft leave all that s goes by as it is in m? 0, or the code of a finding.
 * What m does not have either is no finding: a first load has nothing to compare. */
int moverkept_check(const struct model *m, const struct draft *d,
    const struct migspec *s, struct diag *out);

#endif
