/* gtmd/mover/moverbook.h - the folder of records: which run is the latest of a
 * migration, which number the next one has, and which record cannot be read.
 *
 * Files are named as moverfile.h has it; what is in them is the run's. A number is
 * never used twice, whatever has become of the record. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERBOOK_H
#define GTMD_MOVER_MOVERBOOK_H

#include <stdint.h>

#include "core/base/map.h"

struct diag;
struct err;

struct moverbook {
	char		*folder;	/* NULL: there are no records */
	struct map	 unread;	/* why the latest is not, by migration */
};

/* Below a state directory, or NULL. Nothing is made yet. */
void moverbook_init(struct moverbook *b, const char *state_dir);
void moverbook_fini(struct moverbook *b);

/* What a record turned out to be. */
enum moverbook_found {
	MOVERBOOK_RUN,
	MOVERBOOK_EMPTY,	/* it ended before its first event was whole */
	MOVERBOOK_UNREAD	/* findings in out say why */
};
struct moverbook_record {
	const char	*name, *path;
	uint32_t	 run;
};
typedef enum moverbook_found moverbook_fn(void *arg,
    const struct moverbook_record *r, struct diag *out);

/* Calls fn for the latest record of each migration. One that is empty goes, and the
 * one before it is the latest. */
void moverbook_load(struct moverbook *b, moverbook_fn *fn, void *arg,
    struct diag *out);
/* Why the latest record of a migration is not known, a sentence; NULL: it is, or
 * there is none. */
const char *moverbook_unread(const struct moverbook *b, const char *name);

/* The number of the next run, from 1; 0: there are no more. */
uint32_t moverbook_next(const struct moverbook *b, const char *name);
/* Where that record is to be, in a folder that is there; for the caller to free. NULL
 * with ERR_RANGE, ERR_IO, ERR_NOSPACE. */
char *moverbook_make(const struct moverbook *b, const char *name, uint32_t run,
    struct err *e);
/* The run has begun: what is too old goes. */
void moverbook_begun(struct moverbook *b, const char *name, uint32_t run);
/* It has not, and a crash does not bring it back. */
void moverbook_refused(const struct moverbook *b, const char *path);

/* The record of a run, for the caller to free; NULL: there is none. */
char *moverbook_path(const struct moverbook *b, const char *name,
    uint32_t run);

#endif
