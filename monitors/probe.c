/* monitors/probe.c - the table of probe types, and how results read.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/io/tlsclient.h"
#include "monitors/dnsreply.h"
#include "monitors/gateways.h"
#include "monitors/grpchealth.h"
#include "monitors/mysqlgreet.h"
#include "monitors/pgreply.h"
#include "monitors/probe_dns.h"
#include "monitors/probe_external.h"
#include "monitors/probe_gateway_icmp.h"
#include "monitors/probe_grpc_health.h"
#include "monitors/probe_http.h"
#include "monitors/probe_https.h"
#include "monitors/probe_mysql.h"
#include "monitors/probe_postgresql.h"
#include "monitors/probe_redis.h"
#include "monitors/probe_tcp.h"
#include "monitors/probe_tcp_half_open.h"
#include "monitors/probe_udp.h"
#include "monitors/redisreply.h"

const struct probe_type *const probe_types[] = {
	&probe_dns_type,
	&probe_external_type,
	&probe_gateway_icmp_type,
	&probe_grpc_health_type,
	&probe_http_type,
	&probe_https_type,
	&probe_mysql_type,
	&probe_postgresql_type,
	&probe_redis_type,
	&probe_tcp_half_open_type,
	&probe_tcp_type,
	&probe_udp_type,
	NULL
};

void
probe_from_errno(struct probe_result *r, int sys_errno)
{
	r->sys_errno = sys_errno;
	r->outcome = PROBE_DOWN;
	switch (sys_errno) {
	case ECONNREFUSED:
		r->code = PROBE_REFUSED;
		break;
	case ECONNRESET:
	case ECONNABORTED:
	case EPIPE:
		r->code = PROBE_RESET;
		break;
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN:
		r->code = PROBE_UNREACHABLE;
		break;
	case ETIMEDOUT:
		r->outcome = PROBE_SILENT;
		r->code = PROBE_TIMEOUT;
		break;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case ENOSPC:		/* epoll's watches of this user */
	case EADDRNOTAVAIL:	/* all local ports in use */
	case EADDRINUSE:
	case EAGAIN:
		r->outcome = PROBE_ABSTAIN;
		r->code = PROBE_LOCAL;
		break;
	default:
		r->code = PROBE_SYSTEM;
		break;
	}
}

/* Words that need no more than the code, and those that begin a longer sentence.
 */
static const char *const words[] = {
	[PROBE_OK] = "UP",
	[PROBE_TIMEOUT] = "timed out",
	[PROBE_REFUSED] = "connection refused",
	[PROBE_RESET] = "connection reset",
	[PROBE_UNREACHABLE] = "no route",
	[PROBE_CLOSED] = "connection closed without a reply",
	[PROBE_NO_MATCH] = "reply does not contain recv",
	[PROBE_MATCH] = "reply contains recv, and reverse is enabled",
	[PROBE_STATUS] = "reply is not HTTP",
	[PROBE_EXITED] = "program ended without output",
	[PROBE_KILLED] = "program was killed",
	[PROBE_TLS] = "TLS handshake failed",
	[PROBE_EXPIRED] = "certificate has expired or is not valid yet",
	[PROBE_NAME] = "certificate is of another name",
	[PROBE_UNTRUSTED] = "certificate is not trusted",
	[PROBE_CREDENTIALS] =
	    "cannot probe: cert, key or ca-file does not load",
	[PROBE_GATEWAY] = "cannot probe through the target",
	[PROBE_USER] = ("cannot run a program: gtmd is neither root nor has "
	    "CAP_SETUID and CAP_SETGID"),
	[PROBE_GARBLED] = "reply is not of this protocol",
	[PROBE_TRUNCATED] = "answer is cut, by TCP as well",
	[PROBE_RCODE] = "rcode",
	[PROBE_NO_RECORD] = "answer has no record that is wanted",
	[PROBE_GRPC] = "grpc-status",
	[PROBE_SERVING] = "health is",
	[PROBE_REDIS] = "server says",
	[PROBE_SQL] = "server says error",
	[PROBE_SQLSTATE] = "server says SQLSTATE",
	[PROBE_SYSTEM] = "failed",
	[PROBE_LOCAL] = "cannot probe",
};

/* "rcode 5 (REFUSED)": what a number means stands behind it, where it is known. */
static void
say_number(const struct probe_result *r, const char *meaning, char *text,
    size_t cap)
{
	(void)snprintf(text, cap, meaning != NULL ? "%s %d (%s)" : "%s %d",
	    words[r->code], r->status, meaning);
}

/* What a protocol's own code says; false when r has none. */
static bool
say_protocol(const struct probe_result *r, char *text, size_t cap)
{
	char state[PGREPLY_STATE_TEXT];

	if (r->code == PROBE_RCODE)
		say_number(r, dnsreply_rcode_name(r->status), text, cap);
	else if (r->code == PROBE_GRPC)
		say_number(r, grpchealth_code_name(r->status), text, cap);
	else if (r->code == PROBE_SQL)
		say_number(r, mysqlgreet_words(r->status), text, cap);
	else if (r->code == PROBE_SERVING)
		(void)snprintf(text, cap, "%s %s", words[r->code],
		    grpchealth_name(r->status));
	else if (r->code == PROBE_REDIS)
		(void)snprintf(text, cap, "%s %s", words[r->code],
		    redisreply_name(r->status));
	else if (r->code == PROBE_SQLSTATE)
		(void)snprintf(text, cap, "%s %s", words[r->code],
		    pgreply_state(r->status, state));
	else
		return false;
	return true;
}

const char *
probe_reason(const struct probe_result *r, char *text, size_t cap)
{
	const char *plain = words[r->code];

	if (say_protocol(r, text, cap))
		return text;
	if (r->code == PROBE_STATUS && r->status != 0)
		(void)snprintf(text, cap, "status %d is not wanted", r->status);
	else if (r->code == PROBE_TIMEOUT && r->octets != 0)
		(void)snprintf(text, cap, "%s after %u octets", plain,
		    r->octets);
	else if (r->code == PROBE_EXITED)
		(void)snprintf(text, cap, "%s, status %d", plain, r->status);
	else if (r->code == PROBE_KILLED)
		(void)snprintf(text, cap, "%s by signal %d", plain, r->status);
	else if (r->code == PROBE_TLS && r->status != 0)
		(void)snprintf(text, cap, "%s: alert %d (%s)", plain, r->status,
		    tlsclient_alert_name(r->status));
	else if (r->code == PROBE_OK && r->expiring)
		(void)snprintf(text, cap, r->days_left < 0 ?
		    "%s, but its certificate has expired" :
		    "%s, but its certificate expires in %d days", plain,
		    r->days_left);
	else if (r->code == PROBE_GATEWAY)
		(void)snprintf(text, cap, "%s: %s", plain,
		    gateways_words(r->sys_errno));
	else if ((r->code == PROBE_SYSTEM || r->code == PROBE_LOCAL) &&
	    r->sys_errno != 0)
		(void)snprintf(text, cap, "%s: %s", plain,
		    strerrordesc_np(r->sys_errno));
	else
		(void)snprintf(text, cap, "%s", plain);
	return text;
}
