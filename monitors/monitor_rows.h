/* monitors/monitor_rows.h - rows that the property tables of several monitor
 * types share. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_ROWS_H
#define MONITORS_MONITOR_ROWS_H

#include <stddef.h>

#include "monitors/monitor.h"

/* words: the type's own, "gtm monitor http"; parent: its built-in object. */
#define MONITOR_ROWS(words, parent)					\
	{ .name = "defaults-from", .kind = PROP_REF,			\
	  .off = offsetof(struct monitor, defaults_from), .ref = words,	\
	  .flags = PROP_ALWAYS | PROP_LOCAL, .dflt = parent,		\
	  .help = "monitor whose values count where none is given here" }, \
	{ .name = "description", .kind = PROP_STRING,			\
	  .off = offsetof(struct monitor, description),			\
	  .flags = PROP_LOCAL, .help = "free text" },			\
	{ .name = "destination", .kind = PROP_ADDRPORT,			\
	  .off = offsetof(struct monitor, destination), .dflt = "*:*",	\
	  .help = "what to probe; * is the virtual server's own" },	\
	{ .name = "fall", .kind = PROP_U32,				\
	  .off = offsetof(struct monitor, fall), .flags = PROP_OURS,	\
	  .max = 255, .dflt = "0",					\
	  .help = "misses in a row, refused or silent, that mean down; 0 = " \
	  "one refusal, or silence until timeout" },			\
	{ .name = "flap-half-life", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, flap_half_life_s),		\
	  .flags = PROP_OURS, .unit = "s", .max = 86400, .dflt = "0",	\
	  .help = "each fall is a penalty of 1000 that halves in this " \
	  "time; 0 = flaps are not damped" },				\
	{ .name = "flap-reuse", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, flap_reuse),			\
	  .flags = PROP_OURS, .min = 1, .max = 1000000, .dflt = "750",	\
	  .help = "penalty at which what is held may be up again" },	\
	{ .name = "flap-suppress", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, flap_suppress),		\
	  .flags = PROP_OURS, .min = 1, .max = 1000000, .dflt = "2000",	\
	  .help = "penalty from which on what comes up is held down" },	\
	{ .name = "ignore-down-response", .kind = PROP_BOOL,		\
	  .off = offsetof(struct monitor, ignore_down_response),	\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "take a refusal as silence" },			\
	{ .name = "interval", .kind = PROP_U32,				\
	  .off = offsetof(struct monitor, interval_s), .unit = "s",	\
	  .min = 1, .max = 86400, .dflt = "30",				\
	  .help = "from the start of one probe to the next" },		\
	{ .name = "interval-ms", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, interval_ms),			\
	  .flags = PROP_OURS, .unit = "ms", .max = 86400000,		\
	  .dflt = "0", .check = monitor_check_ms,			\
	  .help = "the same in milliseconds, 50 or more, in the place of " \
	  "interval; 0 = interval counts" },				\
	{ .name = "probe-timeout", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, probe_timeout_s), .unit = "s", \
	  .min = 1, .max = 86400, .dflt = "5",				\
	  .help = "time for one probe, from connecting to the verdict" }, \
	{ .name = "probe-timeout-ms", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, probe_timeout_ms),		\
	  .flags = PROP_OURS, .unit = "ms", .max = 86400000,		\
	  .dflt = "0", .check = monitor_check_ms,			\
	  .help = "the same in milliseconds; 0 = probe-timeout counts" }, \
	{ .name = "rise", .kind = PROP_U32,				\
	  .off = offsetof(struct monitor, rise), .flags = PROP_OURS,	\
	  .min = 1, .max = 255, .dflt = "1",				\
	  .help = "successes in a row that mean up" },			\
	{ .name = "timeout", .kind = PROP_U32,				\
	  .off = offsetof(struct monitor, timeout_s), .unit = "s",	\
	  .min = 1, .max = 604800, .dflt = "120",			\
	  .help = "time without a success that means down" },		\
	{ .name = "timeout-ms", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, timeout_ms),			\
	  .flags = PROP_OURS, .unit = "ms", .max = 604800000,		\
	  .dflt = "0", .check = monitor_check_ms,			\
	  .help = "the same in milliseconds; 0 = timeout counts" }

/* Of types that ask again. */
#define MONITOR_TRY_ROWS						\
	{ .name = "probe-attempts", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, probe_attempts),		\
	  .min = 1, .max = 100, .dflt = "3",				\
	  .help = "how often one probe asks before silence is a miss" }, \
	{ .name = "probe-interval", .kind = PROP_U32,			\
	  .off = offsetof(struct monitor, probe_interval_s), .unit = "s", \
	  .min = 1, .max = 3600, .dflt = "1",				\
	  .help = "how long one of these attempts waits for an answer" }

#define MONITOR_TRANSPARENT_ROW						\
	{ .name = "transparent", .kind = PROP_BOOL,			\
	  .off = offsetof(struct monitor, transparent),			\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "probe destination, an address and a port, by way of the " \
	  "virtual server, which is a router there" }

/* What is sent and wanted back, of struct monitor_text. */
#define MONITOR_TEXT_ROWS(default_send)					\
	{ .name = "recv", .kind = PROP_STRING,				\
	  .off = offsetof(struct monitor_text, recv), .max = 4096,	\
	  .check = monitor_check_recv,					\
	  .help = "regular expression (POSIX extended) that the first " \
	  "64 KiB of the reply must match; none = any reply" },		\
	{ .name = "reverse", .kind = PROP_BOOL,				\
	  .off = offsetof(struct monitor_text, reverse),		\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "a reply that matches recv means down" },		\
	{ .name = "send", .kind = PROP_STRING,				\
	  .off = offsetof(struct monitor_text, send), .max = 16384,	\
	  .dflt = default_send,						\
	  .help = "text to send, with escapes \\r \\n \\t \\\\ \\\" \\xHH" }, \
	MONITOR_TRANSPARENT_ROW

/* HTTP's of struct monitor_text. */
#define MONITOR_HTTP_ROWS						\
	{ .name = "password", .kind = PROP_STRING,			\
	  .off = offsetof(struct monitor_text, password), .max = 255,	\
	  .flags = PROP_SECRET, .help = "for basic authentication" },	\
	{ .name = "recv-status-code", .kind = PROP_STRING,		\
	  .off = offsetof(struct monitor_text, recv_status_code),	\
	  .max = 255, .check = monitor_check_codes,			\
	  .help = "HTTP status codes that mean up, e.g. 200 204; none = any" }, \
	{ .name = "username", .kind = PROP_STRING,			\
	  .off = offsetof(struct monitor_text, username), .max = 255,	\
	  .help = "for basic authentication (RFC 7617)" }

#endif
