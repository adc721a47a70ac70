/* monitors/escape.h - the two-character escapes of send strings.
 * Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_ESCAPE_H
#define MONITORS_ESCAPE_H

#include <stddef.h>

/*
 * escape_decode - the octets that a send string stands for.
 *
 * in     text  \r \n \t \\ \" and \xHH (two hex digits); any other backslash
 *              stands for itself. NULL is empty
 * out    *len  octets, which may include NUL
 * ret    the octets and a NUL after them; the caller frees
 */
char *escape_decode(const char *text, size_t *len);

#endif
