/* tests/unit/gtmd/drive/fakeqemu.h - two QEMUs in one's imagination, as far as
 * moving a machine goes: what QEMU 7.2 says and refuses. Time passes when told.
 * Asserts what must never be: the machine runs at both, a move that ends with
 * disks that differ, the last of a machine thrown away.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_DRIVE_FAKEQEMU_H
#define TESTS_UNIT_GTMD_DRIVE_FAKEQEMU_H

#include <stdbool.h>
#include <stddef.h>

struct json;

#define FAKEQEMU_DISKS	2

struct fakeqemu {
	bool		 gone;
	const char	*status, *migrate;	/* words of QEMU */
	bool		 listens, nbd, stops, goes_on;
	bool		 exports[FAKEQEMU_DISKS];
	/* ended: to be dismissed; stale: leads to a QEMU that is gone. */
	struct { bool on, ended, failed, stale; unsigned left; }
			 jobs[FAKEQEMU_DISKS];
	unsigned	 memory_left;
	bool		 paused;	/* arrives so */
};

struct fakepair {
	struct fakeqemu	 q[2];
	bool		 storage;	/* disks are not shared */
	bool		 same[FAKEQEMU_DISKS];	/* of disks, at this moment */
	bool		 refuses;	/* the next move */
	bool		 loses;		/* the end of the next one: it never arrives */
	const char	*refused;	/* a command, always; or NULL */
	unsigned	 commands;	/* that change something */
};

/* A machine that runs at the first and is waited for at the other. */
void fakeqemu_init(struct fakepair *p, bool storage);
/* A command to one of them: its value, for the caller to free, or NULL and what
 * is wrong. */
struct json *fakeqemu_do(struct fakepair *p, size_t side, const char *command,
    const struct json *arguments, const char **wrong);
/* Some time passes. */
void fakeqemu_tick(struct fakepair *p);
/* One dies; the other notices. */
void fakeqemu_die(struct fakepair *p, size_t side);
/* A service manager starts it anew, to wait. */
void fakeqemu_restart(struct fakepair *p, size_t side);

#endif
