/* gtmd/types/recordtype.h - the record types that pools and wide IPs have: one
 * table for all who go from one to the next of them.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_RECORDTYPE_H
#define GTMD_TYPES_RECORDTYPE_H

#include <stdint.h>

struct type;

/* The usual ones first: the name table keeps them at hand (gtmd/query/wide.h). */
enum wide_type {
	WIDE_A, WIDE_AAAA, WIDE_CNAME,
	WIDE_MX, WIDE_SRV, WIDE_NAPTR,
	WIDE_HTTPS, WIDE_SVCB, WIDE_TXT,	/* ours */
	WIDE_TYPES
};

struct recordtype {
	const char	*name;		/* as in "gtm pool mx" */
	const char	*title;		/* in statistics: "MX" */
	uint16_t	 rrtype;	/* on the wire */
	const struct type *pool, *wide;
	const struct type *wide_pool;	/* item of the wide IP's pools */
};

extern const struct recordtype recordtype_rows[WIDE_TYPES];

/* The type of a pool, a wide IP, or a wide IP's item in pools; WIDE_TYPES for
 * any other object type. */
enum wide_type recordtype_of(const struct type *t);

/* By name; WIDE_TYPES when there is none, or name is NULL. */
enum wide_type recordtype_find(const char *name);

#endif
