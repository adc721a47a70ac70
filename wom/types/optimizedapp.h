/* wom/types/optimizedapp.h - wom optimized-application (ours): which connections
 * go through tunnels. One of a known name needs nothing but that: the name says
 * which ports. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_OPTIMIZEDAPP_H
#define WOM_TYPES_OPTIMIZEDAPP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define OPTIMIZEDAPP_PORTS_MAX	64

/* How connections get here: taken on their way by lan-vlans; made to listen; or made to
 * listen, of which somebody else has the socket, and taken on their way to it. */
enum optimizedapp_mode {
	OPTIMIZEDAPP_TRANSPARENT, OPTIMIZEDAPP_EXPLICIT, OPTIMIZEDAPP_TAKEOVER
};

struct optimizedapp {
	struct object	 obj;
	char		*description;
	struct addrport	 destination;	/* but transparent: where they go, by routes */
	bool		 enabled;
	struct addrport	 listen;	/* explicit, takeover; there port 0 with that
					 * of destination: all ports */
	uint32_t	 mode;		/* enum optimizedapp_mode */
	struct strlist	 ports;		/* transparent: ranges (portrange.h) */
	char		*profile;	/* full path of a wom profile isession */
};

/* A name that says which ports; tmsh text of ports. Ends with name NULL. */
struct optimizedapp_known {
	const char	*name, *ports, *help;
};

extern const struct optimizedapp_known optimizedapp_known[];
extern const struct type optimizedapp_type;

#endif
