/* monitors/staterecord.h - the last known states of monitored places as octets:
 * one head, then records of equal length, each with a checksum of its own.
 *
 *	head    "gtm-states\n", 0, version u32, record length u32, checksum u64
 *	record  key 16 octets, state u8, since 56 bits, checksum u64
 *
 * Numbers are in network order. A record lies within a sector of a disk, and
 * one that was cut or torn is known by its checksum; those around it are whole
 * all the same. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_STATERECORD_H
#define MONITORS_STATERECORD_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/health.h"

struct addrport;
struct err;

#define STATERECORD_LEN		32	/* of the head, too */
#define STATERECORD_VERSION	1

/* Whose state it is. What has the same octets is the same, on any machine. */
struct staterecord_key {
	uint8_t	octets[16];
};

struct staterecord {
	struct staterecord_key key;
	enum health_state state;	/* up or down */
	real_s		  since_s;	/* 0 .. 2^55 */
};

enum staterecord_kind {
	STATERECORD_WHOLE,
	STATERECORD_EMPTY,	/* nothing but zeros */
	STATERECORD_DAMAGED,
};

/* What a monitor asks, as text, becomes its identity; that and a place, the key. */
struct staterecord_key staterecord_identity(const char *text, size_t len);
struct staterecord_key staterecord_key(const struct staterecord_key *identity,
    const struct addrport *to);

/* Fills the head of a file of ours. */
void staterecord_write_head(uint8_t head[STATERECORD_LEN]);
/* len octets are there. 0, or ERR_PARSE with a sentence: not a file of ours, not
 * one of this version, or a damaged one. */
int staterecord_check_head(const uint8_t *octets, size_t len, struct err *e);

/* Fills the octets of a record; its state is up or down. */
void staterecord_write(uint8_t to[STATERECORD_LEN],
    const struct staterecord *r);
/* Fills r when it is whole. */
enum staterecord_kind staterecord_read(const uint8_t from[STATERECORD_LEN],
    struct staterecord *r);

#endif
