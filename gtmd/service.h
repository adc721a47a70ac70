/* gtmd/service.h - the running daemon: what main starts, signals steer and
 * the control loop drives.
 *
 * Owns every part and joins them: store to gate (zones, listeners) to plan to
 * answering threads. Decides nothing itself. SIGHUP reads configuration and
 * zones anew, SIGUSR1 writes STATEDIR/status.json. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVICE_H
#define GTMD_SERVICE_H

#include <stdbool.h>

struct daemonlife_kind;

struct service_options {
	bool		 replace;	/* take over from the process that has
					 * the state directory, if any has */
	char *const	*prober;	/* arguments of the process that probes,
					 * NULL at the end; borrowed */
	const char	*drivers;	/* folder of hypervisors' programs */
};

/* For daemonlife_serve; its own is a struct service_options. */
extern const struct daemonlife_kind service_kind;

#endif
