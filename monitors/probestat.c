/* monitors/probestat.c - see probestat.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probestat.h"

#include <assert.h>

static const char *const names[PROBESTAT_CODES] = {
	[PROBE_OK] = "up", [PROBE_TIMEOUT] = "timeout",
	[PROBE_REFUSED] = "refused", [PROBE_RESET] = "reset",
	[PROBE_UNREACHABLE] = "unreachable", [PROBE_CLOSED] = "closed",
	[PROBE_NO_MATCH] = "no-match", [PROBE_MATCH] = "match",
	[PROBE_EXITED] = "exited", [PROBE_KILLED] = "killed",
	[PROBE_STATUS] = "status", [PROBE_TLS] = "tls",
	[PROBE_EXPIRED] = "expired", [PROBE_NAME] = "name",
	[PROBE_UNTRUSTED] = "untrusted", [PROBE_CREDENTIALS] = "credentials",
	[PROBE_GATEWAY] = "gateway", [PROBE_USER] = "user",
	[PROBE_GARBLED] = "garbled", [PROBE_TRUNCATED] = "truncated",
	[PROBE_RCODE] = "rcode", [PROBE_NO_RECORD] = "no-record",
	[PROBE_GRPC] = "grpc-status", [PROBE_SERVING] = "not-serving",
	[PROBE_REDIS] = "redis-error", [PROBE_SQL] = "sql-error",
	[PROBE_SQLSTATE] = "sqlstate",
	[PROBE_SYSTEM] = "system",
	[PROBE_LOCAL] = "local",
};

void
probestat_start(struct probestat *p, uint64_t late_us)
{
	p->started++;
	histogram_add(&p->delay, late_us);
}

void
probestat_end(struct probestat *p, const struct probe_result *r)
{
	assert(r->code < PROBESTAT_CODES);
	p->results[r->code]++;
	if (r->outcome != PROBE_ABSTAIN)
		histogram_add(&p->duration, r->rtt_us);
}

const char *
probestat_code_name(enum probe_code code)
{
	assert(code < PROBESTAT_CODES && names[code] != NULL);
	return names[code];
}
