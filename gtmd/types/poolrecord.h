/* gtmd/types/poolrecord.h - members of pools of type mx, srv, naptr, https,
 * svcb and txt: records that the operator spells out, property by property.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_POOLRECORD_H
#define GTMD_TYPES_POOLRECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/prop.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"

/* One struct for all of them; a type's table leaves out what it lacks. Pools of
 * addresses, which may have very many members, do without. */
struct poolrecord {
	struct pool_member member;	/* key: exchange, target, replacement;
					 * txt: any word */
	uint32_t	 order;		/* naptr */
	uint32_t	 priority;	/* mx, srv; naptr: preference; https,
					 * svcb: svc-priority, 0 = AliasMode */
	uint32_t	 weight;	/* srv */
	uint32_t	 port;		/* srv; https, svcb: 0 = not told */
	char		*flags, *service;	/* naptr */
	char		*text;		/* txt */
	struct strlist	 alpn;		/* https, svcb */
	bool		 no_default_alpn;
	struct strlist	 ipv4hint, ipv6hint;
};

#define POOLRECORD_TEXT_MAX	4000	/* octets of a text */
#define POOLRECORD_LIST_MAX	16	/* protocols, hints of one family */

extern const struct type poolrecord_type_mx;
extern const struct type poolrecord_type_srv;
extern const struct type poolrecord_type_naptr;
extern const struct type poolrecord_type_https;
extern const struct type poolrecord_type_svcb;
extern const struct type poolrecord_type_txt;

/* Has the member of such a pool a domain name that leads on, rather than an
 * address or a text? */
bool poolrecord_is_name(enum wide_type type);

/*
 * poolrecord_leads - the types of wide IPs (bit 1 << type) that a resolver
 * asks for at the member's name, so that one of them has to be well.
 *
 * cname: any. mx, srv: addresses, or a CNAME that leads to some. https, svcb:
 * the same; with svc-priority 0 also their own type (RFC 9460 2.4.2). naptr:
 * after its flags A, S, or none (RFC 3404 4.3).
 */
unsigned poolrecord_leads(enum wide_type type, const struct pool_member *m);

#endif
