/* monitors/probe_tcp.c - one probe: connect, then, as far as the monitor says
 * so, send and judge the reply. Without recv a connection that took all of
 * send is enough.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_tcp.h"

#include "monitors/dial.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

static void *
spec_new(const struct monitor *m)
{
	return talk_spec_new((const struct monitor_text *)m, false);
}

const struct probe_type probe_tcp_type = {
	.object = &monitor_tcp_type,
	.engine_new = dial_engine_new,
	.engine_free = dial_engine_free,
	.spec_new = spec_new,
	.spec_free = talk_spec_free,
	.start = dial_start,
	.stop = dial_stop,
};
