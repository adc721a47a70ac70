/* gtmd/mover/moverfile.h - names of records: which file is which run of which
 * migration. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERFILE_H
#define GTMD_MOVER_MOVERFILE_H

#include <stdint.h>

struct err;

#define MOVERFILE_KEPT	20	/* runs of a migration */

/* "FOLDER/~Common~move.3.journal": letters, digits and ".", "_", "-" stand for
 * themselves, "/" is "~", all else %XX. For the caller to free; NULL with ERR_RANGE
 * when no file may be called so. */
char *moverfile_path(const char *folder, const char *name, uint32_t run,
    struct err *e);
/* The run and name of a file (its last component): the name, for the caller to
 * free; NULL: it is none of these. */
char *moverfile_parse(const char *file, uint32_t *run);

/* The number of the last run of that name that there is a file of, below another
 * (0: of all); 0: there is none. */
uint32_t moverfile_last(const char *folder, const char *name, uint32_t below);

/* Calls fn for each of these files in a folder, in no order; it may unlink the one
 * it is called for. One that is not there is empty. 0, ERR_IO. */
typedef void moverfile_fn(void *arg, const char *path, const char *name,
    uint32_t run);
int moverfile_each(const char *folder, moverfile_fn *fn, void *arg,
    struct err *e);

/* Calls fn once for each name, with the number of its last run. 0, ERR_IO. */
typedef void moverfile_name_fn(void *arg, const char *name, uint32_t run);
int moverfile_names(const char *folder, moverfile_name_fn *fn, void *arg,
    struct err *e);

#endif
