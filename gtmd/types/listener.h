/* gtmd/types/listener.h - where DNS is served: one address, port, protocol.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_LISTENER_H
#define GTMD_TYPES_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define LISTENER_PROXIES_MAX	64
#define LISTENER_INTERFACES_MAX	16

enum listener_proto { LISTENER_UDP, LISTENER_TCP };

struct listener {
	struct object	 obj;
	bool		 enabled;
	char		*description;
	struct addr	 address;	/* may be 0.0.0.0 or :: */
	struct addr	 mask;		/* family 0 = all ones; settled to that */
	uint32_t	 port;
	uint32_t	 proto;		/* enum listener_proto */
	struct strlist	 proxies;	/* prefixes */
	char		*tls_certificate;	/* files; both or none */
	char		*tls_key;
	bool		 xdp;		/* where it can be had */
	struct strlist	 xdp_interfaces;	/* none = by the address */
};

extern const struct type listener_type;

#endif
