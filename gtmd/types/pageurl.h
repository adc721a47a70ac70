/* gtmd/types/pageurl.h - the address of a page that is looked at by HTTP.
 *
 * Addresses alone: who watches a name server does not ask one. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_PAGEURL_H
#define GTMD_TYPES_PAGEURL_H

#include <stdbool.h>

#include "core/base/addr.h"

struct err;

struct pageurl {
	struct addrport	 to;
	bool		 tls;
	const char	*path;		/* within the text: "/…", or "/" itself */
};

/* http[s]://ADDRESS[:PORT][/PATH], an IPv6 address in brackets; without user, name
 * or fragment. 0, ERR_PARSE or ERR_RANGE. u->path is borrowed from text. */
int pageurl_parse(const char *text, struct pageurl *u, struct err *e);

#endif
