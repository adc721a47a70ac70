/* gtmd/service_replace.h - how one daemon takes the place of another with no
 * query, no change and no count lost: both sides, over handover.h.
 *
 * The heir loads as a guest of the holder's state directory. Once it answers
 * from the same sockets it is told to be alone, and only then writes. The holder
 * lets its TCP clients end, and ends. Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVICE_REPLACE_H
#define GTMD_SERVICE_REPLACE_H

struct diag;
struct err;
struct persist;
struct service;

/* The heir asks whoever has the state directory; service.taker stays NULL when
 * nobody has. ret 0, or why it won't. */
int service_replace_ask(struct service *s, struct err *e);
/* What clients were answered: the holder's table, or a new one. */
struct persist *service_replace_records(struct service *s);
/* When all is loaded and published: answers, and takes over. ret 0, or the code
 * of the first finding, and then the holder goes on. */
int service_replace_start(struct service *s, struct diag *out);
/* Lets the next one come; listening as in giver_config. Findings are warnings:
 * who cannot be replaced may be restarted. */
void service_replace_offer(struct service *s, int listening,
    struct diag *out);

#endif
