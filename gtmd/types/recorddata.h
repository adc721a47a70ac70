/* gtmd/types/recorddata.h - the data of a record, from a member that spells it
 * out. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_RECORDDATA_H
#define GTMD_TYPES_RECORDDATA_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/types/recordtype.h"

struct pool_member;

#define RECORDDATA_MAX	8192	/* octets: more than any member can have */

/*
 * recorddata_write - the RDATA of a member of any type but a and aaaa.
 *
 * out    to   names uncompressed (RFC 2782, 3403, 9460 ask for it) and in lower
 *             case; SvcParams in the order of their keys
 * ret    octets in it; 0 when the member's key is no domain name
 * src    RFC 1035 3.3.1 CNAME, 3.3.9 MX, 3.3.14 TXT; RFC 2782 SRV; RFC 3403
 *        4.1 NAPTR; RFC 9460 2.2 SVCB and HTTPS, 14.3.2 their keys
 */
size_t recorddata_write(enum wide_type type, const struct pool_member *m,
    uint8_t to[RECORDDATA_MAX]);

#endif
