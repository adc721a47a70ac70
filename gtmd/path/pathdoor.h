/* gtmd/path/pathdoor.h - who may be probed: a resolver that has proven its address
 * (TCP, or a good cookie), or one that came again some seconds later.
 *
 * The source of a datagram is anybody's word. A flood of made-up sources hardly
 * names one twice, so that it fills this table, which forgets the oldest, and
 * nothing else. A flood in one victim's name gets that one in: it is sent some
 * packets every path-ttl, which is nothing beside the answers that the rate
 * limit lets through to it. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHDOOR_H
#define GTMD_PATH_PATHDOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "gtmd/topology/clientnet.h"

#define PATHDOOR_GUESTS	65536	/* that are remembered: 2 MiB */
#define PATHDOOR_AGAIN_S	2	/* so much later counts as again */
#define PATHDOOR_FORGET_S	3600

struct pathdoor;

struct pathdoor *pathdoor_new(void);
void pathdoor_free(struct pathdoor **pd);

/* Is it let in? Who is not is remembered. now_s: never 0. */
bool pathdoor_knock(struct pathdoor *d, const struct clientnet *who,
    bool proven, uint32_t now_s);

#endif
