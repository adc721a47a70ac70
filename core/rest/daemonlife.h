/* core/rest/daemonlife.h - the life that all daemons lead: made with a loop, a store and
 * a ring of events; loaded, served from, loaded anew on SIGHUP; ended by SIGTERM or SIGINT.
 *
 * A daemon's struct has this one as its first member. What is its own it makes, starts and
 * ends in the functions of its kind, each of which is given that struct. Its control socket
 * is restdaemon.h's. Control loop only. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_DAEMONLIFE_H
#define CORE_REST_DAEMONLIFE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/rest/restdaemon.h"

struct daemonargs;
struct diag;
struct err;
struct loop;
struct restevents;
struct restman;
struct schema;
struct store;

struct daemonlife {
	unsigned	 magic;
#define DAEMONLIFE_MAGIC 0x11fe0d01u
	const struct daemonlife_kind *kind;
	const void	*own;		/* as daemonlife_serve was given it */
	char		*config_path, *state_dir, *control_path;
	bool		 lenient;
	bool		 guest;		/* of who has the state directory yet */
	bool		 ending;
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
};

/* What one daemon is beside that. Functions that are NULL have nothing to do. */
struct daemonlife_kind {
	const char	*name;		/* "womd": of the log's lines, too */
	size_t		 size;		/* of its struct, which begins as zeros */
	const struct schema *schema;
	/* With a loop, before the state directory is taken; may set guest. 0, or
	 * the code with a sentence in e. */
	int		(*meet)(void *d, struct err *e);
	/* Makes its parts, and the store's gate, before anything is loaded. */
	int		(*open)(void *d, struct err *e);
	/* Loads by daemonlife_load; again: not for the first time. */
	int		(*load)(void *d, bool again, struct diag *out);
	/* After the first load: begins to serve. 0, or the code of the first
	 * error among the findings. */
	int		(*start)(void *d, struct diag *out);
	/* Before the loop runs: says so in the log, takes signals of its own. NULL:
	 * a line that names the control socket. */
	void		(*ready)(void *d);
	/* May SIGHUP load now? False: it is not to be, or will be done later. */
	bool		(*may_load)(void *d);
	/* It is to end. False: the manager has been told of another process. */
	bool		(*end)(void *d);
	/* It will not serve, for this reason. */
	void		(*refused)(void *d, const char *why);
	/* Ends what meet, open and start made, also the half of it. */
	void		(*close)(void *d);
};

/*
 * daemonlife_serve - main's part once the line is read: one daemon, until it has ended.
 *
 * own    for the kind's functions, who find it in the struct; or NULL
 * ret    an exit code of daemonargs.h; findings of the first load, and why it did not
 *        start, are on stderr
 */
int daemonlife_serve(const struct daemonlife_kind *k,
    const struct daemonargs *a, const void *own);

/* Reads configuration and journal into the store. As store_load. */
int daemonlife_load(struct daemonlife *l, struct diag *out);
/* As after SIGHUP: findings go to the log and to out, the manager is told. arg is the
 * daemon. */
int daemonlife_reload(void *arg, struct diag *out);

/* What restdaemon_init wants to know that is here. */
struct restdaemon_config daemonlife_rest(struct daemonlife *l,
    const struct restman *manual);

/* Gives up for good, as confine.h has it, what no daemon needs: files are written in the
 * folders of state, configuration and control socket and in these (NULL: no folder) alone.
 * but as in confine_calls. What the kernel lacks is a warning. */
void daemonlife_confine(const struct daemonlife *l,
    const char *const *folders, size_t count, unsigned but);

#endif
