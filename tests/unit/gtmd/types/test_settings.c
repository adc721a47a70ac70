/* tests/unit/gtmd/types/test_settings.c - the global settings.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/settings.h"

#include "tests/unit/gtmd/types/conf.h"

#define GENERAL(line)	"gtm global-settings general {\n" line "\n}\n"
#define LB(line)	"gtm global-settings load-balancing {\n" line "\n}\n"
#define DNS(line)	"gtm global-settings dns {\n" line "\n}\n"

static void
every_property_is_read(void **state)
{
	static const char text[] =
	    GENERAL("domain-name-check idn-compatible\n"
	    "drain-persistent-requests no\nmonitor-disabled-objects yes\n"
	    "monitor-last-known no\nmonitor-unknown down\n"
	    "prober-control-monitor tcp\n"
	    "prober-control-targets { 192.0.2.7:53 2001:db8::1.53 }\n"
	    "static-persist-cidr-ipv4 24\nstatic-persist-cidr-ipv6 0\nsynchronization no\n"
	    "wideip-zone-nameserver ns1.siterequest.com")
	    LB("decision-log-sample 1000000\n"
	    "failure-rcode servfail\nfailure-rcode-response enabled\n"
	    "failure-rcode-ttl 10\nignore-path-ttl yes\nrespect-fallback-dependency yes\n"
	    "topology-allow-zero-scores no\ntopology-longest-match no\n"
	    "topology-prefer-edns0-client-subnet enabled\n"
	    "verify-vs-availability yes")
	    DNS("batch 64\ncookie-secret-file cookies\ncookies no\n"
	    "cpu-affinity { 1 3 }\ngeoip-databases { b.mmdb a.mmdb }\n"
	    "identity site1\nrate-limit 50\n"
	    "rate-limit-exempt { 192.0.2.0/24 2001:db8::/32 }\n"
	    "rate-limit-ipv4-prefix 32\nrate-limit-ipv6-prefix 64\n"
	    "rate-limit-slip 0\n"
	    "tcp-clients-max 10\ntcp-idle-timeout 500\n"
	    "tcp-query-timeout 200\nthreads 2\nudp-coalesce 50\n"
	    "udp-receive-buffer 0\nudp-response-max 4096\nversion \"gtmd 1\"\n"
	    "wideip-zone-nameservers { ns2.a.org ns3.a.org }");
	static const struct conf_value general[] = {
		{ "domain-name-check", "idn-compatible" },
		{ "drain-persistent-requests", "no" },
		{ "monitor-disabled-objects", "yes" },
		{ "monitor-last-known", "no" },
		{ "monitor-unknown", "down" },
		{ "prober-control-monitor", "/Common/tcp" },
		{ "prober-control-targets", "192.0.2.7:53 2001:db8::1.53" },
		{ "static-persist-cidr-ipv4", "24" },
		{ "static-persist-cidr-ipv6", "0" },
		{ "topology-allow-zero-scores", "yes" },
		{ "wideip-zone-nameserver", "ns1.siterequest.com" },
	};
	static const struct conf_value lb[] = {
		{ "decision-log-sample", "1000000" },
		{ "failure-rcode", "servfail" },
		{ "failure-rcode-response", "enabled" },
		{ "failure-rcode-ttl", "10" },
		{ "ignore-path-ttl", "yes" },
		{ "respect-fallback-dependency", "yes" },
		{ "topology-allow-zero-scores", "no" },
		{ "topology-longest-match", "no" },
		{ "topology-prefer-edns0-client-subnet", "enabled" },
		{ "verify-vs-availability", "yes" },
	};
	static const struct conf_value dns[] = {
		{ "batch", "64" }, { "cookie-secret-file", "cookies" },
		{ "cookies", "no" }, { "cpu-affinity", "1 3" },
		{ "geoip-databases", "a.mmdb b.mmdb" },
		{ "identity", "site1" }, { "rate-limit", "50" },
		{ "rate-limit-exempt", "192.0.2.0/24 2001:db8::/32" },
		{ "rate-limit-ipv4-prefix", "32" },
		{ "rate-limit-ipv6-prefix", "64" },
		{ "rate-limit-slip", "0" }, { "tcp-clients-max", "10" },
		{ "tcp-idle-timeout", "500" }, { "tcp-query-timeout", "200" },
		{ "threads", "2" }, { "udp-coalesce", "50" },
		{ "udp-receive-buffer", "0" }, { "udp-response-max", "4096" },
		{ "version", "gtmd 1" },
		{ "wideip-zone-nameservers", "ns2.a.org ns3.a.org" },
	};
	struct conf c;

	(void)state;
	conf_open_clean(&c, text);
	CONF_VALUES(draft_find(c.d, &settings_general_type, NULL), general);
	CONF_VALUES(draft_find(c.d, &settings_lb_type, NULL), lb);
	CONF_VALUES(draft_find(c.d, &settings_dns_type, NULL), dns);
	conf_close(&c);
}

static void
settings_are_there_before_anybody_wrote_them(void **state)
{
	static const struct conf_value general[] = {
		{ "domain-name-check", "allow-underscore" },
		{ "drain-persistent-requests", "yes" },
		{ "monitor-disabled-objects", "no" },
		{ "monitor-last-known", "yes" },
		{ "monitor-unknown", "up" },
		{ "prober-control-monitor", "none" },
		{ "prober-control-targets", "" },
		{ "static-persist-cidr-ipv4", "32" },
		{ "static-persist-cidr-ipv6", "128" },
		{ "topology-allow-zero-scores", "yes" },
		{ "wideip-zone-nameserver", "this.name.is.invalid" },
	};
	static const struct conf_value lb[] = {
		{ "decision-log-sample", "1" },
		{ "failure-rcode", "noerror" },
		{ "failure-rcode-response", "disabled" },
		{ "failure-rcode-ttl", "0" },
		{ "ignore-path-ttl", "no" },
		{ "respect-fallback-dependency", "no" },
		{ "topology-allow-zero-scores", "yes" },
		{ "topology-longest-match", "yes" },
		{ "topology-prefer-edns0-client-subnet", "disabled" },
		{ "verify-vs-availability", "no" },
	};
	static const struct conf_value dns[] = {
		{ "batch", "32" }, { "cookie-secret-file", "none" },
		{ "cookies", "yes" }, { "cpu-affinity", "" },
		{ "geoip-databases", "" },
		{ "identity", "none" }, { "rate-limit", "200" },
		{ "rate-limit-exempt", "" },
		{ "rate-limit-ipv4-prefix", "24" },
		{ "rate-limit-ipv6-prefix", "56" },
		{ "rate-limit-slip", "2" }, { "tcp-clients-max", "1024" },
		{ "tcp-idle-timeout", "10000" },
		{ "tcp-query-timeout", "1000" }, { "threads", "auto" },
		{ "udp-coalesce", "60" }, { "udp-receive-buffer", "1048576" },
		{ "udp-response-max", "1232" }, { "version", "none" },
		{ "wideip-zone-nameservers", "" },
	};
	struct conf c;

	(void)state;
	conf_open(&c, "");
	CONF_VALUES(draft_find(c.d, &settings_general_type, NULL), general);
	CONF_VALUES(draft_find(c.d, &settings_lb_type, NULL), lb);
	CONF_VALUES(draft_find(c.d, &settings_dns_type, NULL), dns);
	conf_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct conf_case cases[] = {
		{ GENERAL("wideip-zone-nameserver ns1..x"), "2:1: error: "
		  "general settings: wideip-zone-nameserver: \"ns1..x\" is not "
		  "a domain name" },
		{ GENERAL("wideip-zone-nameserver *.x"), "is not a domain" },
		{ GENERAL("prober-control-targets { 192.0.2.1:53 }"),
		  "prober-control-targets: without prober-control-monitor" },
		{ GENERAL("prober-control-monitor tcp\n"
		  "prober-control-targets { 192.0.2.1:x }"),
		  "\"192.0.2.1:x\" is no address, nor one with a port" },
		{ GENERAL("prober-control-monitor tcp\n"
		  "prober-control-targets { 192.0.2.1 }"),
		  "192.0.2.1 has no port for monitor /Common/tcp" },
		{ GENERAL("prober-control-monitor gateway_icmp\n"
		  "prober-control-targets { 192.0.2.1 2001:db8::1 }"), NULL },
		{ GENERAL("prober-control-monitor nobody"), "nobody" },
		{ DNS("threads 65"), "DNS settings: threads: 65 is outside" },
		{ DNS("threads auto"), NULL },
		{ DNS("batch 0"), "batch: 0 is outside 1..64" },
		{ DNS("batch 65"), "batch: 65 is outside 1..64" },
		{ DNS("cpu-affinity { 0 1023 }"), NULL },
		{ DNS("cpu-affinity { 1024 }"), "cpu-affinity: \"1024\" is not "
		  "a CPU number in 0..1023" },
		{ DNS("cpu-affinity { all }"), "\"all\" is not a CPU number" },
		{ DNS("udp-response-max 511"), "511 is outside 512..4096 oct" },
		{ DNS("udp-response-max 4097"), "4097 is outside 512..4096" },
		{ DNS("tcp-clients-max 0"), "0 is outside 1..65535" },
		{ DNS("tcp-idle-timeout 99"), "99 is outside 100..3600000 ms" },
		{ DNS("tcp-query-timeout 60001"), "is outside 100..60000 ms" },
		{ DNS("udp-coalesce 1001"), "1001 is outside 0..1000 us" },
		{ "gtm global-settings general /Common/x { }\n",
		  "gtm global-settings general: takes no name" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
what_has_no_effect_is_refused_by_name(void **state)
{
	static const struct conf_case cases[] = {
		{ GENERAL("allow-nxdomain-override yes"), "not supported yet: "
		  "allow-nxdomain-override: an answer comes from a wide IP or" },
		{ GENERAL("auto-discovery yes"), "are not discovered yet" },
		{ GENERAL("auto-discovery-interval 60"), "not discovered yet" },
		{ GENERAL("automatic-configuration-save-timeout 20"),
		  "every change is on disk before it counts" },
		{ GENERAL("cache-ldns-servers no"), "resolvers are sampled" },
		{ GENERAL("forward-status enabled"), "one node so far" },
		{ GENERAL("gtm-sets-recursion yes"),
		  "this server is authoritative: RA is never set" },
		{ GENERAL("heartbeat-interval 5"), "not supported yet: "
		  "heartbeat-interval: iQuery is not spoken" },
		{ GENERAL("ignore-ltm-rate-limit-modes { a }"), "not read yet" },
		{ GENERAL("iquery-cipher-list x"), "iQuery is not spoken" },
		{ GENERAL("iquery-minimum-tls-version x"), "iQuery is not sp" },
		{ GENERAL("nethsm-timeout 1"), "zones are not signed yet" },
		{ GENERAL("peer-leader /Common/x"), "there is one node so far" },
		{ GENERAL("send-wildcard-rrs enabled"),
		  "wide IPs write nothing into zones" },
		{ GENERAL("static-persist-cidr-ipv4 33"), "33 is outside" },
		{ GENERAL("static-persist-cidr-ipv6 129"), "129 is outside" },
		{ GENERAL("synchronization yes"), "not supported yet: "
		  "synchronization: there is one node so far" },
		{ GENERAL("synchronization-group-name g"), "one node so far" },
		{ GENERAL("synchronization-time-tolerance 1"), "one node" },
		{ GENERAL("synchronization-timeout 1"), "one node so far" },
		{ GENERAL("synchronize-zone-files yes"), "one node so far" },
		{ GENERAL("synchronize-zone-files-timeout 1"), "one node" },
		{ GENERAL("topology-allow-zero-scores no"), NULL },
		{ GENERAL("virtuals-depend-on-server-state no"), "a virtual "
		  "server is never up while its server's monitor is down" },
		{ LB("decision-log-sample 0"), "0 is outside 1..1000000" },
		{ LB("decision-log-sample 2"), NULL },
		{ LB("qos-factor-rtt 1"), "not supported yet: qos-factor-rtt" },
		{ LB("topology-longest-match no"), NULL },
		{ LB("topology-allow-zero-scores no"), NULL },
		{ LB("topology-prefer-edns0-client-subnet enabled"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(settings_are_there_before_anybody_wrote_them),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(what_has_no_effect_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
