/* wom/types/womsettings.c - the property table of wom global-settings.
 * Layer: wom/types. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/womsettings.h"

#include <stddef.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "wom/types/womrows.h"

/* TCP_CA_NAME_MAX of the kernel, without its NUL. */
#define CONGESTION_MAX	15

/* A guest's memory that comes back is 1/300 of its octets: what its seconds are is this
 * window a round trip. As much as a stream has in blocks of 256 KiB, of which the session
 * takes 256. */
#define STREAM_AUTO_KIB	(UINT32_C(64) << 10)

static int
check_congestion(const struct prop *p, const void *value, struct err *e)
{
	const char *name = *(char *const *)value;

	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")] !=
	    '\0')
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not the name of "
		    "one such as bbr or cubic", p->name, name);
	return 0;
}

static const struct prop settings_props[] = {
	{ .name = "congestion-control", .kind = PROP_STRING,
	  .flags = PROP_OURS, .max = CONGESTION_MAX, .word = "system",
	  .off = offsetof(struct womsettings, congestion_control),
	  .dflt = "bbr", .check = check_congestion,
	  .help = "of the tunnels' connections; where the kernel has it not, "
	      "or with system, the system's own" },
	{ .name = "keepalive-interval", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, keepalive_interval_s),
	  .min = 1, .max = 3600, .dflt = "5", .unit = "s",
	  .help = "a connection that is silent for so long is asked" },
	{ .name = "keepalive-timeout", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, keepalive_timeout_s),
	  .min = 2, .max = 7200, .dflt = "20", .unit = "s",
	  .help = "one that is silent for so long is lost and opened anew" },
	{ .name = "lan-vlans", .kind = PROP_STRINGS, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, lan_vlans),
	  .max = WOMSETTINGS_INTERFACES_MAX, .check = womrows_check_interface,
	  .help = "interfaces whose connections may be intercepted; none = "
	      "mode explicit alone works" },
	{ .name = "memory-max", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, memory_max_mib), .min = 16,
	  .max = 1048576, .dflt = "512", .unit = "MiB",
	  .help = "for all streams together; senders wait when it is used up" },
	{ .name = "resume-timeout", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, resume_timeout_s),
	  .max = 86400, .dflt = "60", .unit = "s",
	  .help = "how long streams wait for a session that is cut, before "
	      "they are reset; 0 = not at all" },
	{ .name = "stream-memory-max", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, stream_memory_max_kib),
	  .min = 64, .max = 1048576, .dflt = "0", .word = "auto",
	  .unit = "KiB",
	  .help = "of one stream under way, before it is encoded; auto = 65536, "
	      "or memory-max where that is less" },
	{ .name = "streams-max", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, streams_max), .min = 1,
	  .max = 1000000, .dflt = "10000",
	  .help = "streams at a time; further connections pass by" },
	{ .name = "threads", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, threads),
	  .max = WOMSETTINGS_THREADS_MAX, .dflt = "0", .word = "auto",
	  .help = "threads for codec and TLS, each but the first with one "
	      "that compresses; auto = one for each CPU" },
	{ .name = "wan-vlans", .kind = PROP_STRINGS, .flags = PROP_OURS,
	  .off = offsetof(struct womsettings, wan_vlans),
	  .max = WOMSETTINGS_INTERFACES_MAX, .check = womrows_check_interface,
	  .help = "interfaces that tunnels may come in by; none = any" },
	{ .name = NULL }
};

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct womsettings *s = (const struct womsettings *)o;

	(void)d;
	if (s->keepalive_interval_s >= s->keepalive_timeout_s)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "keepalive-interval: %u s is not under keepalive-timeout, "
		    "%u s", s->keepalive_interval_s, s->keepalive_timeout_s);
	if (s->stream_memory_max_kib / 1024 > s->memory_max_mib)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "stream-memory-max: %u KiB are over memory-max, %u MiB",
		    s->stream_memory_max_kib, s->memory_max_mib);
	for (size_t i = 0; i < s->lan_vlans.count; i++)
		if (strlist_has(&s->wan_vlans, s->lan_vlans.v[i]))
			(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
			    "lan-vlans: %s is one of wan-vlans, too",
			    s->lan_vlans.v[i]);
}

uint32_t
womsettings_stream_kib(const struct womsettings *s)
{
	if (s->stream_memory_max_kib > 0)
		return s->stream_memory_max_kib;
	return s->memory_max_mib < STREAM_AUTO_KIB / 1024 ?
	    s->memory_max_mib * 1024 : STREAM_AUTO_KIB;
}

const struct type womsettings_type = {
	.words = "wom global-settings",
	.title = "WAN optimisation settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct womsettings),
	.props = settings_props,
	.help = "how WAN optimisation uses the machine",
	.check = check,
};
