/* gtmd/chain.h - follows a question through wide IPs and zones.
 *
 * At each name of the way the wide IP of the type has the first word, then a
 * CNAME wide IP, then the zones; aliases lead on, at most LOOKUP_STEPS_MAX
 * times. Wide IPs overlay the zones: a name that exists as a wide IP, or lies
 * between one and its zone's apex, exists for good (RFC 8020, RFC 4592 2.2.2),
 * and a wide IP that no zone encloses is a zone of its own (apex.h).
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CHAIN_H
#define GTMD_CHAIN_H

#include <stdbool.h>

struct answer;
struct question;
struct reply;

/* Fills the reply to a well-formed question of class IN: sections, counts,
 * rcode, AA, TC. False: a wide IP says to keep silent. */
bool chain_follow(struct answer *a, const struct question *q, struct reply *r);

#endif
