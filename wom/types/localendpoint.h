/* wom/types/localendpoint.h - this end of the tunnels: where peers reach it, how
 * TLS is spoken, what becomes of connections that no peer has a route for.
 * Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_LOCALENDPOINT_H
#define WOM_TYPES_LOCALENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct addr;
struct type;

#define LOCALENDPOINT_ADDRESSES_MAX	16

/* Selected connections that no remote endpoint has a route for. */
enum localendpoint_no_route { LOCALENDPOINT_PASSTHRU, LOCALENDPOINT_DROP };

/* The source address of a connection that the far end opens: the client's own,
 * (this end's, refused,) or that of the far end. */
enum localendpoint_snat {
	LOCALENDPOINT_SNAT_NONE, LOCALENDPOINT_SNAT_LOCAL,
	LOCALENDPOINT_SNAT_REMOTE
};

/* There is one, always. */
struct localendpoint {
	struct object	 obj;
	struct strlist	 addresses;	/* none: no tunnel, either way */
	bool		 allow_nat;
	char		*client_ssl, *server_ssl;	/* full paths or NULL */
	char		*description;
	bool		 enabled;	/* endpoint */
	uint32_t	 no_route;	/* enum localendpoint_no_route */
	uint32_t	 snat;		/* enum localendpoint_snat */
	uint32_t	 tunnel_port;
};

extern const struct type localendpoint_type;

/* What remote endpoints and the local one are looked up by: each counts on the
 * other without naming it. */
#define LOCALENDPOINT_PEERS	"wom remote-endpoint"

/* Is this one of its addresses, however that is written? */
bool localendpoint_has(const struct localendpoint *l, const struct addr *a);

#endif
