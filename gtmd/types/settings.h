/* gtmd/types/settings.h - global settings: general, load-balancing, and dns,
 * which is ours: how this server speaks DNS and uses the machine.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_SETTINGS_H
#define GTMD_TYPES_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

/* gtm global-settings general: what takes effect so far. */
struct settings_general {
	struct object	 obj;
	uint32_t	 domain_name_check;	/* enum settings_name_check */
	bool		 monitor_disabled_objects;
	bool		 monitor_last_known;	/* over a restart */
	uint32_t	 monitor_unknown;	/* enum settings_unknown */
	char		*control_monitor;	/* full path; NULL = none */
	struct strlist	 control_targets;	/* addresses, or with a port */
	bool		 drain_persistent;	/* drain-persistent-requests */
	uint32_t	 static_persist_ipv4, static_persist_ipv6; /* bits */
	bool		 topology_allow_zero;
	char		*wideip_zone_nameserver;	/* a domain name */
};

enum settings_name_check {
	SETTINGS_NAME_STRICT, SETTINGS_NAME_ALLOW_UNDERSCORE,
	SETTINGS_NAME_IDN_COMPATIBLE, SETTINGS_NAME_NONE
};

/* What a place counts as while its monitors have no verdict. */
enum settings_unknown { SETTINGS_UNKNOWN_UP, SETTINGS_UNKNOWN_DOWN };

/* gtm global-settings load-balancing */
struct settings_lb {
	struct object	 obj;
	bool		 respect_fallback_dependency;
	bool		 verify_vs_availability;	/* as if each pool's
					 * verify-member-availability were on */
	bool		 failure_rcode_response;	/* for wide IPs without */
	uint32_t	 failure_rcode;
	uint32_t	 failure_rcode_ttl_s;
	bool		 topology_allow_zero;
	bool		 topology_longest_match;
	bool		 ignore_path_ttl;
	bool		 client_subnet;		/* topology-prefer-edns0-… */
	uint32_t	 decision_log_sample;	/* >= 1 */
};

/* gtm global-settings dns (ours) */
struct settings_dns {
	struct object	 obj;
	uint32_t	 threads;		/* UDP threads per listener; 0 = auto */
	uint32_t	 batch;			/* datagrams per system call, 1..64 */
	bool		 cookies;
	char		*cookie_secret_file;	/* NULL: random secrets */
	uint32_t	 rate_limit;		/* answers/s; 0 = none */
	uint32_t	 rate_limit_slip;
	uint32_t	 rate_limit_ipv4_len, rate_limit_ipv6_len;
	struct strlist	 rate_limit_exempt;	/* prefixes */
	struct strlist	 geoip_databases;	/* files */
	struct strlist	 cpu_affinity;		/* CPU numbers; empty = none */
	uint32_t	 udp_coalesce_us;	/* 0 = never wait for more */
	uint32_t	 udp_receive_buffer;	/* octets */
	uint32_t	 udp_response_max;	/* octets, 512..4096, default 1232 */
	uint32_t	 tcp_clients_max;	/* 1024 */
	uint32_t	 tcp_idle_timeout_ms;	/* 10000 */
	uint32_t	 tcp_query_timeout_ms;	/* one message within, 1000 */
	char		*version;		/* CHAOS version.bind; NULL = refused */
	char		*identity;		/* CHAOS id.server/hostname.bind */
	struct strlist	 wideip_zone_nameservers;	/* domain names, beside
						 * wideip-zone-nameserver */
};

/* UDP threads of a listener: as set, or as many as CPUs are bound or there to
 * be used. >= 1. */
unsigned settings_dns_threads(const struct settings_dns *s);

extern const struct type settings_general_type;
extern const struct type settings_lb_type;
extern const struct type settings_dns_type;

#endif
