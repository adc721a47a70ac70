/* gtmd/types/gtm.c - the schema of the gtm module: which object types there
 * are, and which of F5's are refused and why.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/gtm.h"

#include <stddef.h>

#include "core/model/object.h"
#include "core/model/type.h"
#include "gtmd/types/datacenter.h"
#include "gtmd/types/hypervisor.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/migration.h"
#include "gtmd/types/pathsettings.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/proberpool.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/region.h"
#include "gtmd/types/servedzone.h"
#include "gtmd/types/server.h"
#include "gtmd/types/settings.h"
#include "gtmd/types/topology.h"
#include "gtmd/types/wideip.h"
#include "monitors/monitor.h"
#include "monitors/monitor_db.h"
#include "monitors/monitor_dns.h"
#include "monitors/monitor_grpc_health.h"
#include "monitors/monitor_metrics.h"
#include "monitors/monitor_redis.h"

static const struct prop no_props[] = { { .name = NULL } };

/* A type that F5 has and we have not. */
#define REFUSED(id, w, how, why)					\
	static const struct type id = {					\
		.words = w, .title = w, .naming = how,			\
		.size = sizeof(struct object), .props = no_props,	\
		.help = "not supported yet", .refused = why,		\
	};

#define REFUSED_TYPES(X)						\
	X(link, "gtm link", TYPE_NAMED, "links are not watched yet")	\
	X(rule, "gtm rule", TYPE_NAMED, "rules are not run yet")	\
	X(distributed_app, "gtm distributed-app", TYPE_NAMED,		\
	    "wide IPs do not depend on one another yet")		\
	X(doh_proxy, "gtm listener-doh-proxy", TYPE_NAMED,		\
	    "DNS is served over UDP and TCP so far")			\
	X(doh_server, "gtm listener-doh-server", TYPE_NAMED,		\
	    "DNS is served over UDP and TCP so far")			\
	X(pool_untyped, "gtm pool", TYPE_NAMED,				\
	    "since version 12 a pool has a type: write gtm pool a, aaaa, "	\
	    "cname, mx, srv or naptr")					\
	X(wideip_untyped, "gtm wideip", TYPE_NAMED,			\
	    "since version 12 a wide IP has a type: write gtm wideip a, "	\
	    "aaaa, cname, mx, srv or naptr")

#define MONITOR(X, id, w)						\
	X(monitor_##id, "gtm monitor " w, TYPE_NAMED,			\
	    REFUSED_MONITORS)

#define MONITORS(X)						\
	MONITOR(X, bigip, "bigip")					\
	MONITOR(X, bigip_link, "bigip-link")				\
	MONITOR(X, firepass, "firepass")				\
	MONITOR(X, ftp, "ftp")						\
	MONITOR(X, gtp, "gtp")						\
	MONITOR(X, imap, "imap")					\
	MONITOR(X, ldap, "ldap")					\
	MONITOR(X, mssql, "mssql")					\
	MONITOR(X, nntp, "nntp")					\
	MONITOR(X, oracle, "oracle")					\
	MONITOR(X, pop3, "pop3")					\
	MONITOR(X, radius, "radius")					\
	MONITOR(X, radius_accounting, "radius-accounting")		\
	MONITOR(X, real_server, "real-server")				\
	MONITOR(X, scripted, "scripted")				\
	MONITOR(X, sip, "sip")						\
	MONITOR(X, smtp, "smtp")					\
	MONITOR(X, snmp, "snmp")					\
	MONITOR(X, snmp_link, "snmp-link")				\
	MONITOR(X, soap, "soap")					\
	MONITOR(X, wap, "wap")						\
	MONITOR(X, wmi, "wmi")

REFUSED_TYPES(REFUSED)
MONITORS(REFUSED)

#define ADDRESS(id, w, how, why)	&id,

static const struct type *const gtm_types[] = {
	&datacenter_type, &server_type, &listener_type, &servedzone_type,
	&pool_type_a, &pool_type_aaaa, &pool_type_cname,
	&pool_type_mx, &pool_type_srv, &pool_type_naptr,
	&pool_type_https, &pool_type_svcb, &pool_type_txt,
	&wideip_type_a, &wideip_type_aaaa, &wideip_type_cname,
	&wideip_type_mx, &wideip_type_srv, &wideip_type_naptr,
	&wideip_type_https, &wideip_type_svcb, &wideip_type_txt,
	&region_type, &topology_type, &proberpool_type,
	&hypervisor_type, &migration_type,
	&monitor_dns_type, &monitor_external_type, &monitor_gateway_icmp_type,
	&monitor_grpc_health_type, &monitor_http_type, &monitor_https_type,
	&monitor_metrics_type, &monitor_mysql_type, &monitor_postgresql_type,
	&monitor_redis_type,
	&monitor_tcp_half_open_type, &monitor_tcp_type, &monitor_udp_type,
	&settings_general_type, &settings_lb_type, &settings_dns_type,
	&pathsettings_type, &pathsettings_exclusions_type,
	REFUSED_TYPES(ADDRESS)
	MONITORS(ADDRESS)
	NULL
};

const struct schema gtm_schema = {
	.types = gtm_types,
	.builtin = monitor_builtin,
};
