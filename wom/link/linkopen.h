/* wom/link/linkopen.h - where a stream goes: the body of OPEN.
 * Layer: wom/link, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_LINK_LINKOPEN_H
#define WOM_LINK_LINKOPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

#define LINKOPEN_NAME_MAX	255
#define LINKOPEN_DOMAIN_MAX	64
#define LINKOPEN_MAX							\
	(1 + 2 * 19 + 2 + LINKOPEN_NAME_MAX + LINKOPEN_DOMAIN_MAX)

struct linkopen {
	struct addrport dest;	/* that the LAN's peer wanted to reach */
	struct addrport source;	/* the LAN's peer; family 0: not told */
	bool	bulk;		/* never ahead of others */
	bool	alone;		/* nothing of it is kept or copied, either way */
	char	application[LINKOPEN_NAME_MAX + 1];
	/* Whose octets its blocks may be copied from, either way; "": of all streams
	 * that name none (wom/codec/dedupdomain.h). */
	char	domain[LINKOPEN_DOMAIN_MAX + 1];
};

/* Writes it to out and returns how many octets it took. */
size_t linkopen_write(const struct linkopen *o, uint8_t out[LINKOPEN_MAX]);
/* False: len octets at in are none. */
bool linkopen_read(struct linkopen *o, const uint8_t *in, size_t len);

#endif
