/* gtmd/control/control_probe.c - see control_probe.h.
 *
 * Watches are found through the graph's monitors; those that share a probe are
 * known by their place on the board. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_probe.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/addr.h"
#include "core/base/histogram.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/model/type.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_monitor.h"
#include "monitors/board.h"
#include "monitors/monitor.h"
#include "monitors/probestat.h"
#include "monitors/sched.h"
#include "monitors/watch.h"

/* ---- each target once ---- */

/* A bit for each place on the board. */
struct seen {
	uint8_t	*bits;		/* owned */
};

static bool
is_new(struct seen *s, uint32_t slot)
{
	uint8_t bit = (uint8_t)(1u << slot % 8), *at;

	if (s->bits == NULL)
		s->bits = mem_zalloc(BOARD_SLOTS_MAX / 8, 1);
	at = &s->bits[slot / 8];
	if ((*at & bit) != 0)
		return false;
	*at |= bit;
	return true;
}

typedef void (*each_fn)(void *arg, const struct watch *w);

static void
each_of(const struct plan_monitor *m, struct seen *seen, each_fn fn, void *arg)
{
	LIST_EACH(&m->users, n) {
		const struct watch *w = OBJ_OF(n, struct plan_probe,
		    users)->watch;

		if (w != NULL && is_new(seen, watch_slot(w)))
			fn(arg, w);
	}
}

/* ---- which ones ---- */

struct choice {
	const char	*monitor;	/* NULL = any */
	bool		 by_target, by_port, by_state;
	struct addrport	 target;
	enum health_state state;
	uint64_t	 limit;
};

static int
read_target(struct choice *c, const char *text, struct restreply *r)
{
	c->by_target = text != NULL;
	if (text == NULL || addr_parse(text, &c->target.addr) == 0)
		return 0;
	c->by_port = true;
	if (addr_parse_port(text, &c->target) == 0)
		return 0;
	return restreply_error(r, 400, "target: an address, or one with a "
	    "port, is expected");
}

static int
read_state(struct choice *c, const char *text, struct restreply *r)
{
	c->by_state = text != NULL;
	for (int s = HEALTH_UNKNOWN; text != NULL && s <= HEALTH_DOWN; s++) {
		c->state = (enum health_state)s;
		if (strcmp(text, health_name(c->state)) == 0)
			return 0;
	}
	return text == NULL ? 0 : restreply_error(r, 400, "state: up, down or "
	    "unknown is expected");
}

/* By its whole path, or by what stands behind the partition. */
static bool
is_called(const char *name, const char *wanted)
{
	const char *slash = strrchr(name, '/');

	return wanted == NULL || strcmp(name, wanted) == 0 ||
	    (slash != NULL && strcmp(slash + 1, wanted) == 0);
}

static bool
is_chosen(const struct choice *c, const struct watch_view *v)
{
	if (c->by_state && v->state != c->state)
		return false;
	return !c->by_target || (addr_equal(&v->to.addr, &c->target.addr) &&
	    (!c->by_port || v->to.port == c->target.port));
}

/* ---- one target ---- */

/* "http" of "gtm monitor http" */
static const char *
last_word(const struct type *t)
{
	return strrchr(t->words, ' ') + 1;
}

static void
put_time(struct json *j, const char *key, real_s when)
{
	time_t at = (time_t)when;
	char text[32];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ",
	    gmtime_r(&at, &tm));
	json_put_text(j, key, text);
}

/* In milliseconds, and never negative: it may be due already. */
static int64_t
ms_between(mono_ns from, mono_ns to)
{
	return to > from ? (int64_t)((to - from) / CLOCK_MS) : 0;
}

static void
put_sight(struct json *j, const struct watch_view *v, mono_ns now)
{
	const struct sight *s = &v->sight;
	char history[SIGHT_HISTORY_MAX], words[SIGHT_WORDS_MAX];

	json_put_int(j, "results", (int64_t)s->results);
	json_put_int(j, "abstained", (int64_t)s->abstained);
	if (s->results == 0)
		return;
	json_put_text(j, "lastResult", probestat_code_name(s->last.code));
	json_put_text(j, "reason", sight_words(v->monitor, &s->last, words,
	    sizeof(words)));
	json_put_int(j, "lastAge", ms_between(s->last_ns, now));
	json_put_int(j, "lastDuration", s->last.rtt_us);
	json_put_text(j, "history", sight_history(s, history));
	if (s->latency_us8 != 0)
		json_put_int(j, "latency", sight_latency_us(s));
}

static struct json *
one(const struct watch_view *v, mono_ns now)
{
	struct json *j = json_new_object();
	char text[ADDR_TEXT_MAX];

	json_put_text(j, "target", addr_format_port(&v->to, text));
	if (v->monitor->transparent)
		json_put_text(j, "destination", addr_format_port(
		    &v->monitor->destination, text));
	json_put_text(j, "monitor", v->monitor->obj.name);
	json_put_text(j, "type", last_word(v->monitor->obj.type));
	json_put_text(j, "state", health_name(v->state));
	put_time(j, "since", v->since_s);
	put_sight(j, v, now);
	if (v->sight.last.from.family != 0)
		json_put_text(j, "from", addr_format(&v->sight.last.from,
		    text));
	if (v->control)
		json_put_bool(j, "control", true);
	json_put_bool(j, "probing", v->probing);
	if (v->flap_penalty != 0)
		json_put_int(j, "flapPenalty", v->flap_penalty);
	if (v->held)
		json_put_bool(j, "heldForFlapping", true);
	if (v->next_ns != 0)
		json_put_int(j, "nextProbe", ms_between(now, v->next_ns));
	return j;
}

/* ---- all of them ---- */

struct listing {
	struct choice	 choice;
	mono_ns		 now_ns;
	struct json	*items;
	struct control_probe_counts counts;
};

static void
on_watch(void *arg, const struct watch *w)
{
	struct listing *l = arg;
	struct watch_view v;
	struct json *j;

	watch_look(w, &v);
	if (!is_chosen(&l->choice, &v))
		return;
	l->counts.state[v.state]++;
	if (json_count(l->items) >= l->choice.limit)
		return;
	j = one(&v, l->now_ns);
	json_add(l->items, &j);
}

static void
collect(struct listing *l, const struct plan *p)
{
	const struct plan_monitor *m;
	struct seen seen = { NULL };

	for (size_t at = 0; (m = map_next(&p->monitors, &at, NULL)) != NULL;)
		if (is_called(m->name, l->choice.monitor))
			each_of(m, &seen, on_watch, l);
	free(seen.bits);
}

static void
put_delay(struct json *j, const struct histogram *h)
{
	struct json *delay = json_new_object();

	json_put_int(delay, "p50", histogram_at_most_us(h, 50));
	json_put_int(delay, "p99", histogram_at_most_us(h, 99));
	json_put(j, "delayAtMost", &delay);
}

static void
put_types(struct json *to, const struct sched *s)
{
	struct json *all = json_new_array();
	const struct probestat *stat;
	size_t n;

	stat = sched_probestats(s, &n);
	for (size_t i = 0; i < n; i++) {
		struct json *j, *results;

		if (stat[i].started == 0)
			continue;
		j = json_new_object();
		json_put_text(j, "type", last_word(stat[i].monitor));
		json_put_int(j, "started", (int64_t)stat[i].started);
		put_delay(j, &stat[i].delay);
		results = json_new_object();
		for (unsigned c = 0; c < PROBESTAT_CODES; c++)
			json_put_int(results, probestat_code_name(
			    (enum probe_code)c), (int64_t)stat[i].results[c]);
		json_put(j, "results", &results);
		json_add(all, &j);
	}
	json_put(to, "types", &all);
}

static void
put_sums(struct json *j, const struct control_probe_counts *c)
{
	size_t sum = 0;

	for (int s = HEALTH_UNKNOWN; s <= HEALTH_DOWN; s++)
		sum += c->state[s];
	json_put_int(j, "targets", (int64_t)sum);
	for (int s = HEALTH_UNKNOWN; s <= HEALTH_DOWN; s++)
		json_put_int(j, health_name((enum health_state)s),
		    (int64_t)c->state[s]);
}

static void
put_doubt(struct json *j, const struct suspect_view *v)
{
	json_put_bool(j, "doubting", v->doubting);
	json_put_int(j, "controls", v->controls);
	json_put_int(j, "controlsSilent", v->silent);
	json_put_int(j, "withheld", (int64_t)v->withheld);
}

void
control_probe_get(const struct control_probe_in *in,
    const struct restrequest *q, struct restreply *r)
{
	struct listing l = { .now_ns = in->now_ns,
	    .choice = { .monitor = restrequest_param(q, "monitor"),
	    .limit = CONTROL_PROBE_LIMIT } };
	struct sched_stats st;
	struct json *j;

	if (read_target(&l.choice, restrequest_param(q, "target"), r) != 0 ||
	    read_state(&l.choice, restrequest_param(q, "state"), r) != 0 ||
	    restlimit_read(q, &l.choice.limit, r) != 0)
		return;
	j = restreply_document("tm:gtm:probe:probestats",
	    "/mgmt/tm/gtm/probe");
	l.items = json_new_array();
	collect(&l, in->plan);
	sched_stats(in->sched, &st);
	put_sums(j, &l.counts);
	json_put_int(j, "inFlight", (int64_t)st.in_flight);
	json_put_int(j, "waiting", (int64_t)st.waiting);
	json_put_int(j, "latestStart", (int64_t)st.late_us_max);
	put_doubt(j, &st.doubt);
	put_types(j, in->sched);
	json_put(j, "items", &l.items);
	restreply_json(r, 200, &j);
}

/* ---- by monitor ---- */

static void
on_count(void *arg, const struct watch *w)
{
	struct control_probe_counts *c = arg;

	c->state[watch_state(w)]++;
}

void
control_probe_count(const struct plan *p, const char *monitor,
    struct control_probe_counts *out)
{
	const struct plan_monitor *m = map_find(&p->monitors, monitor);
	struct seen seen = { NULL };

	*out = (struct control_probe_counts){ 0 };
	if (m != NULL)
		each_of(m, &seen, on_count, out);
	free(seen.bits);
}
