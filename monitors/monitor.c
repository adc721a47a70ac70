/* monitors/monitor.c - inheritance between monitors, and the rules that their
 * values keep. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor.h"

#include <assert.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/type.h"
#include "monitors/httpreq.h"
#include "monitors/judge.h"
#include "monitors/pattern.h"

#define DEPTH_MAX	16	/* generations along defaults-from */

const struct type *const monitor_types[] = {
	&monitor_http_type,
	&monitor_tcp_type,
	NULL
};

const char monitor_builtin[] =
    "gtm monitor http /Common/http { defaults-from none }\n"
    "gtm monitor tcp /Common/tcp { defaults-from none }\n";

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

/* o and its ancestors; their number, or 0 when one is missing or the line is
 * longer than DEPTH_MAX, which a ring is. */
static size_t
line_of(const struct place *in, const struct object *o,
    const struct object *line[DEPTH_MAX])
{
	size_t count = 0;

	while (o != NULL && count < DEPTH_MAX) {
		const struct monitor *m = (const struct monitor *)o;

		line[count++] = o;
		if (m->defaults_from == NULL)
			return count;
		o = find(in, o->type, m->defaults_from);
	}
	return 0;
}

static struct monitor *
effective(const struct place *in, const struct object *o)
{
	const struct object *line[DEPTH_MAX];
	size_t count = o != NULL ? line_of(in, o, line) : 0;
	struct object *now;

	if (count == 0)
		return NULL;
	now = object_clone(line[count - 1]);
	for (size_t k = count - 1; k > 0; k--) {
		struct object *child = object_inherit(line[k - 1], now);

		object_unref(&now);
		now = child;
	}
	return (struct monitor *)now;
}

struct monitor *
monitor_effective(const struct model *m, const struct object *o)
{
	struct place in = { .model = m };

	return effective(&in, o);
}

struct addrport
monitor_target(const struct monitor *m, const struct addrport *vs)
{
	struct addrport to = m->destination;

	if (to.addr.family == 0)
		to.addr = vs->addr;
	if (to.port == 0)
		to.port = vs->port;
	return to;
}

/* ---- rules of single values ---- */

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

/* The effective monitor of a draft, or NULL with a finding when its parents
 * form a ring; a missing parent is reported by its own row. */
static struct monitor *
effective_or_ring(const struct object *o, const struct draft *d,
    struct diag *out)
{
	struct place in = { .draft = d };
	struct monitor *m = effective(&in, o);
	const struct object *at = o;
	char label[300];
	size_t depth;

	if (m != NULL)
		return m;
	for (depth = 0; at != NULL && depth < DEPTH_MAX; depth++) {
		const struct monitor *one = (const struct monitor *)at;

		at = find(&in, at->type, one->defaults_from);
	}
	object_label(o, label, sizeof(label));
	if (depth == DEPTH_MAX)
		(void)diag_error(out, &o->pos, ERR_CONFLICT,
		    "%s: defaults-from: a ring, or more than %d generations",
		    label, DEPTH_MAX);
	return NULL;
}

static void
check_common(const struct monitor *m, const char *label, struct diag *out)
{
	const struct monitor_text *t = (const struct monitor_text *)m;

	if (m->interval_s >= m->timeout_s)
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
		    "%s: interval: %u s is not under timeout, %u s", label,
		    m->interval_s, m->timeout_s);
	if (t->reverse && t->recv == NULL)
		(void)diag_error(out, &m->obj.pos, ERR_CONFLICT,
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

void
monitor_check(const struct object *o, const struct draft *d,
    struct diag *out)
{
	struct monitor *m = effective_or_ring(o, d, out);
	struct object *mo;
	char label[300];

	if (m == NULL)
		return;
	object_label(o, label, sizeof(label));
	check_common(m, label, out);
	check_user((const struct monitor_text *)m, label, out);
	mo = &m->obj;
	object_unref(&mo);
}
