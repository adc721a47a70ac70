/* gtmd/query/authority.h - the authority section of a positive answer, for wide IPs
 * without minimal-response: the NS of the zone, and addresses of those servers
 * that are ours to tell. What does not fit is left out. Layer: gtmd, pure but
 * for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_AUTHORITY_H
#define GTMD_QUERY_AUTHORITY_H

struct answer;
struct reply;

/* For the name that a->step stands on. */
void authority_add(struct answer *a, struct reply *r);

#endif
