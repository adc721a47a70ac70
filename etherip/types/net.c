/* etherip/types/net.c - the schema of the net module, with the traffic groups of cm that
 * pairs need. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/net.h"

#include <stddef.h>

#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/netfailover.h"
#include "etherip/types/netfdb.h"
#include "etherip/types/netroute.h"
#include "etherip/types/netsettings.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/selfip.h"
#include "etherip/types/trafficgroup.h"
#include "etherip/types/vlangroup.h"

static const struct prop no_props[] = { { .name = NULL } };

/* A type that F5 has and we have not. */
#define REFUSED(id, w, why)						\
	static const struct type id = {					\
		.words = w, .title = w, .naming = TYPE_NAMED,		\
		.size = sizeof(struct object), .props = no_props,	\
		.help = "not supported yet", .refused = why,		\
	};

#define EIP	"tunnels are EtherIP (RFC 3378): see net tunnels etherip"

#define REFUSED_TYPES(X)						\
	X(fec, "net tunnels fec", EIP)					\
	X(geneve, "net tunnels geneve", EIP)				\
	X(gre, "net tunnels gre", EIP)					\
	X(ipip, "net tunnels ipip", EIP)				\
	X(ipsec, "net tunnels ipsec", EIP)				\
	X(v6rd, "net tunnels v6rd", EIP)				\
	X(vxlan, "net tunnels vxlan", EIP)				\
	X(wccp, "net tunnels wccp", EIP)				\
	X(domain, "net route-domain", "there is one table of routes")	\
	X(stp, "net stp", "what switches say to one another does not cross, "	\
	    "and loops are kept out by split-horizon")			\
	X(trunk, "net trunk", "the kernel makes bonds: a VLAN's interface "	\
	    "may be one")

REFUSED_TYPES(REFUSED)

#define ADDRESS(id, w, why)	&id,

static const struct type *const net_types[] = {
	&trafficgroup_type, &netsettings_type, &netfailover_type,
	&netvlan_type, &eiptunnel_profile_type, &eiptunnel_type,
	&vlangroup_type, &selfip_type, &netroute_type,
	&netfdb_tunnel_type, &netfdb_vlan_type,
	REFUSED_TYPES(ADDRESS)
	NULL
};

static const char builtin[] =
    "cm traffic-group " TRAFFICGROUP_LOCAL " { is-floating false }\n"
    "net tunnels etherip /Common/etherip { defaults-from none }\n";

const struct schema net_schema = {
	.types = net_types,
	.builtin = builtin,
};
