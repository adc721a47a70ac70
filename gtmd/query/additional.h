/* gtmd/query/additional.h - addresses of the names in an answer, to spare who asked
 * the next query.
 *
 * Only what was promised to be useful and fits: it is never a reason to
 * truncate (RFC 2181 section 9). Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_ADDITIONAL_H
#define GTMD_QUERY_ADDITIONAL_H

#include <stddef.h>
#include <stdint.h>

struct answer;
struct reply;

/* What the zones hold at that name itself: addresses of a name server. at is
 * where the name stands in the message, uncompressed. */
void additional_from_zones(const struct answer *a, struct reply *r,
    const uint8_t *name, size_t at);

/*
 * additional_add - A and AAAA of the targets of an MX, SRV, HTTPS or SVCB
 * answer: what a wide IP answers at that name, else the zones.
 *
 * in     start  where the first of the count records stands in the message
 * after  picks are made, and counted, as if the addresses had been asked for.
 *        A target that has a CNAME brings nothing
 * src    RFC 1035 3.3.9, RFC 2782 ("Usage rules"), RFC 9460 4.1
 */
void additional_add(struct answer *a, struct reply *r, size_t start,
    unsigned count);

#endif
