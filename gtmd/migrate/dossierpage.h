/* gtmd/migrate/dossierpage.h - the dossier of a run as one page: nothing in it is loaded
 * from elsewhere, nothing runs. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIERPAGE_H
#define GTMD_MIGRATE_DOSSIERPAGE_H

struct dossier;
struct migstate;

/* HTML, for the caller to free. m is the state after the last record. */
char *dossierpage_html(const struct dossier *d, const struct migstate *m);

#endif
