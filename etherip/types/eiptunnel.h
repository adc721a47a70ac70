/* etherip/types/eiptunnel.h - net tunnels tunnel: the other site, frames to and from which
 * go in EtherIP (RFC 3378); and net tunnels etherip, the profile that says so, of which
 * there is nothing else to say. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_EIPTUNNEL_H
#define ETHERIP_TYPES_EIPTUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define EIPTUNNEL_WORDS	"net tunnels tunnel"

struct eipprofile {
	struct object	 obj;
	char		*defaults_from;	/* full path; NULL = none */
	char		*description;
};

/* Which way frames go. */
enum eiptunnel_mode {
	EIPTUNNEL_BIDIRECTIONAL, EIPTUNNEL_INBOUND, EIPTUNNEL_OUTBOUND
};

/* What becomes of a frame that does not fit the way to the peer. */
enum eiptunnel_oversize {
	EIPTUNNEL_FRAGMENT,	/* the datagram around it is cut (IP) */
	EIPTUNNEL_ICMP,		/* its source is told (RFC 1191, RFC 8201) */
	EIPTUNNEL_DROP
};

enum eiptunnel_protection { EIPTUNNEL_PLAIN, EIPTUNNEL_IPSEC };

enum eiptunnel_liveness {
	EIPTUNNEL_UNWATCHED, EIPTUNNEL_BFD, EIPTUNNEL_ECHO
};

struct eiptunnel {
	struct object	 obj;
	bool		 accept_reversed;	/* version 03 00, too */
	bool		 check_interface;	/* of what comes in */
	char		*description;
	bool		 enabled;
	uint32_t	 liveness;	/* enum eiptunnel_liveness */
	uint32_t	 liveness_interval_ms, liveness_multiplier;
	bool		 liveness_mtu;	/* its packets are as long as datagrams get */
	struct addr	 local_address, remote_address;
	uint32_t	 max_stations;	/* learned behind it; 0 = as the group */
	uint32_t	 min_ttl;	/* of what is taken; 0 = any */
	uint32_t	 mode;		/* enum eiptunnel_mode */
	uint32_t	 mtu;		/* of frames' packets; 0 = what fits */
	uint32_t	 oversize;	/* enum eiptunnel_oversize */
	char		*profile;	/* full path */
	uint32_t	 protection;	/* enum eiptunnel_protection */
	struct addr	 secondary_address;	/* of this unit alone, or none */
	char		*tcp_mss;	/* see eiptunnel_mss */
	char		*tos;		/* see eiptunnel_tos */
	char		*traffic_group;	/* full path; NULL = local_address is
					 * this unit's */
	bool		 use_pmtu;
};

extern const struct type eiptunnel_type;
extern const struct type eiptunnel_profile_type;

#define EIPTUNNEL_MSS_OFF	0u
#define EIPTUNNEL_MSS_AUTO	UINT32_MAX	/* what the MTU leaves */

/* Octets that TCP of the guests may have in a segment, or one of these. */
uint32_t eiptunnel_mss(const struct eiptunnel *t);

#define EIPTUNNEL_TOS_PRESERVE	(-1)	/* as the packet inside has it */

/* The DS octet of the datagrams outside, 0..255, or that. */
int eiptunnel_tos(const struct eiptunnel *t);

#endif
