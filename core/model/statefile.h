/* core/model/statefile.h - whole files that are there or not, never half:
 * written beside, synced, renamed. Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STATEFILE_H
#define CORE_MODEL_STATEFILE_H

#include <stddef.h>

struct err;

#define STATEFILE_MAX	((size_t)1 << 30)	/* octets; no honest file is */

/* The file's octets with a NUL behind them, for the caller to free.
 * ret 0, ERR_NOTFOUND, ERR_RANGE when larger than STATEFILE_MAX, ERR_IO. */
int statefile_read(const char *path, char **text, size_t *len,
    struct err *e);

/* Reads what is open, from its start. Same results. */
int statefile_read_fd(int fd, const char *path, char **text, size_t *len,
    struct err *e);

/*
 * statefile_write - replace a file as a whole, durably.
 *
 * Writes PATH.tmp, syncs it, renames it over path and syncs the directory. A
 * crash leaves the old file or the new one. Mode and owner stay what they were
 * (0600 for a new file). ret 0, ERR_NOSPACE or ERR_IO; then path is untouched,
 * unless it was the directory that could not be synced.
 */
int statefile_write(const char *path, const void *octets, size_t len,
    struct err *e);

/* Makes renames and new names in path's directory durable. */
int statefile_sync_dir(const char *path, struct err *e);

#endif
