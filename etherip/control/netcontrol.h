/* etherip/control/netcontrol.h - the control socket: etheripd's branch of the REST tree.
 * Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETCONTROL_H
#define ETHERIP_CONTROL_NETCONTROL_H

struct diag;
struct err;
struct loop;
struct netcontrol;
struct netenact;
struct restevents;
struct restman;
struct store;

/* All borrowed for the control's life. */
struct netcontrol_config {
	const char	*path;		/* of the socket */
	const char	*state_dir;	/* where audit.log is */
	const char	*config_path;	/* configuration file */
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
	struct netenact	*enact;
	/* Reads the configuration anew, as SIGHUP does. */
	int		(*reload)(void *arg, struct diag *out);
	void		*arg;
};

/* What it has to tell of itself: types, routes, a sentence on each. */
extern const struct restman netcontrol_manual;

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. NULL with a sentence in
 * e. */
struct netcontrol *netcontrol_new(const struct netcontrol_config *c,
    struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int netcontrol_listen(struct netcontrol *c, struct err *e);
/* Before the loop and the store go. NULL is harmless. */
void netcontrol_free(struct netcontrol **pc);

#endif
