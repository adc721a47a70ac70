/* zones/rrtype.h - facts about record types that serving depends on.
 *
 * Only types that RFC 1035 defines may have compressed names in their rdata
 * (RFC 3597 section 4); a few more have names that checks follow. Every other
 * type is octets. Layer: zones, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_RRTYPE_H
#define ZONES_RRTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RRTYPE_A	= 1,
	RRTYPE_NS	= 2,
	RRTYPE_CNAME	= 5,
	RRTYPE_SOA	= 6,
	RRTYPE_PTR	= 12,
	RRTYPE_MX	= 15,
	RRTYPE_TXT	= 16,
	RRTYPE_KEY	= 25,
	RRTYPE_AAAA	= 28,
	RRTYPE_SRV	= 33,
	RRTYPE_NAPTR	= 35,
	RRTYPE_DNAME	= 39,
	RRTYPE_OPT	= 41,
	RRTYPE_DS	= 43,
	RRTYPE_RRSIG	= 46,
	RRTYPE_NSEC	= 47,
	RRTYPE_NSEC3PARAM = 51,
	RRTYPE_NSEC3	= 50,
	RRTYPE_SVCB	= 64,
	RRTYPE_HTTPS	= 65,
	RRTYPE_ANY	= 255,
};

#define RRTYPE_CLASS_IN	1
#define RRTYPE_TEXT_MAX	12	/* "TYPE65535" and its NUL */

/* Where names stand in rdata: prefix octets, then count names, one after
 * the other. count 0 = none that we look at. */
struct rrtype_names {
	uint8_t	prefix;
	uint8_t	count;
	bool	compress;	/* RFC 3597 4: may be compressed */
};

/* One row of the table, or zeroes: no name in it concerns us. */
struct rrtype_names rrtype_names(uint16_t type);

/* Not data: 0, OPT and 128..255 (RFC 6895 section 3.1). */
bool rrtype_is_meta(uint16_t type);

/* Rdata of a type that we must understand has its form: address lengths, names
 * complete and uncompressed, SOA's five numbers. Other types: always true. */
bool rrtype_check(uint16_t type, const uint8_t *rdata, size_t len);

/* Octets of the uncompressed name at p, at most left of them, or 0. */
size_t rrtype_name_len(const uint8_t *p, size_t left);

/* "AAAA", else "TYPE1234" (RFC 3597 5). Returns buf. */
const char *rrtype_format(uint16_t type, char buf[RRTYPE_TEXT_MAX]);

#endif
