/* etherip/path/pathin.h - the thread that carries what comes out of a tunnel to the LAN:
 * received in batches, checked, judged, put together where that pays, and written to the TAP.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHIN_H
#define ETHERIP_PATH_PATHIN_H

#include <stddef.h>
#include <stdint.h>

struct worker;

/* The memory that the thread wants in lane->room: zeroed, in whole pages. */
size_t pathin_room(void);
/* worker_config.run; arg is a struct pathlane. */
void pathin_run(struct worker *w, void *arg);

#endif
