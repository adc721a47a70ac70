/* core/model/store_dir.h - the store of a single node: the configuration file,
 * and a state directory with the journal of changes made since.
 *
 * The file belongs to the operator and may be edited at any time; store_load
 * reads it again. Each change in the journal carries a hash of what the file
 * said about that object when the change was made. As long as the file still
 * says that, the change counts; once the operator has edited that very object,
 * the file counts and a warning names the object. Blanks and comments are no
 * edits. store_save writes the file anew, keeps the one before as FILE.bak and
 * empties the journal.
 *
 *	DIR/lock	who uses the directory
 *	DIR/journal	journal.h; bodies are "#note LINE" lines, then "base
 *			HASH" lines, stanzas and "delete TYPE NAME" lines
 *
 * Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STORE_DIR_H
#define CORE_MODEL_STORE_DIR_H

struct err;
struct store_backend;

/*
 * store_dir_open - a back end over a file and a directory.
 *
 * config     path of the configuration file, which must exist
 * state_dir  made when missing, and locked until the back end is freed; NULL:
 *            no journal, so what the file says is all there is, and nothing
 *            can be committed or saved (for checking a file)
 * ret        the back end, or NULL with e filled: ERR_BUSY when another
 *            process has the directory, ERR_NOTFOUND, ERR_IO, ERR_NOSPACE
 */
struct store_backend *store_dir_open(const char *config,
    const char *state_dir, struct err *e);

/* As a guest of the process that has the directory: reads what is there and
 * writes nothing (ERR_BUSY) until store_take and store_own. */
struct store_backend *store_dir_open_guest(const char *config,
    const char *state_dir, struct err *e);

#endif
