/* gtmd/control/control_dossier.h - the dossier of a migration's run, for programs and for
 * people. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_DOSSIER_H
#define GTMD_CONTROL_CONTROL_DOSSIER_H

struct movers;
struct restreply;
struct restrequest;

/* GET …/migration-dossier?migration=NAME&run=N&format=json|html: from the run's
 * record, also while it goes on. */
void control_dossier_get(const struct movers *m, const struct restrequest *q,
    struct restreply *r);

#endif
