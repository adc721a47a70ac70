/* etherip/path/pathout.h - the thread that carries what the LAN sends into a tunnel: read from
 * the TAP, judged, cut, and sent in batches. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHOUT_H
#define ETHERIP_PATH_PATHOUT_H

#include <stddef.h>
#include <stdint.h>

struct worker;

/* The memory that the thread wants in lane->room: zeroed, in whole pages. */
size_t pathout_room(void);
/* worker_config.run; arg is a struct pathlane. */
void pathout_run(struct worker *w, void *arg);

#endif
