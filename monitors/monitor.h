/* monitors/monitor.h - what all monitor objects have in common, and how one
 * inherits from another.
 *
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_MONITOR_H
#define MONITORS_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/model/object.h"
#include "core/model/prop.h"

struct diag;
struct draft;
struct err;
struct model;
struct type;

/* Twenty probes a second: of HTTP some 2 ms of a processor's time a second for
 * each place (docs/notes/health-cost.md). */
#define MONITOR_MS_MIN	50

/* First member of each type's own struct. */
struct monitor {
	struct object	 obj;
	char		*defaults_from;	/* full path, same type; NULL = none */
	char		*description;
	struct addrport	 destination;	/* family 0, port 0 = the target's own */
	uint32_t	 interval_s;	/* from start to start */
	uint32_t	 timeout_s;	/* without success, before down */
	uint32_t	 probe_timeout_s;	/* for one probe */
	bool		 ignore_down_response;
	bool		 transparent;	/* through the target to destination */
	uint32_t	 rise, fall;	/* as in health.h */
	/* Ours: 0 = the one in seconds counts. */
	uint32_t	 interval_ms, timeout_ms, probe_timeout_ms;
	uint32_t	 flap_half_life_s, flap_suppress, flap_reuse;	/* damp.h */
	/* Types that have no connection ask again: so often at most, after so
	 * long without an answer. Others: 0. */
	uint32_t	 probe_attempts, probe_interval_s;
};

/* http, https, tcp and udp */
struct monitor_text {
	struct monitor	 base;
	char		*send, *recv;	/* with their escapes; NULL = none */
	bool		 reverse;
	char		*recv_status_code;	/* http: "200 204"; NULL = any */
	char		*username, *password;	/* http; NULL = none */
};

/* https */
struct monitor_https {
	struct monitor_text text;
	char		*cert, *key;	/* PEM files that we show; NULL = none */
	char		*cipherlist;
	bool		 compatibility;
	char		*sni_server_name;	/* NULL = none */
	/* Ours. */
	bool		 verify;
	char		*ca_file;	/* PEM; NULL = whom the system trusts */
	uint32_t	 expiry_warning_d;	/* 0 = none */
};

extern const struct type monitor_external_type;
extern const struct type monitor_gateway_icmp_type;
extern const struct type monitor_http_type;
extern const struct type monitor_https_type;
extern const struct type monitor_tcp_half_open_type;
extern const struct type monitor_tcp_type;
extern const struct type monitor_udp_type;

/* All monitor types, NULL at the end; for a program's schema, together with
 * the built-in parents as tmsh text. */
extern const struct type *const monitor_types[];
extern const char monitor_builtin[];

/* The values that count: those given, else the parent's, along defaults-from.
 * NULL when o is NULL, a parent is not there or parents form a ring.
 * One reference, the caller's. */
struct monitor *monitor_effective(const struct model *m,
    const struct object *o);
/* The same for an object of a draft. */
struct monitor *monitor_effective_draft(const struct draft *d,
    const struct object *o);

/* The times that count, whichever unit they were given in. */
dur_ns monitor_interval(const struct monitor *m);
dur_ns monitor_timeout(const struct monitor *m);
dur_ns monitor_probe_timeout(const struct monitor *m);

/* Checks of rows (struct prop): recv is a pattern; recv-status-code is a list
 * of codes; milliseconds are 0 or MONITOR_MS_MIN and more. And of whole objects
 * (struct type): interval is under timeout, reuse under suppress; of a struct
 * monitor_text, reverse has a recv and username can be sent, too. */
int monitor_check_ms(const struct prop *p, const void *value, struct err *e);
int monitor_check_recv(const struct prop *p, const void *value, struct err *e);
int monitor_check_codes(const struct prop *p, const void *value,
    struct err *e);
void monitor_check(const struct object *o, const struct draft *d,
    struct diag *out);
void monitor_check_text(const struct object *o, const struct draft *d,
    struct diag *out);

/* Where a probe goes: vs with what destination names put in its place; of a
 * transparent monitor vs itself, the gateway to its destination. */
struct addrport monitor_target(const struct monitor *m,
    const struct addrport *vs);

#endif
