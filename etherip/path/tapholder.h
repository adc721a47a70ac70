/* etherip/path/tapholder.h - a process that has the TAPs of an etheripd open, too, so that they
 * have carrier, and are ports of their bridges, while that one is replaced by another. It can
 * nothing else: no privilege, no file, few calls of the system (seccomp).
 *
 * It is told by the line that its start gives (tapword.h). When that ends, it stays for as
 * long as it was told, and gives the TAPs to who comes meanwhile: root, or the user that it
 * is itself. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_TAPHOLDER_H
#define ETHERIP_PATH_TAPHOLDER_H

struct err;

#define TAPHOLDER_MAX	1024u	/* TAPs */

/* Makes it, in a session of its own and no child of ours, before there are threads. Returns
 * the line to it, close-on-exec; or a negative code with a sentence. */
int tapholder_start(struct err *e);

#endif
