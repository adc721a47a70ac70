/* wom/womd.h - the running daemon: what main starts, signals steer and the
 * control loop drives.
 *
 * Owns every part and joins them: store to gate to peers and listeners. Decides
 * nothing itself. SIGHUP reads the configuration and the files it names anew;
 * only what differs is changed. Layer: wom.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_WOMD_H
#define WOM_WOMD_H

struct daemonlife_kind;

/* For daemonlife_serve, with nothing of its own. */
extern const struct daemonlife_kind womd_kind;

#endif
