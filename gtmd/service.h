/* gtmd/service.h - the running daemon: what main starts, signals steer and
 * the control loop drives.
 *
 * Owns every part and joins them: store to gate (zones, listeners) to plan to
 * answering threads. Decides nothing itself. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVICE_H
#define GTMD_SERVICE_H

#include <stdbool.h>

struct diag;
struct err;
struct service;

struct service_config {
	const char	*config_path;
	const char	*state_dir;
	const char	*control;	/* path of the control socket; NULL =
					 * control.sock in state_dir */
	bool		 lenient;	/* list and skip what we don't know */
	bool		 replace;	/* take over from the process that has
					 * the state directory, if any has */
	char *const	*prober;	/* arguments of the process that probes,
					 * NULL at the end; borrowed */
};

/* Makes the parts, takes the state directory. NULL with a sentence in e. */
struct service *service_new(const struct service_config *c, struct err *e);
/* Stops answering, saves what is remembered, frees. NULL is harmless. */
void service_free(struct service **ps);

/* Loads the configuration, opens the listeners and starts to answer. Findings
 * go to out; 0, or the code of the first error with nothing running. */
int service_start(struct service *s, struct diag *out);

/* Serves until SIGTERM or SIGINT. SIGHUP reads configuration and zones anew,
 * SIGUSR1 writes STATEDIR/status.json. */
void service_run(struct service *s);

#endif
