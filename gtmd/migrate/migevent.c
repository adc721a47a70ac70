/* gtmd/migrate/migevent.c - see migevent.h. Which values an event of a kind has
 * is one row of a table, by which lines are written and read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/migevent.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migtext.h"

#define X(kind, word) word,
static const char *const kind_words[] = { MIGEVENT_KINDS(X) };
static const char *const step_words[] = { MIGEVENT_STEPS(X) };
#undef X
static const char *const verdict_words[] = { "fine", "hold", "breach" };

/* So that a wait added to a time is a time. */
#define TIME_MAX	(INT64_C(1) << 53)

/* Values beside kind, time, user and text. */
enum {
	HAS_STEP	= 1 << 0,	/* host, step, back, attempt */
	HAS_OCTETS	= 1 << 1,
	HAS_RETRY	= 1 << 2,
	HAS_DECISION	= 1 << 3,
	HAS_TRAFFIC	= 1 << 4,
	HAS_SHARE	= 1 << 5,
	HAS_FORCE	= 1 << 6,
	HAS_VERDICT	= 1 << 7,
	HAS_COUNT	= 1 << 8,
	HAS_SPEC	= 1 << 9,
	HAS_SAMPLE	= 1 << 10,
	HAS_HOST	= 1 << 11,	/* beside a step */
};

static const unsigned values[MIGEVENT_KIND_COUNT] = {
	[MIGEVENT_BEGUN] = HAS_SPEC | HAS_FORCE,
	[MIGEVENT_STEP_BEGUN] = HAS_STEP,
	[MIGEVENT_STEP_DONE] = HAS_STEP | HAS_OCTETS,
	[MIGEVENT_STEP_FAILED] = HAS_STEP | HAS_OCTETS | HAS_RETRY,
	[MIGEVENT_DECIDED] = HAS_DECISION | HAS_TRAFFIC,
	[MIGEVENT_SET] = HAS_DECISION,
	[MIGEVENT_ADVANCED] = HAS_SHARE | HAS_FORCE,
	[MIGEVENT_GUARD] = HAS_VERDICT,
	[MIGEVENT_PAUSED] = HAS_HOST,
	[MIGEVENT_SKIPPED] = HAS_HOST,
	[MIGEVENT_RETRIED] = HAS_HOST,
	[MIGEVENT_ROLL_BACK] = HAS_HOST,
	[MIGEVENT_ABORT] = HAS_FORCE,
	[MIGEVENT_CLOSE] = HAS_FORCE,
	[MIGEVENT_LATE] = HAS_COUNT,
	[MIGEVENT_SAMPLE] = HAS_SAMPLE,
};

const char *
migevent_name(enum migevent_kind k)
{
	return kind_words[k];
}

const char *
migevent_step_name(enum migevent_step s)
{
	return step_words[s];
}

const char *
migevent_verdict_name(enum migevent_verdict v)
{
	return verdict_words[v];
}

void
migevent_init(struct migevent *e, enum migevent_kind k)
{
	memset(e, 0, sizeof(*e));
	e->kind = k;
	e->host = MIGEVENT_NO_HOST;
	e->sample.configured = e->sample.served = e->sample.effective = MIGEVENT_UNKNOWN;
	e->sample.residual = e->sample.errors_pm = e->sample.p95_ms = MIGEVENT_UNKNOWN;
}

void
migevent_fini(struct migevent *e)
{
	migspec_free(&e->spec);
}

/* --- what lines hold ------------------------------------------------------ */

/* Lines have no greater number, and none below 0. */
static void
cap(uint64_t *n)
{
	if (*n > INT64_MAX)
		*n = INT64_MAX;
}

static void
tidy_sample(struct migevent_sample *s)
{
	int32_t *const small[] = { &s->configured, &s->served, &s->effective,
	    &s->errors_pm, &s->p95_ms };

	for (size_t i = 0; i < OBJ_COUNT(small); i++)
		if (*small[i] < 0)
			*small[i] = MIGEVENT_UNKNOWN;
	if (s->residual < 0)
		s->residual = MIGEVENT_UNKNOWN;
	for (size_t i = 0; i < s->flow_count; i++) {
		cap(&s->flows[i].done);
		cap(&s->flows[i].total);
	}
}

void
migevent_tidy(struct migevent *e)
{
	migtext_tidy(e->user);
	migtext_tidy(e->text);
	cap(&e->octets);
	cap(&e->wire_octets);
	cap(&e->count);
	if (e->at_ms < 0)
		e->at_ms = 0;
	tidy_sample(&e->sample);
}

void
migevent_say(struct migevent *e, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(e->text))
		memcpy(e->text + sizeof(e->text) - 4, "...", 4);
	migevent_tidy(e);
}

/* --- writing -------------------------------------------------------------- */

static void
put_host(struct json *j, const struct migevent *e, const struct migspec *spec)
{
	if (e->host != MIGEVENT_NO_HOST)
		json_put_text(j, "host", spec->hosts[e->host].name);
}

static void
put_step(struct json *j, const struct migevent *e)
{
	json_put_text(j, "step", step_words[e->step]);
	json_put_int(j, "attempt", e->attempt);
	if (e->back)
		json_put_bool(j, "back", true);
}

static void
put_traffic(struct json *j, const struct migevent_traffic *t)
{
	json_put_int(j, "share", t->share);
	if (t->rescue)
		json_put_bool(j, "rescue", true);
	if (t->low_ttl)
		json_put_bool(j, "lowTtl", true);
}

void
migevent_put_known(struct json *j, const char *key, int64_t n)
{
	if (n != MIGEVENT_UNKNOWN)
		json_put_int(j, key, n);
}

static void
put_sample(struct json *j, const struct migevent_sample *s, const struct migspec *spec)
{
	struct json *flows = json_new_array();

	migevent_put_known(j, "configured", s->configured);
	migevent_put_known(j, "served", s->served);
	migevent_put_known(j, "effective", s->effective);
	migevent_put_known(j, "residual", s->residual);
	migevent_put_known(j, "errors", s->errors_pm);
	migevent_put_known(j, "p95", s->p95_ms);
	for (size_t i = 0; i < s->flow_count; i++) {
		struct json *flow = json_new_array();

		json_add_text(flow, spec->hosts[s->flows[i].host].name);
		json_add_int(flow, (int64_t)s->flows[i].done);
		json_add_int(flow, (int64_t)s->flows[i].total);
		json_add(flows, &flow);
	}
	json_put(j, "hosts", &flows);
}

static void
put_numbers(struct json *j, const struct migevent *e, unsigned has)
{
	if ((has & HAS_OCTETS) != 0 && e->octets != 0)
		json_put_int(j, "octets", (int64_t)e->octets);
	if ((has & HAS_OCTETS) != 0 && e->wire_octets != 0)
		json_put_int(j, "wireOctets", (int64_t)e->wire_octets);
	if ((has & HAS_RETRY) != 0)
		json_put_bool(j, "retry", e->retry);
	if ((has & HAS_DECISION) != 0)
		json_put_int(j, "decision", e->decision);
	if ((has & HAS_SHARE) != 0)
		json_put_int(j, "share", e->share);
	if ((has & HAS_FORCE) != 0 && e->force)
		json_put_bool(j, "force", true);
	if ((has & HAS_VERDICT) != 0)
		json_put_text(j, "verdict", verdict_words[e->verdict]);
	if ((has & HAS_COUNT) != 0)
		json_put_int(j, "count", (int64_t)e->count);
}

struct json *
migevent_json(const struct migevent *e, const struct migspec *spec)
{
	struct json *j = json_new_object(), *run;
	unsigned has = values[e->kind];

	json_put_int(j, "at", e->at_ms);
	json_put_text(j, "event", kind_words[e->kind]);
	if ((has & (HAS_STEP | HAS_HOST)) != 0)
		put_host(j, e, spec);
	if ((has & HAS_STEP) != 0)
		put_step(j, e);
	put_numbers(j, e, has);
	if ((has & HAS_TRAFFIC) != 0)
		put_traffic(j, &e->traffic);
	if ((has & HAS_SAMPLE) != 0)
		put_sample(j, &e->sample, spec);
	if (e->user[0] != '\0')
		json_put_text(j, "user", e->user);
	if (e->text[0] != '\0')
		json_put_text(j, "text", e->text);
	if ((has & HAS_SPEC) != 0) {
		run = migspec_json(e->spec);
		json_put(j, "run", &run);
	}
	return j;
}

/* --- reading -------------------------------------------------------------- */

/* The place of a word in a list, or -1. */
static int
word_index(const char *const *words, size_t count, const char *text)
{
	for (size_t i = 0; i < count && text != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return (int)i;
	return -1;
}

static int
read_word(const struct json *j, const char *key, const char *const *words, size_t count,
    struct err *e)
{
	const char *text = json_get_text(json_find(j, key));
	int i = word_index(words, count, text);

	return i >= 0 ? i : err_set(e, ERR_UNKNOWN, "%s: %s is not known", key,
	    text != NULL ? text : "nothing");
}

/* *n stays when the member is not there. */
static int
read_int(const struct json *j, const char *key, int64_t max, int64_t *n, struct err *e)
{
	const struct json *v = json_find(j, key);

	if (v == NULL)
		return 0;
	if (json_kind_of(v) != JSON_KIND_INT || json_get_int(v) < 0 || json_get_int(v) > max)
		return err_set(e, ERR_RANGE, "%s: not a number of 0..%" PRId64, key, max);
	*n = json_get_int(v);
	return 0;
}

static int
read_u32(const struct json *j, const char *key, uint32_t *to, struct err *e)
{
	int64_t n = *to;
	int rc = read_int(j, key, UINT32_MAX, &n, e);

	*to = (uint32_t)n;
	return rc;
}

static int
read_u64(const struct json *j, const char *key, uint64_t *to, struct err *e)
{
	int64_t n = 0;
	int rc = read_int(j, key, INT64_MAX, &n, e);

	*to = (uint64_t)n;
	return rc;
}

static int
read_known(const struct json *j, const char *key, int32_t *to, struct err *e)
{
	int64_t n = MIGEVENT_UNKNOWN;
	int rc = read_int(j, key, INT32_MAX, &n, e);

	*to = (int32_t)n;
	return rc;
}

static int
find_host(const struct migspec *spec, const char *name, struct err *e)
{
	int i = spec != NULL && name != NULL ? migspec_find(spec, name) : -1;

	return i >= 0 ? i : err_set(e, ERR_REF, "host: %s is none of this migration",
	    name != NULL ? name : "nothing");
}

static int
read_host(const struct json *j, const struct migspec *spec, struct migevent *ev,
    struct err *e)
{
	const struct json *host = json_find(j, "host");
	int i = host != NULL ? find_host(spec, json_get_text(host), e) : MIGEVENT_NO_HOST;

	if (host != NULL && i < 0)
		return i;
	ev->host = i;
	return 0;
}

static int
read_step(const struct json *j, struct migevent *ev, struct err *e)
{
	int i = read_word(j, "step", step_words, MIGEVENT_STEP_COUNT, e);

	if (i < 0)
		return i;
	ev->step = (enum migevent_step)i;
	ev->back = json_get_bool(json_find(j, "back"));
	return read_u32(j, "attempt", &ev->attempt, e);
}

static int
read_traffic(const struct json *j, struct migevent_traffic *t, struct err *e)
{
	t->rescue = json_get_bool(json_find(j, "rescue"));
	t->low_ttl = json_get_bool(json_find(j, "lowTtl"));
	return read_u32(j, "share", &t->share, e);
}

static int
read_flow(const struct json *j, const struct migspec *spec, struct migevent_flow *f,
    struct err *e)
{
	int i = find_host(spec, json_get_text(json_item(j, 0)), e);
	int64_t done = json_get_int(json_item(j, 1)), total = json_get_int(json_item(j, 2));

	if (i < 0)
		return i;
	if (done < 0 || total < 0)
		return err_set(e, ERR_RANGE, "hosts: octets below 0");
	*f = (struct migevent_flow){ (uint16_t)i, (uint64_t)done, (uint64_t)total };
	return 0;
}

static int
read_sample(const struct json *j, const struct migspec *spec, struct migevent_sample *s,
    struct err *e)
{
	const struct json *flows = json_find(j, "hosts");
	int rc;

	if ((rc = read_known(j, "configured", &s->configured, e)) != 0 ||
	    (rc = read_known(j, "served", &s->served, e)) != 0 ||
	    (rc = read_known(j, "effective", &s->effective, e)) != 0 ||
	    (rc = read_int(j, "residual", INT64_MAX, &s->residual, e)) != 0 ||
	    (rc = read_known(j, "errors", &s->errors_pm, e)) != 0 ||
	    (rc = read_known(j, "p95", &s->p95_ms, e)) != 0)
		return rc;
	if (json_count(flows) > MIGEVENT_FLOWS_MAX)
		return err_set(e, ERR_RANGE, "hosts: more than %d", MIGEVENT_FLOWS_MAX);
	for (s->flow_count = 0; rc == 0 && s->flow_count < json_count(flows); s->flow_count++)
		rc = read_flow(json_item(flows, s->flow_count), spec,
		    &s->flows[s->flow_count], e);
	return rc;
}

static int
read_numbers(const struct json *j, struct migevent *ev, unsigned has, struct err *e)
{
	int rc = 0;

	if ((has & HAS_OCTETS) != 0 &&
	    ((rc = read_u64(j, "octets", &ev->octets, e)) != 0 ||
	    (rc = read_u64(j, "wireOctets", &ev->wire_octets, e)) != 0))
		return rc;
	if ((has & HAS_DECISION) != 0 &&
	    (rc = read_u32(j, "decision", &ev->decision, e)) != 0)
		return rc;
	if ((has & HAS_SHARE) != 0 && (rc = read_u32(j, "share", &ev->share, e)) != 0)
		return rc;
	if ((has & HAS_COUNT) != 0 && (rc = read_u64(j, "count", &ev->count, e)) != 0)
		return rc;
	if ((has & HAS_VERDICT) != 0) {
		rc = read_word(j, "verdict", verdict_words, OBJ_COUNT(verdict_words), e);
		if (rc < 0)
			return rc;
		ev->verdict = (enum migevent_verdict)rc;
	}
	ev->retry = (has & HAS_RETRY) != 0 && json_get_bool(json_find(j, "retry"));
	ev->force = (has & HAS_FORCE) != 0 && json_get_bool(json_find(j, "force"));
	return 0;
}

static int
read_text(const struct json *j, const char *key, char *to, size_t cap, struct err *e)
{
	const char *text = json_get_text(json_find(j, key));

	if (text != NULL && strlen(text) >= cap)
		return err_set(e, ERR_RANGE, "%s: more than %zu octets", key, cap - 1);
	(void)snprintf(to, cap, "%s", text != NULL ? text : "");
	migtext_tidy(to);
	return 0;
}

int
migevent_read(const struct json *j, const struct migspec *spec, struct migevent *ev,
    struct err *e)
{
	int rc = read_word(j, "event", kind_words, MIGEVENT_KIND_COUNT, e);
	unsigned has;

	if (rc < 0)
		return rc;
	migevent_init(ev, (enum migevent_kind)rc);
	has = values[ev->kind];
	rc = read_int(j, "at", TIME_MAX, &ev->at_ms, e);
	if (rc == 0)
		rc = read_text(j, "user", ev->user, sizeof(ev->user), e);
	if (rc == 0)
		rc = read_text(j, "text", ev->text, sizeof(ev->text), e);
	if (rc == 0 && (has & (HAS_STEP | HAS_HOST)) != 0)
		rc = read_host(j, spec, ev, e);
	if (rc == 0 && (has & HAS_STEP) != 0)
		rc = read_step(j, ev, e);
	if (rc == 0)
		rc = read_numbers(j, ev, has, e);
	if (rc == 0 && (has & HAS_TRAFFIC) != 0)
		rc = read_traffic(j, &ev->traffic, e);
	if (rc == 0 && (has & HAS_SAMPLE) != 0)
		rc = read_sample(j, spec, &ev->sample, e);
	if (rc == 0 && (has & HAS_SPEC) != 0) {
		ev->spec = migspec_read(json_find(j, "run"), e);
		rc = ev->spec != NULL ? 0 : ERR_PARSE;
	}
	return rc != 0 ? err_wrap(e, "event %s", kind_words[ev->kind]) : 0;
}
