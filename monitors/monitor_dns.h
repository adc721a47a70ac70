/* monitors/monitor_dns.h - "gtm monitor dns", ours, with the words of F5's monitor
 * of that name for its local traffic manager. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_DNS_H
#define MONITORS_MONITOR_DNS_H

#include "monitors/monitor.h"

enum monitor_dns_contains {
	MONITOR_DNS_QUERY_TYPE,		/* a record of the type asked for */
	MONITOR_DNS_ANY_TYPE,		/* a record */
	MONITOR_DNS_ANYTHING,		/* it may be empty */
};

struct monitor_dns {
	struct monitor	 base;
	char		*qname;		/* a domain name; NULL = none given */
	char		*recv;		/* an address; NULL = none */
	uint32_t	 answer_contains;	/* enum monitor_dns_contains */
	bool		 aaaa;		/* qtype */
	bool		 any_rcode;	/* whatever the answer says means up */
	bool		 tcp;		/* protocol */
	bool		 reverse;
};

extern const struct type monitor_dns_type;

#endif
