/* gtmd/query/guard.h - what a reply may be to somebody whose address is not proven.
 *
 * Around the answer: reads the asker's cookie and gives the next one, and holds
 * answers by UDP to the rate limit. A good cookie, and TCP, is proof. Layer:
 * gtmd. SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_GUARD_H
#define GTMD_QUERY_GUARD_H

#include <stdbool.h>

#include "gtmd/query/cookie.h"

struct answer;
struct answer_room;
struct question;
struct reply;

/* Of the opened reply: what the question's cookie proves; puts the cookie that
 * goes back into r. */
enum cookie_kind guard_open(const struct answer *a, const struct question *q,
    struct reply *r);

/* Of the filled reply: lets it be, makes it smaller (TC, or BADCOOKIE for who
 * knows cookies, RFC 7873 5.2.3), or returns false: say nothing. */
bool guard_close(struct answer *a, const struct question *q, struct reply *r,
    enum cookie_kind proof);

#endif
