/* wom/womd.h - the running daemon: what main starts, signals steer and the
 * control loop drives.
 *
 * Owns every part and joins them: store to gate to peers and listeners. Decides
 * nothing itself. Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_WOMD_H
#define WOM_WOMD_H

#include <stdbool.h>

struct diag;
struct err;
struct womd;

struct womd_config {
	const char	*config_path;
	const char	*state_dir;
	const char	*control;	/* path of the control socket; NULL =
					 * control.sock in state_dir */
	bool		 lenient;	/* list and skip what we don't know */
};

/* Makes the parts, takes the state directory. NULL with a sentence in e. */
struct womd *womd_new(const struct womd_config *c, struct err *e);
/* Ends all tunnels and frees. NULL is harmless. */
void womd_free(struct womd **pw);

/* Loads the configuration, opens sockets and serves from womd_run on. Findings
 * go to out; 0, or the code of the first error with nothing running. */
int womd_start(struct womd *w, struct diag *out);

/* Serves until SIGTERM or SIGINT. SIGHUP reads the configuration and the files
 * it names anew; only what differs is changed. */
void womd_run(struct womd *w);

#endif
