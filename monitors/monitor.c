/* monitors/monitor.c - inheritance between monitors, and the rules that their
 * values keep. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/type.h"
#include "monitors/httpreq.h"
#include "monitors/judge.h"
#include "monitors/monitor_db.h"
#include "monitors/monitor_dns.h"
#include "monitors/monitor_grpc_health.h"
#include "monitors/monitor_metrics.h"
#include "monitors/monitor_redis.h"
#include "monitors/pattern.h"

const struct type *const monitor_types[] = {
	&monitor_dns_type,
	&monitor_external_type,
	&monitor_gateway_icmp_type,
	&monitor_grpc_health_type,
	&monitor_http_type,
	&monitor_https_type,
	&monitor_metrics_type,
	&monitor_mysql_type,
	&monitor_postgresql_type,
	&monitor_redis_type,
	&monitor_tcp_half_open_type,
	&monitor_tcp_type,
	&monitor_udp_type,
	NULL
};

const char monitor_builtin[] =
    "gtm monitor dns /Common/dns { defaults-from none }\n"
    "gtm monitor external /Common/external { defaults-from none }\n"
    "gtm monitor gateway-icmp /Common/gateway_icmp { defaults-from none }\n"
    "gtm monitor grpc-health /Common/grpc_health { defaults-from none }\n"
    "gtm monitor http /Common/http { defaults-from none }\n"
    "gtm monitor https /Common/https { defaults-from none }\n"
    "gtm monitor metrics /Common/metrics { defaults-from none }\n"
    "gtm monitor mysql /Common/mysql { defaults-from none timeout 91 }\n"
    "gtm monitor postgresql /Common/postgresql { defaults-from none timeout 91 }"
    "\n"
    "gtm monitor redis /Common/redis { defaults-from none }\n"
    "gtm monitor tcp /Common/tcp { defaults-from none }\n"
    "gtm monitor tcp-half-open /Common/tcp_half_open { defaults-from none }\n"
    "gtm monitor udp /Common/udp { defaults-from none }\n";

/* ---- inheritance ---- */

/* Where parents are looked up: in a model, or in a draft. */
struct place {
	const struct model *model;
	const struct draft *draft;
};

static const struct object *
find(const struct place *in, const struct type *t, const char *name)
{
	if (in->draft != NULL)
		return draft_find(in->draft, t, name);
	return model_find(in->model, t, name);
}

/* Walks up the parents. A ring, which the draft's check reports, is known by
 * coming back to a mark that is set ever farther apart (Brent's way). */
static struct monitor *
effective(const struct place *in, const struct object *o)
{
	const struct object *at = o, *mark = o;
	struct object *now = object_clone(o), *next;
	unsigned steps = 0, lap = 1;
	const char *parent;

	while ((parent = ((const struct monitor *)at)->defaults_from) != NULL) {
		at = find(in, o->type, parent);
		if (at == NULL || at == mark) {
			object_unref(&now);
			return NULL;
		}
		if (++steps == lap) {
			mark = at;
			steps = 0;
			lap *= 2;
		}
		next = object_inherit(now, at);
		next->set |= at->set;	/* what at gives counts from here on */
		object_unref(&now);
		now = next;
	}
	return (struct monitor *)now;
}

struct monitor *
monitor_effective(const struct model *m, const struct object *o)
{
	struct place in = { .model = m };

	return o != NULL ? effective(&in, o) : NULL;
}

struct monitor *
monitor_effective_draft(const struct draft *d, const struct object *o)
{
	struct place in = { .draft = d };

	return o != NULL ? effective(&in, o) : NULL;
}

struct addrport
monitor_target(const struct monitor *m, const struct addrport *vs)
{
	struct addrport to = m->destination;

	if (m->transparent)
		return *vs;
	if (to.addr.family == 0)
		to.addr = vs->addr;
	if (to.port == 0)
		to.port = vs->port;
	return to;
}

/* ---- times ---- */

static dur_ns
time_of(uint32_t s, uint32_t ms)
{
	return ms != 0 ? ms * CLOCK_MS : s * CLOCK_S;
}

dur_ns
monitor_interval(const struct monitor *m)
{
	return time_of(m->interval_s, m->interval_ms);
}

dur_ns
monitor_timeout(const struct monitor *m)
{
	return time_of(m->timeout_s, m->timeout_ms);
}

dur_ns
monitor_probe_timeout(const struct monitor *m)
{
	return time_of(m->probe_timeout_s, m->probe_timeout_ms);
}

/* "7 s", "250 ms" */
static const char *
time_text(dur_ns t, char text[32])
{
	(void)snprintf(text, 32, t % CLOCK_S == 0 ? "%" PRIu64 " s" :
	    "%" PRIu64 " ms", t % CLOCK_S == 0 ? t / CLOCK_S : t / CLOCK_MS);
	return text;
}

/* ---- rules of single values ---- */

int
monitor_check_ms(const struct prop *p, const void *value, struct err *e)
{
	uint32_t ms = *(const uint32_t *)value;

	if (ms == 0 || ms >= MONITOR_MS_MIN)
		return 0;
	return err_set(e, ERR_RANGE, "%s: %" PRIu32 " is under %d ms, the "
	    "shortest there is", p->name, ms, MONITOR_MS_MIN);
}

int
monitor_check_recv(const struct prop *p, const void *value, struct err *e)
{
	const char *const *text = value;
	struct pattern *pattern = pattern_new(*text, e);

	if (pattern == NULL)
		return err_wrap(e, "%s", p->name);
	pattern_free(&pattern);
	return 0;
}

int
monitor_check_codes(const struct prop *p, const void *value, struct err *e)
{
	const char *const *text = value;
	struct judge_spec spec = { 0 };

	if (judge_parse_codes(&spec, *text, e) != 0)
		return err_wrap(e, "%s", p->name);
	return 0;
}

/* ---- rules across values ---- */

static void
check_common(const struct monitor *m, const char *label, struct diag *out)
{
	char one[32], other[32];

	if (monitor_interval(m) >= monitor_timeout(m))
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
		    "%s: interval: %s is not under timeout, %s", label,
		    time_text(monitor_interval(m), one),
		    time_text(monitor_timeout(m), other));
	/* One that hangs is asked again only when it has been given up. */
	if (m->interval_ms != 0 && monitor_probe_timeout(m) >=
	    monitor_interval(m))
		diag_warn(out, &m->obj.pos, "%s: probe-timeout: %s is not "
		    "under interval-ms, %s: what hangs is probed less often",
		    label, time_text(monitor_probe_timeout(m), one),
		    time_text(monitor_interval(m), other));
	if (m->flap_reuse >= m->flap_suppress)
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
		    "%s: flap-reuse: %u is not under flap-suppress, %u",
		    label, m->flap_reuse, m->flap_suppress);
}

/* What lies behind the target has to have a name of its own. */
static void
check_transparent(const struct monitor *m, const char *label,
    struct diag *out)
{
	if (!m->transparent)
		return;
	if (m->destination.addr.family == 0)
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
		    "%s: transparent: enabled, but destination names no "
		    "address to reach through the target", label);
	else if (m->destination.port == 0 &&
	    m->obj.type != &monitor_gateway_icmp_type)
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
		    "%s: transparent: enabled, but destination names no port "
		    "to reach through the target", label);
}

static void
check_reverse(const struct monitor_text *t, const char *label,
    struct diag *out)
{
	if (t->reverse && t->recv == NULL)
		(void)diag_error(out, &t->base.obj.pos, ERR_CONFLICT,
		    "%s: reverse: enabled, but recv is none", label);
}

/* A user name has no place in a request without headers. */
static void
check_user(const struct monitor_text *t, const char *label, struct diag *out)
{
	struct httpreq q;

	if (t->username == NULL)
		return;
	httpreq_init(&q, t->send, t->username, t->password);
	if (memmem(q.octets, q.len, " HTTP/1.", 8) == NULL)
		diag_warn(out, &t->base.obj.pos, "%s: username: not sent, "
		    "because send names no HTTP version", label);
	httpreq_fini(&q);
}

/* The checks of a type, on the values that count. */
static void
check(const struct object *o, const struct draft *d, struct diag *out,
    bool text)
{
	struct place in = { .draft = d };
	struct monitor *m = effective(&in, o);
	const struct monitor_text *t = (const struct monitor_text *)m;
	struct object *mo;
	char label[300];

	if (m == NULL)
		return;		/* no parent, or a ring: reported as such */
	object_label(o, label, sizeof(label));
	check_common(m, label, out);
	check_transparent(m, label, out);
	if (text) {
		check_reverse(t, label, out);
		check_user(t, label, out);
	}
	mo = &m->obj;
	object_unref(&mo);
}

void
monitor_check(const struct object *o, const struct draft *d,
    struct diag *out)
{
	check(o, d, out, false);
}

void
monitor_check_text(const struct object *o, const struct draft *d,
    struct diag *out)
{
	check(o, d, out, true);
}
