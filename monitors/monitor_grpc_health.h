/* monitors/monitor_grpc_health.h - "gtm monitor grpc-health", ours: the health that
 * a gRPC server tells of itself or of one of its services. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_GRPC_HEALTH_H
#define MONITORS_MONITOR_GRPC_HEALTH_H

#include "monitors/monitor.h"

struct monitor_grpc_health {
	struct monitor	 base;
	char		*service;	/* NULL = the server as a whole */
	char		*host;		/* :authority and TLS name; NULL = address */
	char		*ca_file;	/* NULL = the system's */
	bool		 tls;
	bool		 verify;	/* TLS: certificate and name */
};

extern const struct type monitor_grpc_health_type;

#endif
