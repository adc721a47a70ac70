/* gtmd/query/chaos.h - who we are: version.bind and id.server in class CH, told
 * only when configured (RFC 4892). Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_CHAOS_H
#define GTMD_QUERY_CHAOS_H

#include <stdbool.h>

struct question;
struct reply;
struct world_settings;

/* A question of class CH. False: nothing to tell, REFUSED. */
bool chaos_answer(struct reply *r, const struct question *q,
    const struct world_settings *s);

#endif
