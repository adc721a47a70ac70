/* gtmd/query/apex.h - SOA and NS of a wide IP's own zone.
 *
 * A wide IP outside every served zone is a zone cut of its own: whoever
 * delegates just its name to us finds a zone there (RFC 1034 4.2.1). The two
 * records are made on the spot from global-settings. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_APEX_H
#define GTMD_QUERY_APEX_H

#include <stddef.h>
#include <stdint.h>

struct wbuf;
struct wide_apex;

#define APEX_TTL_S		3600	/* of SOA and NS when asked for */
#define APEX_NEGATIVE_TTL_S	60	/* no such name or type: a wide IP that
					 * is added is soon seen */

/* A zone's apex and where its name stands in the message. */
struct apex {
	const uint8_t	*name;	/* wire form */
	size_t		 len;
	size_t		 at;	/* its offset; past 0x3fff the name is written
				 * out, since no pointer reaches there */
};

/* Each gives the records written, or -1 with w as it was when there is no room.
 * The SOA's MINIMUM is negative_ttl_s (RFC 2308 section 4), its RNAME
 * hostmaster at the apex. */
int apex_write_soa(struct wbuf *w, const struct apex *a,
    const struct wide_apex *wa, uint32_t ttl_s, uint32_t negative_ttl_s);
int apex_write_ns(struct wbuf *w, const struct apex *a,
    const struct wide_apex *wa);

#endif
