/* monitors/program.h - programs that run for a while and say something or not.
 *
 * A program is heard until its first octet: then it has done what it was for
 * and is sent away, as it is when its owner stops it; or until its end, when its
 * owner wants to know all that it says. SIGTERM goes to all of its process
 * group, SIGKILL a second later; when the program ends, what is left of its
 * group ends with it. So many run at the same time at most; others wait in the
 * order in which they came. Control loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROGRAM_H
#define MONITORS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct loop;
struct program;
struct programs;
struct spawn_user;

#define PROGRAM_LIMIT		64	/* at the same time */
#define PROGRAM_GRACE_MS	1000	/* from SIGTERM to SIGKILL */

/* All that run on one loop. NULL with a sentence when /dev/null is not to be
 * had. limit: how many at the same time. */
struct programs *program_all_new(struct loop *l, size_t limit, struct err *e);
/* Ends all of them, at once and for good. Takes *pall; NULL is harmless. */
void program_all_free(struct programs **pall);
/* How many processes there are, those included that were told to end. */
size_t program_all_running(const struct programs *all);

struct program_news {
	enum program_event {
		PROGRAM_STARTED,	/* had to wait, runs now; more follows */
		PROGRAM_SPOKE,		/* said something; more follows when all
					 * is heard */
		PROGRAM_EXITED,		/* ended without a word, or after what
					 * was heard; status */
		PROGRAM_KILLED,		/* the same, by a signal; status */
		PROGRAM_FAILED,		/* was never started; sys_errno */
	} event;
	int	 status;		/* exit status, or number of the signal */
	int	 sys_errno;
	const char *octets;		/* what it said, if all is heard; borrowed */
	size_t	 len;
};

/* After the last news the program is gone. */
typedef void (*program_fn)(void *arg, const struct program_news *news);

struct program_order {
	const char	*path;		/* checked: programfile.h */
	char *const	*argv, *const *envp;
	program_fn	 fn;
	void		*arg;
	bool		 all;		/* what it says is heard to its end */
	int		 in, err;	/* its input and errors; 0 = none */
	const struct spawn_user *user;	/* spawn.h; NULL: nobody */
};

/* What order names is borrowed until the program runs. NULL with errno when it
 * cannot be started; fn is never called from in here. */
struct program *program_start(struct programs *all,
    const struct program_order *order);
/* Has it not been started yet? */
bool program_waits(const struct program *p);
/* No more news; it is told to end. Takes *pp; NULL is harmless. */
void program_stop(struct program **pp);

#endif
