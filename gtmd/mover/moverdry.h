/* gtmd/mover/moverdry.h - a rehearsal: a run's preparation, and each host's disks and
 * memory, asked of drivers and companions without any change.
 *
 * Nothing of it is on record. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERDRY_H
#define GTMD_MOVER_MOVERDRY_H

struct json;
struct migspec;
struct moverdry;
struct moverop_means;

/* Begins. Takes *ps; means is borrowed for its life. */
struct moverdry *moverdry_new(const struct moverop_means *means,
    struct migspec **ps);
/* Nothing is asked any more. Takes *pd; NULL is harmless. */
void moverdry_free(struct moverdry **pd);

/* How far it has come: { over, ok, steps: [ { step, host, ok, text } ] }, for the
 * caller to free. */
struct json *moverdry_json(const struct moverdry *d);

#endif
