/* gtmd/drive/driver_inside.h - what the drivers share: a job, and how it tells.
 * For driver.c and the files of each kind alone. Layer: gtmd/drive.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_DRIVER_INSIDE_H
#define GTMD_DRIVE_DRIVER_INSIDE_H

#include "core/io/loop.h"
#include "gtmd/drive/driver.h"
#include "gtmd/drive/drivercopy.h"

struct err;
struct programs;

struct drivers {
	unsigned	 magic;
#define DRIVERS_MAGIC	0x6c1f03adu
	struct loop	*loop;
	const char	*folder;
	struct programs	*programs;
	size_t		 jobs;
};

struct driver_job {
	unsigned	 magic;
#define DRIVER_JOB_MAGIC 0x6c1f1b52u
	struct drivers	*all;
	struct drivercopy copy;
	struct driver_owner owner;
	struct loop_timer begin, deadline, pace;
	void		*work;		/* of its kind; NULL before and after */
	bool		 fresh;		/* there is progress to be told */
	uint64_t	 octets, total;
	char		*note;
};

/* One kind of driver. */
struct driver_kind_row {
	/* driver_check for a place of this kind. */
	int	(*check)(const struct drivers *all, const struct driver_place *p,
		    struct err *e);
	/* Sets to work; tells nothing from in here. NULL with a sentence when it
	 * cannot; with ERR_IO it might another time. */
	void	*(*start)(struct driver_job *job, struct err *e);
	/* After this the work tells nothing more. */
	void	(*stop)(void **pwork);
};

extern const struct driver_kind_row driver_exec_row;
extern const struct driver_kind_row driver_qmp_row;

/* Progress, as often as it likes: told a few times a second. note NULL: the last
 * one stays. */
void driver_report(struct driver_job *job, uint64_t octets, uint64_t total,
    const char *note);
/* The end of a job that is at work: its work is stopped, its owner told, and it
 * is gone. */
void driver_end(struct driver_job *job, int code, bool retry,
    const char *text);

#endif
