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

/* Words that need no more than the code. */
static const char *
words_of(enum probe_code code)
{
	switch (code) {
	case PROBE_OK:
		return "UP";
	case PROBE_TIMEOUT:
		return "timed out";
	case PROBE_REFUSED:
		return "connection refused";
	case PROBE_RESET:
		return "connection reset";
	case PROBE_UNREACHABLE:
		return "no route";
	case PROBE_CLOSED:
		return "connection closed without a reply";
	case PROBE_NO_MATCH:
		return "reply does not contain recv";
	case PROBE_MATCH:
		return "reply contains recv, and reverse is enabled";
	case PROBE_STATUS:
		return "reply is not HTTP";
	case PROBE_EXITED:
		return "program ended without output";
	case PROBE_KILLED:
		return "program was killed";
	case PROBE_TLS:
		return "TLS handshake failed";
	case PROBE_EXPIRED:
		return "certificate has expired or is not valid yet";
	case PROBE_NAME:
		return "certificate is of another name";
	case PROBE_UNTRUSTED:
		return "certificate is not trusted";
	case PROBE_CREDENTIALS:
		return "cannot probe: cert, key or ca-file does not load";
	case PROBE_GATEWAY:
		return "cannot probe through the target";
	case PROBE_USER:
		return "cannot run a program: gtmd is neither root nor has "
		    "CAP_SETUID and CAP_SETGID";
	case PROBE_GARBLED:
		return "reply is not of this protocol";
	case PROBE_TRUNCATED:
		return "answer is cut, by TCP as well";
	case PROBE_RCODE:
		return "rcode";
	case PROBE_NO_RECORD:
		return "answer has no record that is wanted";
	case PROBE_GRPC:
		return "grpc-status";
	case PROBE_SERVING:
		return "health is";
	case PROBE_REDIS:
		return "server says";
	case PROBE_SQL:
		return "server says error";
	case PROBE_SQLSTATE:
		return "server says SQLSTATE";
	case PROBE_SYSTEM:
		return "failed";
	case PROBE_LOCAL:
		return "cannot probe";
	}
	return NULL;
}

/* "rcode 5 (REFUSED)": what a number means stands behind it, where it is known. */
static void
say_number(const struct probe_result *r, const char *meaning, char *text,
    size_t cap)
{
	(void)snprintf(text, cap, meaning != NULL ? "%s %d (%s)" : "%s %d",
	    words_of(r->code), r->status, meaning);
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
		(void)snprintf(text, cap, "%s %s", words_of(r->code),
		    grpchealth_name(r->status));
	else if (r->code == PROBE_REDIS)
		(void)snprintf(text, cap, "%s %s", words_of(r->code),
		    redisreply_name(r->status));
	else if (r->code == PROBE_SQLSTATE)
		(void)snprintf(text, cap, "%s %s", words_of(r->code),
		    pgreply_state(r->status, state));
	else
		return false;
	return true;
}

const char *
probe_reason(const struct probe_result *r, char *text, size_t cap)
{
	const char *words = words_of(r->code);

	if (say_protocol(r, text, cap))
		return text;
	if (r->code == PROBE_STATUS && r->status != 0)
		(void)snprintf(text, cap, "status %d is not wanted", r->status);
	else if (r->code == PROBE_TIMEOUT && r->octets != 0)
		(void)snprintf(text, cap, "%s after %u octets", words,
		    r->octets);
	else if (r->code == PROBE_EXITED)
		(void)snprintf(text, cap, "%s, status %d", words, r->status);
	else if (r->code == PROBE_KILLED)
		(void)snprintf(text, cap, "%s by signal %d", words, r->status);
	else if (r->code == PROBE_TLS && r->status != 0)
		(void)snprintf(text, cap, "%s: alert %d (%s)", words, r->status,
		    tlsclient_alert_name(r->status));
	else if (r->code == PROBE_OK && r->expiring)
		(void)snprintf(text, cap, r->days_left < 0 ?
		    "%s, but its certificate has expired" :
		    "%s, but its certificate expires in %d days", words,
		    r->days_left);
	else if (r->code == PROBE_GATEWAY)
		(void)snprintf(text, cap, "%s: %s", words,
		    gateways_words(r->sys_errno));
	else if ((r->code == PROBE_SYSTEM || r->code == PROBE_LOCAL) &&
	    r->sys_errno != 0)
		(void)snprintf(text, cap, "%s: %s", words,
		    strerrordesc_np(r->sys_errno));
	else
		(void)snprintf(text, cap, "%s", words);
	return text;
}
