/* gtmd/drive/qmpseen.h - what two QEMUs say of one machine: a picture of the
 * moment, from the answers to a few questions.
 *
 * Pure. Layer: gtmd/drive, may include core/{base,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DRIVE_QMPSEEN_H
#define GTMD_DRIVE_QMPSEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct json;

#define QMPSEEN_MAX	16	/* disks, jobs or exports of a machine */
#define QMPSEEN_NAME	128

enum qmpseen_state {
	QMPSEEN_GONE,		/* nobody answers */
	QMPSEEN_WAITS,		/* "inmigrate": for a machine to come */
	QMPSEEN_RUNS,
	QMPSEEN_LEAVES,		/* "finish-migrate": stands still for it */
	QMPSEEN_LEFT,		/* "postmigrate": it has gone elsewhere */
	QMPSEEN_STANDS		/* any other: paused, or not started */
};

enum qmpseen_move { QMPSEEN_NONE, QMPSEEN_MOVING, QMPSEEN_AT_SWITCH,
    QMPSEEN_MOVED, QMPSEEN_FAILED, QMPSEEN_CANCELLED };

/* A disk that the machine may write. */
struct qmpseen_disk {
	char	 name[QMPSEEN_NAME];	/* the same at both places; fit for ids */
	char	 node[QMPSEEN_NAME];
	uint64_t size;
};

/* A mirror of ours, or somebody's job. */
struct qmpseen_job {
	char	 name[QMPSEEN_NAME];
	bool	 ready;
	bool	 ended, failed;		/* not dismissed yet; failed: why */
	uint64_t octets, total;
	char	 why[128];
};

struct qmpseen {
	enum qmpseen_state state;
	char		 word[32];	/* the state as QEMU has it */
	enum qmpseen_move move;
	bool		 listens;	/* a move is being waited for */
	uint64_t	 ram_total, ram_left;	/* octets */
	uint64_t	 stood_ms;	/* of a move: how long it stood still */
	char		 why[256];	/* of a move that failed; or why it is gone */
	struct qmpseen_disk disks[QMPSEEN_MAX];
	struct qmpseen_job jobs[QMPSEEN_MAX];
	char		 exports[QMPSEEN_MAX][QMPSEEN_NAME];
	size_t		 disk_count, job_count, export_count;
};

/* The names of what is ours begin so. */
#define QMPSEEN_OURS	"gtm-"

enum qmpseen_question { QMPSEEN_STATUS, QMPSEEN_MIGRATE, QMPSEEN_JOBS,
    QMPSEEN_DISKS, QMPSEEN_EXPORTS };

/* The command that asks it. */
const char *qmpseen_command(enum qmpseen_question q);
/* Its answer. 0, or ERR_PARSE or ERR_RANGE with a sentence. */
int qmpseen_take(struct qmpseen *s, enum qmpseen_question q,
    const struct json *answer, struct err *e);
/* Nobody answers, and why. */
void qmpseen_gone(struct qmpseen *s, const char *why);

/* Those of a name; NULL: none. */
const struct qmpseen_disk *qmpseen_disk(const struct qmpseen *s,
    const char *name);
const struct qmpseen_job *qmpseen_job(const struct qmpseen *s,
    const char *name);
bool qmpseen_exports(const struct qmpseen *s, const char *name);

#endif
