/* gtmd/types/recordtype.c - see recordtype.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/recordtype.h"

#include <stddef.h>
#include <string.h>

#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"

#define ROW(t, n, wire, code)						\
	{ .name = n, .title = wire, .rrtype = code,			\
	  .pool = &pool_type_##t, .wide = &wideip_type_##t,		\
	  .wide_pool = &wideip_pool_type_##t }

const struct recordtype recordtype_rows[WIDE_TYPES] = {
	[WIDE_A] = ROW(a, "a", "A", 1),				/* RFC 1035 */
	[WIDE_AAAA] = ROW(aaaa, "aaaa", "AAAA", 28),		/* RFC 3596 */
	[WIDE_CNAME] = ROW(cname, "cname", "CNAME", 5),		/* RFC 1035 */
	[WIDE_MX] = ROW(mx, "mx", "MX", 15),			/* RFC 1035 */
	[WIDE_SRV] = ROW(srv, "srv", "SRV", 33),		/* RFC 2782 */
	[WIDE_NAPTR] = ROW(naptr, "naptr", "NAPTR", 35),	/* RFC 3403 */
	[WIDE_HTTPS] = ROW(https, "https", "HTTPS", 65),	/* RFC 9460 */
	[WIDE_SVCB] = ROW(svcb, "svcb", "SVCB", 64),		/* RFC 9460 */
	[WIDE_TXT] = ROW(txt, "txt", "TXT", 16),		/* RFC 1035 */
};

enum wide_type
recordtype_of(const struct type *t)
{
	int i;

	for (i = 0; i < WIDE_TYPES; i++) {
		const struct recordtype *r = &recordtype_rows[i];

		if (t == r->pool || t == r->wide || t == r->wide_pool)
			break;
	}
	return (enum wide_type)i;
}

enum wide_type
recordtype_find(const char *name)
{
	int i;

	for (i = 0; i < WIDE_TYPES; i++)
		if (name != NULL && strcmp(recordtype_rows[i].name, name) == 0)
			break;
	return (enum wide_type)i;
}
