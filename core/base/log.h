/* core/base/log.h - one line per event worth a person's eye.
 *
 * Form: "LEVEL area object event key=value …", e.g.
 *   notice gtm member web1:80 state from=up to=down cause=timeout fails=3/3
 * Values with blanks, quotes or control characters are quoted and escaped by
 * the caller through log_quote. Only changes of state are notices; facts per
 * packet are counters. LOG_ERROR means that a person should act. Never called
 * on a packet path. Thread-safe: one write(2) per line. A line over 2 KiB ends
 * with "...[cut]"; control characters in it become '?'. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include <stddef.h>

struct diag;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

/* Where lines go: a descriptor (default 2), the level that still prints, and
 * whether each line starts with an RFC 3339 time. With the sd-daemon form the
 * line starts with <n> instead, for the journal. */
struct log_config {
	int		fd;
	enum log_level	level;
	enum log_form { LOG_FORM_TIME, LOG_FORM_BARE, LOG_FORM_JOURNAL } form;
};

/* From now on all lines go there; at any time, from any thread. *c is copied,
 * the descriptor stays the caller\'s. */
void log_setup(const struct log_config *c);

/* area "gtm", object "pool /Common/Local_pool", event "state"; fmt gives the
 * key=value part and may be "". */
void log_at(enum log_level level, const char *area, const char *object,
    const char *event, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Logs each finding of d as a line of its own, event "config". */
void log_diag(const char *area, const struct diag *d);

/* text as one log value, into a buffer of the caller's: as it is when it is
 * one plain word, else quoted; what does not fit ends in ...". cap >= 6.
 * Returns buf. */
const char *log_quote(const char *text, char *buf, size_t cap);

/* "error" … "debug" to level; returns -1 for another word. */
int log_level_parse(const char *word);

#endif
