/* core/model/journalrecord.h - the records of a journal as text: how one is written,
 * and which of those that are there are whole (journal.h has their form).
 *
 * When they reach the disk, and what is done about a torn one, is journal.c's.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_JOURNALRECORD_H
#define CORE_MODEL_JOURNALRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/journal.h"

/* Header and body as they stand in the file, *whole octets of them, for the
 * caller to free. */
char *journalrecord_format(uint64_t number, const char *body, size_t len,
    size_t *whole);

/* Calls fn (NULL = nobody) for the whole records with ascending numbers that text
 * begins with, which has a NUL behind its len octets. Returns the offset at which
 * they end; *next is the number behind the last one, or 1. */
size_t journalrecord_scan(const char *text, size_t len, uint64_t *next,
    journal_record_fn *fn, void *arg);
/* Does a whole record start anywhere in such a text? */
bool journalrecord_within(const char *text, size_t len);

#endif
