/* wom/control/womcontrol.h - the control socket: womd's branch of the REST tree.
 * Control loop only. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMCONTROL_H
#define WOM_CONTROL_WOMCONTROL_H

struct diag;
struct enact;
struct err;
struct loop;
struct restevents;
struct restman;
struct store;
struct womcontrol;

/* All borrowed for the control's life. */
struct womcontrol_config {
	const char	*path;		/* of the socket */
	const char	*state_dir;	/* where audit.log is */
	const char	*config_path;	/* configuration file */
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
	struct enact	*enact;
	/* Reads the configuration anew, as SIGHUP does. */
	int		(*reload)(void *arg, struct diag *out);
	void		*arg;
};

/* What it has to tell of itself: types, routes, a sentence on each. */
extern const struct restman womcontrol_manual;

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. NULL with a sentence in
 * e. */
struct womcontrol *womcontrol_new(const struct womcontrol_config *c,
    struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int womcontrol_listen(struct womcontrol *c, struct err *e);
/* Before the loop and the store go. NULL is harmless. */
void womcontrol_free(struct womcontrol **pc);

#endif
