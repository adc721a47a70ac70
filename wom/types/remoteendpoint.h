/* wom/types/remoteendpoint.h - a peer on the other side of the WAN. Its networks
 * are not configured here: it tells them when the tunnel stands.
 * Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_REMOTEENDPOINT_H
#define WOM_TYPES_REMOTEENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define REMOTEENDPOINT_CONNECTIONS_MAX	16	/* that a session has */
#define REMOTEENDPOINT_FINGERPRINTS_MAX	8
#define REMOTEENDPOINT_DOMAIN		"default"

enum remoteendpoint_snat {
	REMOTEENDPOINT_SNAT_DEFAULT,	/* the local endpoint's */
	REMOTEENDPOINT_SNAT_NONE, REMOTEENDPOINT_SNAT_LOCAL,
	REMOTEENDPOINT_SNAT_REMOTE
};

struct remoteendpoint {
	struct object	 obj;
	struct addr	 address;
	bool		 allow_routing;
	uint32_t	 connections;	/* of a session */
	char		*description;
	bool		 enabled;	/* endpoint */
	uint32_t	 origin;	/* enum womrows_origin */
	struct strlist	 peer_fingerprints;	/* none = as its TLS profile */
	char		*server_ssl;	/* full path; NULL = the local one's */
	uint32_t	 snat;		/* enum remoteendpoint_snat */
	char		*trust_domain;	/* NULL = what has no name, which HELLO
					 * calls REMOTEENDPOINT_DOMAIN */
	uint32_t	 tunnel_port;
};

extern const struct type remoteendpoint_type;

#endif
