/* gtmd/migrate/dossierjson.h - the dossier of a run as one JSON document; its schema is
 * in docs/notes/dossier.md. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIERJSON_H
#define GTMD_MIGRATE_DOSSIERJSON_H

struct dossier;
struct json;
struct migstate;

/* For the caller to free. m is the state after the last record. */
struct json *dossierjson_document(const struct dossier *d,
    const struct migstate *m);

#endif
