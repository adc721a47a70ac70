/* etherip/etheripd.h - the running daemon: what main starts, signals steer and the
 * control loop drives.
 *
 * Owns every part and joins them: store to gate to groups and addresses. Decides
 * nothing itself. SIGHUP reads the configuration anew; only what differs is changed.
 * When it has ended, what is in the kernel stays for the next process. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_ETHERIPD_H
#define ETHERIP_ETHERIPD_H

struct daemonlife_kind;
struct err;

/* For daemonlife_serve, with nothing of its own. */
extern const struct daemonlife_kind etheripd_kind;

/* Takes all that a daemon with this state directory, or any in this network namespace, has
 * made out of the kernel. 0, or the code with a sentence in e. */
int etheripd_clear(const char *state_dir, struct err *e);

#endif
