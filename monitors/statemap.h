/* monitors/statemap.h - the file of last known states as memory: its head, then
 * places for records.
 *
 * Its room is taken from the disk before it is written to, so that a full disk is
 * an error and not a signal; and a file that somebody cuts short under us is found
 * out (core/base/faultguard.h), written to no more, and made whole again when that
 * is asked for. What stands in a place, and whose it is, lastknown.h knows. One
 * thread. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_STATEMAP_H
#define MONITORS_STATEMAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statemap {
	const char	*path;	/* the owner's; for opening, and the log */
	bool		 failed;	/* it is not kept, or not all; told */
	bool		 cut;	/* octets of it are gone: nothing is written */
	int		 fd;	/* a file that somebody puts in the place of
				 * ours is not ours */
	uint8_t		*map;	/* the whole file; NULL = there is none */
	uint32_t	 room;	/* places in it */
	const atomic_uint *faults;	/* of the map */
};

/* The octets of a file with so many places. */
size_t statemap_size(uint32_t room);

void statemap_init(struct statemap *m, const char *path);
/* Opens the file, or makes it, for reading and writing; nothing is mapped yet.
 * False and a line in the log when that cannot be. */
bool statemap_open(struct statemap *m);
/* Room for so many places, at least as many as there are, and the memory over it.
 * False when there is not: then all is as it was. */
bool statemap_grow(struct statemap *m, uint32_t room);
/* The memory and the file are let go; also when there are none. */
void statemap_close(struct statemap *m);
/* Says that the file is not kept because of this errno, once until it is again.
 * ret false. */
bool statemap_failure(struct statemap *m, int sys_errno);

/* The octets of a place below room. */
const uint8_t *statemap_at(const struct statemap *m, uint32_t place);
/* Fills the head. */
void statemap_write_head(struct statemap *m);
/* Fills the STATERECORD_LEN octets of a place below room; no system call. */
void statemap_write(struct statemap *m, uint32_t place,
    const uint8_t *octets);

/* Is the file shorter than what we hold? */
bool statemap_is_cut(struct statemap *m);
/* Makes a cut file whole: places that were lost are empty. False when that
 * cannot be. */
bool statemap_mend(struct statemap *m);

#endif
