/* monitors/argline.h - a line of arguments as a program gets them.
 * Pure, nothing of a shell. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_ARGLINE_H
#define MONITORS_ARGLINE_H

#include <stddef.h>

struct err;

#define ARGLINE_MAX	64	/* arguments */

/*
 * argline_split - the words of a line.
 *
 * in     text  words stand between blanks; double quotes hold a word, or a
 *              part of one, together, and "" is an empty word; a backslash in
 *              front of a backslash or a double quote takes its meaning away.
 *              All else stands for itself. NULL is empty
 * out    *count  how many
 * ret    the words and a NULL behind them, to be freed by argline_free; NULL
 *        with ERR_PARSE (a quote is never closed) or ERR_RANGE
 */
char **argline_split(const char *text, size_t *count, struct err *e);
/* Takes *pv; NULL is harmless. */
void argline_free(char ***pv);

#endif
