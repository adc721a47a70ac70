/* gtmd/drive/driver.h - what a hypervisor is asked to do with one machine, and
 * what it says.
 *
 * Two drivers stand behind it: the operator's own program (driver_exec), and
 * QEMU's machine protocol (driver_qmp). An order is one step of a machine's
 * move. It is idempotent: asked again, under the same id or another, after a
 * crash of either side or while the first is still at work, it finds what is
 * under way or done already, and goes on from there. So who asks keeps no state
 * of a driver's; to lose a job costs nothing. Control loop only.
 * Layer: gtmd/drive, may include monitors and core/{base,io,model,wire}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_DRIVER_H
#define GTMD_DRIVE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct driver_job;
struct drivers;
struct err;
struct loop;

#define DRIVER_FOLDER	"/etc/gtm/drivers"	/* programs of driver exec */

enum driver_kind { DRIVER_EXEC, DRIVER_QMP };

/*
 * The steps, each from one place to another. What there is to do is done; what
 * has been done already is a success at once.
 */
enum driver_action {
	/* Could it move? Both places answer, and the machine is in one of them.
	 * Changes nothing. */
	DRIVER_CHECK,
	/* Its disks are at the other place and follow what is written here, until
	 * the machine has moved; nothing to do where storage is shared. */
	DRIVER_STORAGE,
	/* The machine itself moves: runs there when this is done, stands still
	 * here. Before the moment of change a failure leaves it running here.
	 * Disks that do not follow, as after a move that failed, come first. */
	DRIVER_MEMORY,
	/* Runs there, and not here? Changes nothing. */
	DRIVER_VERIFY,
	/* A move that has not come to its moment of change is given up: memory,
	 * then disks; the machine runs here. Refused (ERR_CONFLICT) once it is
	 * there: that takes a move back. */
	DRIVER_CANCEL,
	/* After the move: what is left here of the machine goes, so that this
	 * place can take it back some day. */
	DRIVER_FINISH
};

/* "storage" and so on: what programs and journals have. */
const char *driver_action_name(enum driver_action a);

/* A hypervisor. NULL, and a port of 0: not set. */
struct driver_place {
	const char	*name, *datacenter;
	enum driver_kind kind;
	const char	*program;	/* exec: name of a program in the folder of
					 * drivers, or its path there, and words
					 * (monitors/argline.h) */
	const char	*user;		/* exec: who it runs as; NULL is nobody,
					 * never root or gtmd's own */
	const char	*qmp_socket;	/* qmp: path; %h is the machine, %% a % */
	/* qmp: where this place takes memory and disks, as the other place
	 * reaches it (womd's listener there), and what QEMU here listens on. */
	struct addrport	 migrate, migrate_listen;
	struct addrport	 storage, storage_listen;
};

/* A machine. */
struct driver_host {
	const char	*name;		/* no slash in it, not . or .. */
	const char	*station;	/* MAC address, or NULL */
	const char *const *addresses;
	size_t		 address_count;
	uint64_t	 storage_octets, memory_octets;	/* 0 = not known; qmp: no
					 * storage, shared with the other place */
};

struct driver_order {
	const char	*id;		/* "NAME/run/host/step/attempt" */
	enum driver_action action;
	const struct driver_place *from, *to;	/* the same kind */
	const struct driver_host *host;
	bool		 dry_run;	/* all is checked, nothing is changed */
	dur_ns		 deadline;	/* from now; 0 = none */
};

struct driver_result {
	int		 code;		/* 0 or ERR_…; ERR_BUSY: out of time */
	bool		 retry;		/* might go well another time */
	const char	*text;		/* a sentence, also of success; borrowed */
};

struct driver_owner {
	/* May be NULL. total 0: not known. note: a sentence or NULL; borrowed. At
	 * most a few a second. */
	void	(*progress)(void *arg, uint64_t octets, uint64_t total,
		    const char *note);
	/* Once, never from within driver_start; the job is gone then, and *jobp of
	 * the owner must be forgotten. */
	void	(*done)(void *arg, const struct driver_result *r);
	void	*arg;
};

/* All jobs on one loop. folder: where the programs of driver exec are, NULL is
 * DRIVER_FOLDER; borrowed. NULL with a sentence. */
struct drivers *driver_all_new(struct loop *l, const char *folder,
    struct err *e);
/* All jobs have been stopped. Ends the programs that are left. Takes *pall; NULL
 * is harmless. */
void driver_all_free(struct drivers **pall);

/*
 * driver_check - could a place be asked at all? For who writes the object.
 *
 * ret    0; ERR_RANGE, ERR_PARSE or ERR_CONFLICT with a sentence that names the
 *        property. Nothing is asked of the file system, the network or the
 *        table of users.
 */
int driver_check(const struct drivers *all, const struct driver_place *p,
    struct err *e);

/* Starts a step. All that order names is copied. Whatever is wrong with it comes
 * by done, too. */
struct driver_job *driver_start(struct drivers *all,
    const struct driver_order *order, const struct driver_owner *owner);
/* No more news. What a program or QEMU is at goes on, but for being watched: only
 * DRIVER_CANCEL gives up a move. Takes *jobp; NULL is harmless. */
void driver_stop(struct driver_job **jobp);

#endif
