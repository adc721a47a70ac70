/* wom/types/womsettings.h - wom global-settings (ours): interfaces, threads,
 * memory, and how patient a session is. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_WOMSETTINGS_H
#define WOM_TYPES_WOMSETTINGS_H

#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define WOMSETTINGS_INTERFACES_MAX	64
#define WOMSETTINGS_THREADS_MAX		64

struct womsettings {
	struct object	 obj;
	char		*congestion_control;	/* NULL = the system's own */
	uint32_t	 keepalive_interval_s, keepalive_timeout_s;
	struct strlist	 lan_vlans;	/* interfaces; none = nothing is
					 * intercepted */
	uint32_t	 memory_max_mib;	/* of all streams' buffers */
	uint32_t	 resume_timeout_s;
	uint32_t	 stream_memory_max_kib;	/* 0 = womsettings_stream_kib */
	uint32_t	 streams_max;
	uint32_t	 threads;	/* 0 = one for each CPU */
	struct strlist	 wan_vlans;	/* interfaces; none = any */
};

/* What stream-memory-max comes to. */
uint32_t womsettings_stream_kib(const struct womsettings *s);

extern const struct type womsettings_type;

#endif
