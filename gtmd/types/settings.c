/* gtmd/types/settings.c - the property tables of gtm global-settings general,
 * load-balancing and dns.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/settings.h"

#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "gtmd/types/domain.h"
#include "gtmd/types/probing.h"
#include "gtmd/types/refused.h"

#define DISCOVERY	"virtual servers are not discovered yet"
#define SYNC		"there is one node so far"

/* In the order of enum settings_name_check. */
static const char *const name_check_names[] = {
	"strict", "allow-underscore", "idn-compatible", "none", NULL
};

/* In the order of the RCODEs (RFC 1035 4.1.1). */
static const char *const rcode_names[] = {
	"noerror", "formerr", "servfail", "nxdomain", "notimpl", "refused",
	NULL
};

/* In the order of enum settings_unknown. */
static const char *const unknown_names[] = { "up", "down", NULL };

/* It becomes MNAME and NS target, which are host names (RFC 1123 2.1). */
static int
check_nameserver(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (domain_check(text, DOMAIN_UNDERSCORE, DOMAIN_NAME, e) != 0)
		return err_wrap(e, "%s", p->name);
	return 0;
}

/* CPU_SET(3) holds 1024 of them. */
static int
check_cpu(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 4 || text[digits] != '\0' ||
	    strtoul(text, NULL, 10) > 1023)
		return err_set(e, ERR_RANGE, "%s: \"%s\" is not a CPU number "
		    "in 0..1023", p->name, text);
	return 0;
}

static int
check_target(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addrport to;

	if (addr_parse(text, &to.addr) != 0 && addr_parse_port(text, &to) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is no address, nor "
		    "one with a port such as 192.0.2.1:53", p->name, text);
	return 0;
}

static int
check_prefix(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (addr_parse_prefix(text, &prefix) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not a network "
		    "such as 192.0.2.0/24", p->name, text);
	return 0;
}

unsigned
settings_dns_threads(const struct settings_dns *s)
{
	cpu_set_t may;

	if (s->threads != 0)
		return s->threads;
	if (s->cpu_affinity.count != 0)
		return (unsigned)s->cpu_affinity.count;
	CPU_ZERO(&may);
	if (sched_getaffinity(0, sizeof(may), &may) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&may);
}

static const struct prop general_props[] = {
	REFUSED_FLAG("allow-nxdomain-override", prop_no_yes, "no",
	    "an answer comes from a wide IP or from a zone, never from both",
	    "let wide IPs answer where a zone says NXDOMAIN"),
	REFUSED_FLAG("auto-discovery", prop_no_yes, "no", DISCOVERY,
	    "find virtual servers and links by themselves"),
	REFUSED_NUMBER("auto-discovery-interval", "30", "s", DISCOVERY,
	    "time between two discoveries"),
	REFUSED_NUMBER("automatic-configuration-save-timeout", "15", "s",
	    "every change is on disk before it counts",
	    "time until a change is saved"),
	REFUSED_FLAG("cache-ldns-servers", prop_no_yes, "yes",
	    "resolvers are sampled, see /mgmt/tm/gtm/resolvers",
	    "remember the resolvers that asked"),
	{ .name = "domain-name-check", .kind = PROP_ENUM,
	  .off = offsetof(struct settings_general, domain_name_check),
	  .names = name_check_names, .dflt = "allow-underscore",
	  .help = "which octets the names of wide IPs may hold" },
	{ .name = "drain-persistent-requests", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_general, drain_persistent),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "a disabled pool keeps the clients that persistence has "
	      "for it" },
	REFUSED_FLAG("forward-status", prop_disabled_enabled, "disabled",
	    SYNC, "tell states to other data centers"),
	REFUSED_FLAG("gtm-sets-recursion", prop_no_yes, "no",
	    "this server is authoritative: RA is never set",
	    "set the RA bit in answers"),
	REFUSED_NUMBER("heartbeat-interval", "10", "s", REFUSED_IQUERY,
	    "time between two signs of life"),
	REFUSED_LIST("ignore-ltm-rate-limit-modes",
	    "rate limits of load balancers are not read yet",
	    "rate limits of load balancers that do not count"),
	REFUSED_TEXT("iquery-cipher-list", NULL, REFUSED_IQUERY,
	    "ciphers of iQuery"),
	REFUSED_TEXT("iquery-minimum-tls-version", NULL, REFUSED_IQUERY,
	    "lowest TLS version of iQuery"),
	{ .name = "monitor-disabled-objects", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_general, monitor_disabled_objects),
	  .names = prop_no_yes, .dflt = "no",
	  .help = "probe what is disabled too" },
	{ .name = "monitor-last-known", .kind = PROP_BOOL,
	  .flags = PROP_OURS,
	  .off = offsetof(struct settings_general, monitor_last_known),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "a start goes on from the states that were known; no: from "
	      "none" },
	{ .name = "monitor-unknown", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct settings_general, monitor_unknown),
	  .names = unknown_names, .dflt = "up",
	  .help = "what a place counts as while its monitors have no verdict" },
	REFUSED_NUMBER("nethsm-timeout", "20", "s", "zones are not signed yet",
	    "time that a hardware key store has"),
	REFUSED_TEXT("peer-leader", NULL, SYNC,
	    "the node that shares the configuration out"),
	{ .name = "prober-control-monitor", .kind = PROP_REF,
	  .flags = PROP_OURS, .ref = "gtm monitor",
	  .off = offsetof(struct settings_general, control_monitor),
	  .help = "what the control targets are probed with" },
	{ .name = "prober-control-targets", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = 16, .check = check_target,
	  .off = offsetof(struct settings_general, control_targets),
	  .help = "addresses that are reached as long as anything is: while "
	      "more than half are not, nothing goes down" },
	REFUSED_FLAG("send-wildcard-rrs", prop_disabled_enabled, "disabled",
	    "wide IPs write nothing into zones",
	    "write pattern wide IPs into zones as wildcard records"),
	{ .name = "static-persist-cidr-ipv4", .kind = PROP_U32,
	  .off = offsetof(struct settings_general, static_persist_ipv4),
	  .max = 32, .dflt = "32", .unit = "bits",
	  .help = "bits that make IPv4 clients one, in static-persistence "
	      "and ratio-cohort" },
	{ .name = "static-persist-cidr-ipv6", .kind = PROP_U32,
	  .off = offsetof(struct settings_general, static_persist_ipv6),
	  .max = 128, .dflt = "128", .unit = "bits",
	  .help = "bits that make IPv6 clients one, in static-persistence "
	      "and ratio-cohort" },
	REFUSED_FLAG("synchronization", prop_no_yes, "no", SYNC,
	    "share the configuration with other nodes"),
	REFUSED_TEXT("synchronization-group-name", "default", SYNC,
	    "the group of nodes"),
	REFUSED_NUMBER("synchronization-time-tolerance", "10", "s", SYNC,
	    "how far clocks may differ"),
	REFUSED_NUMBER("synchronization-timeout", "180", "s", SYNC,
	    "time that sharing has"),
	REFUSED_FLAG("synchronize-zone-files", prop_no_yes, "no", SYNC,
	    "share zone files with other nodes"),
	REFUSED_NUMBER("synchronize-zone-files-timeout", "300", "s", SYNC,
	    "time that sharing zone files has"),
	{ .name = "topology-allow-zero-scores", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_general, topology_allow_zero),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "method topology may answer what no record scores" },
	REFUSED_FLAG("virtuals-depend-on-server-state", prop_no_yes, "yes",
	    "a virtual server is never up while its server's monitor is down",
	    "a server that is down takes its virtual servers along"),
	{ .name = "wideip-zone-nameserver", .kind = PROP_STRING,
	  .off = offsetof(struct settings_general, wideip_zone_nameserver),
	  .max = 253, .dflt = "this.name.is.invalid",
	  .check = check_nameserver,
	  .help = "SOA MNAME and NS of a wide IP outside every zone" },
	{ .name = NULL }
};

#define FACTOR_ROW(what, d)						\
	REFUSED_NUMBER("qos-factor-" what, d, NULL,			\
	    "quality-of-service has upper limits that are fixed",	\
	    "upper limit in method quality-of-service")

static const struct prop lb_props[] = {
	{ .name = "decision-log-sample", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_lb, decision_log_sample), .min = 1,
	  .max = 1000000, .dflt = "1",
	  .help = "one of so many decisions is logged, of wide IPs with "
	      "load-balancing-decision-log-verbosity" },
	{ .name = "failure-rcode", .kind = PROP_ENUM,
	  .off = offsetof(struct settings_lb, failure_rcode),
	  .names = rcode_names, .dflt = "noerror",
	  .help = "failure-rcode of wide IPs without a response of their own" },
	{ .name = "failure-rcode-response", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, failure_rcode_response),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "answer failure-rcode when no pool can answer" },
	{ .name = "failure-rcode-ttl", .kind = PROP_U32,
	  .off = offsetof(struct settings_lb, failure_rcode_ttl_s),
	  .max = INT32_MAX, .dflt = "0", .unit = "s",
	  .help = "negative TTL of such an answer; 0 = no SOA in it" },
	{ .name = "ignore-path-ttl", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, ignore_path_ttl),
	  .names = prop_no_yes, .dflt = "no",
	  .help = "yes: what was measured of paths counts though it has "
	      "expired" },
	FACTOR_ROW("bps", "1000000"),
	FACTOR_ROW("hit-ratio", "10000"),
	FACTOR_ROW("hops", "25"),
	FACTOR_ROW("link-capacity", "1"),
	FACTOR_ROW("packet-rate", "10000"),
	FACTOR_ROW("rtt", "10000"),
	FACTOR_ROW("topology", "10"),
	FACTOR_ROW("vs-capacity", "1"),
	FACTOR_ROW("vs-score", "1"),
	{ .name = "respect-fallback-dependency", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, respect_fallback_dependency),
	  .names = prop_no_yes, .dflt = "no",
	  .help = "yes: fallback methods pick available members only" },
	{ .name = "topology-allow-zero-scores", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, topology_allow_zero),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "no: as the same of the general settings" },
	{ .name = "topology-longest-match", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, topology_longest_match),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "sort topology records, narrow ones first; no: by order" },
	{ .name = "topology-prefer-edns0-client-subnet", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, client_subnet),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "judge by EDNS client subnet (RFC 7871) who asks, for all "
	      "wide IPs" },
	{ .name = "verify-vs-availability", .kind = PROP_BOOL,
	  .off = offsetof(struct settings_lb, verify_vs_availability),
	  .names = prop_no_yes, .dflt = "no",
	  .help = "yes: no pool may do without verify-member-availability" },
	{ .name = NULL }
};

static const struct prop dns_props[] = {
	{ .name = "batch", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, batch), .min = 1, .max = 64,
	  .dflt = "32", .help = "datagrams read by one system call" },
	{ .name = "cookie-secret-file", .kind = PROP_STRING,
	  .flags = PROP_OURS, .max = 4096,
	  .off = offsetof(struct settings_dns, cookie_secret_file),
	  .help = "secrets that servers share (RFC 9018 5); none = random" },
	{ .name = "cookies", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, cookies),
	  .names = prop_no_yes, .dflt = "yes",
	  .help = "take and give DNS cookies (RFC 7873)" },
	{ .name = "cpu-affinity", .kind = PROP_STRINGS, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, cpu_affinity), .max = 256,
	  .check = check_cpu,
	  .help = "CPU numbers that UDP threads are bound to, in turn" },
	{ .name = "geoip-databases", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = 4,
	  .off = offsetof(struct settings_dns, geoip_databases),
	  .help = "MaxMind files (.mmdb) for continent, country, state and "
	      "ISP in topology records" },
	{ .name = "identity", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, identity), .max = 255,
	  .help = "answer to id.server and hostname.bind (RFC 4892)" },
	{ .name = "rate-limit", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, rate_limit),
	  .max = 1000000, .dflt = "200", .unit = "answers/s",
	  .help = "UDP answers of a kind to a network without cookie" },
	{ .name = "rate-limit-exempt", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = 64, .check = check_prefix,
	  .off = offsetof(struct settings_dns, rate_limit_exempt),
	  .help = "networks without limit, beside the loopback" },
	{ .name = "rate-limit-ipv4-prefix", .kind = PROP_U32,
	  .flags = PROP_OURS, .min = 8, .max = 32, .dflt = "24",
	  .off = offsetof(struct settings_dns, rate_limit_ipv4_len),
	  .unit = "bits", .help = "what is one IPv4 network" },
	{ .name = "rate-limit-ipv6-prefix", .kind = PROP_U32,
	  .flags = PROP_OURS, .min = 16, .max = 128, .dflt = "56",
	  .off = offsetof(struct settings_dns, rate_limit_ipv6_len),
	  .unit = "bits", .help = "what is one IPv6 network" },
	{ .name = "rate-limit-slip", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, rate_limit_slip), .max = 10,
	  .dflt = "2", .help = "every n-th answer over the limit says: by TCP" },
	{ .name = "tcp-clients-max", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, tcp_clients_max), .min = 1,
	  .max = 65535, .dflt = "1024", .help = "TCP connections at a time" },
	{ .name = "tcp-idle-timeout", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, tcp_idle_timeout_ms),
	  .min = 100, .max = 3600000, .dflt = "10000", .unit = "ms",
	  .help = "close a connection without queries (RFC 7766 6.2.3)" },
	{ .name = "tcp-query-timeout", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, tcp_query_timeout_ms),
	  .min = 100, .max = 60000, .dflt = "1000", .unit = "ms",
	  .help = "close a connection whose query does not end" },
	{ .name = "threads", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, threads), .max = 64,
	  .dflt = "0", .word = "auto",
	  .help = "UDP threads of a listener; auto = one for each CPU" },
	{ .name = "udp-coalesce", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, udp_coalesce_us), .max = 1000,
	  .dflt = "60", .unit = "us",
	  .help = "how long a query may wait for a fuller batch; 0 = never" },
	{ .name = "udp-receive-buffer", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, udp_receive_buffer),
	  .max = INT32_MAX / 2, .dflt = "1048576", .unit = "octets",
	  .help = "SO_RCVBUF of UDP sockets; 0 = the system's own" },
	{ .name = "udp-response-max", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, udp_response_max), .min = 512,
	  .max = 4096, .dflt = "1232", .unit = "octets",
	  .help = "longest UDP answer; longer ones are truncated" },
	{ .name = "version", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct settings_dns, version), .max = 255,
	  .help = "answer to version.bind and version.server" },
	{ .name = "wideip-zone-nameservers", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = 12, .check = check_nameserver,
	  .off = offsetof(struct settings_dns, wideip_zone_nameservers),
	  .help = "more NS of a wide IP outside every zone" },
	{ .name = NULL }
};

/* Without a port only an address can be asked. */
static void
check_general(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct settings_general *g = (const struct settings_general *)o;
	const struct object *m = g->control_monitor == NULL ? NULL :
	    draft_find_words(d, "gtm monitor", g->control_monitor);
	struct addrport to;

	if (g->control_targets.count > 0 && g->control_monitor == NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "prober-control-targets: without prober-control-monitor "
		    "nothing probes them");
	if (m == NULL || strcmp(m->type->words, "gtm monitor gateway-icmp") == 0)
		return;
	for (size_t i = 0; i < g->control_targets.count; i++)
		if (addr_parse_port(g->control_targets.v[i], &to) != 0)
			(void)objdiag_error(out, o, NULL, ERR_RANGE,
			    "prober-control-targets: %s has no port for "
			    "monitor %s", g->control_targets.v[i],
			    g->control_monitor);
}

const struct type settings_general_type = {
	.words = "gtm global-settings general",
	.title = "General settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct settings_general),
	.props = general_props,
	.check = check_general,
	.help = "what holds for all objects",
};

const struct type settings_lb_type = {
	.words = "gtm global-settings load-balancing",
	.title = "Load balancing settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct settings_lb),
	.props = lb_props,
	.help = "what holds for all pools and wide IPs",
};

const struct type settings_dns_type = {
	.words = "gtm global-settings dns",
	.title = "DNS settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct settings_dns),
	.props = dns_props,
	.help = "how this server speaks DNS and uses the machine",
};
