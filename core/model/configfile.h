/* core/model/configfile.h - the configuration file of an operator: read into a
 * draft, kept as hashes that tell later what it said, written anew.
 *
 * What it said when it was last accepted or written is what changes are based
 * on (changelog.h). Private to core/model (store_dir.c, filemerge.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_CONFIGFILE_H
#define CORE_MODEL_CONFIGFILE_H

#include <stdbool.h>

#include "core/model/changelog.h"
#include "core/model/filehash.h"

struct draft;
struct err;
struct model;
struct tmos_bind;
struct type;

struct configfile {
	char		*path;		/* no symbolic links in it */
	const char	*shown;		/* as the operator wrote it */
	struct filehash	 said;		/* when it became the model */
	struct filehash	 staged;	/* as load read it */
	bool		 unsure;	/* written, its name perhaps not on disk */
};

/* The file must exist. ret 0, ERR_NOTFOUND, ERR_IO; to be ended either way. */
int configfile_init(struct configfile *f, const char *path, struct err *e);
void configfile_fini(struct configfile *f);

/* Stages all its stanzas, and puts them into d. ret 0, or the code of a file
 * that cannot be read; findings go to the bind's diag. */
int configfile_load(struct configfile *f, struct draft *d,
    const struct tmos_bind *b);
/* What is staged is what it says from here on, or is dropped. */
void configfile_accept(struct configfile *f);
void configfile_drop(struct configfile *f);

/* What it says of an object: as it counts, and as it is staged. */
struct changelog_base configfile_base(const struct configfile *f,
    const struct type *t, const char *name);
struct changelog_base configfile_staged(const struct configfile *f,
    const struct type *t, const char *name);

/*
 * configfile_save - write it anew from a model, and keep it as PATH.bak.
 *
 * Backup, then file: a crash in between leaves a file that says no less.
 * ret 0; ERR_CONFLICT when somebody edited it since, ERR_NOSPACE, ERR_IO
 */
int configfile_save(struct configfile *f, const struct model *m,
    struct err *e);

/* Before anything is based on what it says: a file that save could write, but
 * not make durable, is made so now. ret 0 or ERR_IO. */
int configfile_sync(struct configfile *f, struct err *e);

#endif
