/* core/io/daemonargs.h - the command line that all daemons have: configuration, state,
 * control socket, check, log, version, help; and a daemon's own rows beside it.
 *
 * Reads the line, and makes the process ready for what every daemon does; what it does
 * then is main()'s. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_DAEMONARGS_H
#define CORE_IO_DAEMONARGS_H

#include <stdbool.h>

#include "core/base/log.h"

struct diag;
struct err;

/* Exit codes: as other servers have them, 0 well, 1 refused, 2 usage. */
enum { DAEMONARGS_OK = 0, DAEMONARGS_REFUSED = 1, DAEMONARGS_USAGE = 2 };

struct daemonargs {
	const char	*name;		/* "gtmd" */
	const char	*usage;		/* the text of --help */
	const char	*config_path, *state_dir;
	const char	*control;	/* NULL = in the state directory */
	bool		 check, lenient;
	struct log_config log;
};

/* An option that only this daemon has: with a text, or on. */
struct daemonargs_row {
	const char	*word;		/* "user"; NULL at the end */
	char		 letter;	/* 0 = it has none */
	const char	**text;		/* of the two one is NULL */
	bool		*on;
};

#define DAEMONARGS_ROWS_MAX	8	/* of its own */

/* Reads the line into a, which holds the defaults, and into own's. -1 to go on; else the
 * exit code, and all is said. */
int daemonargs_read(struct daemonargs *a, const struct daemonargs_row *own,
    int argc, char **argv);

/* Sets the log up; takes as many descriptors as the hard limit gives; a peer that went
 * away and a full disk are told by return values from here on, not by signals. */
void daemonargs_prepare(const struct daemonargs *a);

/* Says on stderr why the daemon does not start. ret the exit code. */
int daemonargs_refuse(const struct daemonargs *a, const struct err *e);

/* --check: prints what verify finds, as in restdaemon_config, and how much. ret the exit
 * code. */
int daemonargs_check(const struct daemonargs *a,
    int (*verify)(const char *path, bool lenient, struct diag *out));

#endif
