/* monitors/redisreply.h - what a Redis server says to AUTH and PING: lines of
 * its protocol (RESP) that begin with + or -. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_REDISREPLY_H
#define MONITORS_REDISREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REDISREPLY_MAX	4096u	/* octets of both lines */

/* The first word of an error; OTHER is one that is not listed here. */
enum redisreply_word {
	REDISREPLY_NONE, REDISREPLY_BUSY, REDISREPLY_CLUSTERDOWN,
	REDISREPLY_DENIED, REDISREPLY_ERR, REDISREPLY_LOADING,
	REDISREPLY_MASTERDOWN, REDISREPLY_MISCONF, REDISREPLY_NOAUTH,
	REDISREPLY_NOPERM, REDISREPLY_NOREPLICAS, REDISREPLY_OOM,
	REDISREPLY_READONLY, REDISREPLY_WRONGPASS, REDISREPLY_OTHER,
	REDISREPLY_WORDS
};

enum redisreply {
	REDISREPLY_MORE,	/* a line is not whole yet */
	REDISREPLY_PONG,
	REDISREPLY_ERROR,	/* *word says which */
	REDISREPLY_GARBLED,	/* that is not Redis */
};

/*
 * redisreply_read - has PING been answered with PONG?
 *
 * in     auth   AUTH was asked before PING. Its error counts only where PING
 *               has no PONG: a server without a password refuses AUTH and is
 *               well
 *        ended  no more will come: an error alone is the answer
 * out    *word  of the first error
 */
enum redisreply redisreply_read(const uint8_t *in, size_t len, bool auth,
    bool ended, enum redisreply_word *word);

/* "LOADING"; "an error" for OTHER and what is none of these. */
const char *redisreply_name(int word);

#endif
