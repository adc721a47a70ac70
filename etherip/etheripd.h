/* etherip/etheripd.h - the running daemon: what main starts, signals steer and the
 * control loop drives.
 *
 * Owns every part and joins them: store to gate to groups and addresses. Decides
 * nothing itself. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_ETHERIPD_H
#define ETHERIP_ETHERIPD_H

#include <stdbool.h>

struct diag;
struct err;
struct etheripd;

struct etheripd_config {
	const char	*config_path;
	const char	*state_dir;
	const char	*control;	/* path of the control socket; NULL =
					 * control.sock in state_dir */
	bool		 lenient;	/* list and skip what we don't know */
};

/* Makes the parts, takes the state directory. NULL with a sentence in e. */
struct etheripd *etheripd_new(const struct etheripd_config *c, struct err *e);
/* Frees; what is in the kernel stays for the next process. NULL is harmless. */
void etheripd_free(struct etheripd **pw);

/* Loads the configuration, opens sockets and serves from etheripd_run on. Findings
 * go to out; 0, or the code of the first error with nothing running. */
int etheripd_start(struct etheripd *w, struct diag *out);

/* Serves until SIGTERM or SIGINT. SIGHUP reads the configuration anew; only what differs is
 * changed. */
void etheripd_run(struct etheripd *w);

/* Takes all that a daemon with this state directory, or any in this network namespace, has
 * made out of the kernel. 0, or the code with a sentence in e. */
int etheripd_clear(const char *state_dir, struct err *e);

#endif
