/* core/model/filemerge.h - the file's word on each object against the journal's.
 *
 * A change counts as long as the file says of its object what it said when the
 * change was made; once the operator has edited that very object, the file
 * counts, and a warning names it. Private to core/model (store_dir.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_FILEMERGE_H
#define CORE_MODEL_FILEMERGE_H

struct changelog;
struct configfile;
struct diag;
struct draft;
struct strbuf;

/*
 * filemerge_all - lets the changes that count change the draft.
 *
 * f        with the file staged, as d holds it
 * log      read whole; the objects of changes that count are taken from it
 * settled  gets what the file won, as lines for the journal: said there, editing
 *          the file back does not bring a change of long ago to life again
 */
void filemerge_all(const struct configfile *f, struct changelog *log,
    struct draft *d, struct strbuf *settled, struct diag *out);

#endif
