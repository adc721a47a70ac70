/* gtmd/counts.h - what has been counted, as text from one process to the next.
 *
 *	gtmd-counts 1
 *	slots 3 8 3
 *	stat udp-queries 20112
 *	wide a /Common/www.example.com 20010 0 0
 *	edge a /Common/www.example.com a /Common/p 20010 0 0 0 0 0 0 0
 *	member a /Common/p /Common/s:v 20010 0 0
 *	end 5
 *
 * "slots" says how many numbers a wide IP, a pool in a wide IP and a member
 * have; where the processes differ in that, those numbers start anew. Rows of
 * zeros are left out. What was measured of a server or virtual server comes in a
 * text of its own, with the times at which it came and ends, in ns of the machine's
 * monotonic clock:
 *
 *	server-value /Common/s cpuUsage 35 81000000000 111000000000
 *	value /Common/s v connections 12 81000000000 111000000000
 *
 * The last line counts the lines before it.
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

/* Writes all measurements that are in force; they stay. */
void counts_give_measured(const struct plan *p, struct strbuf *text);

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
