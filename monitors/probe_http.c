/* monitors/probe_http.c - one probe: the octets of send, judged as a web server's
 * reply (judge.h).
 *
 * F5's default send, "GET /" without a version, is not what an HTTP library
 * says; and one that only made the connection cost four times the probe
 * (docs/notes/health-cost.md).
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_http.h"

#include "monitors/dial.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

static void *
spec_new(const struct monitor *m)
{
	return talk_spec_new((const struct monitor_text *)m, true);
}

const struct probe_type probe_http_type = {
	.object = &monitor_http_type,
	.engine_new = dial_engine_new,
	.engine_free = dial_engine_free,
	.spec_new = spec_new,
	.spec_free = talk_spec_free,
	.start = dial_start,
	.stop = dial_stop,
};
