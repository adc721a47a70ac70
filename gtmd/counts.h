/* gtmd/counts.h - what has been counted, as text from one process to the next.
 *
 *	gtmd-counts 1
 *	slots 2 7 3
 *	stat udp-queries 20112
 *	wide a /Common/www.example.com 20010 0
 *	edge a /Common/www.example.com a /Common/p 20010 0 0 0 0 0 0
 *	member a /Common/p /Common/s:v 20010 0 0
 *	end 5
 *
 * "slots" says how many numbers a wide IP, a pool in a wide IP and a member
 * have; where the processes differ in that, those numbers start anew. Rows of
 * zeros are left out. The last line counts the lines before it.
 * Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COUNTS_H
#define GTMD_COUNTS_H

#include <stddef.h>

struct err;
struct plan;
struct strbuf;

/* Writes all sums and takes them off: the next call writes what has been counted
 * since. They stand in one process at a time. */
void counts_give(const struct plan *p, struct strbuf *text);

/*
 * counts_take - add what another process has counted.
 *
 * in     p     NULL: only read
 *        text  len octets, any octets
 * ret    0, or ERR_PARSE with a sentence; then the lines up to the bad one
 *        count. Objects that are not there and kinds of lines that are not known
 *        are passed over.
 */
int counts_take(const struct plan *p, const char *text, size_t len,
    struct err *e);

#endif
