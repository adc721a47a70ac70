/* gtmd/migrate/migshow.c - see migshow.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migshow.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/model/json.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/migrate/migwait.h"

#define MIB	(UINT64_C(1) << 20)

static size_t
host_count(const struct migstate *m)
{
	return m->spec != NULL ? m->spec->host_count : 0;
}

/* Has the host still to go in the direction of all? */
static bool
has_to_go(const struct migstate *m, size_t i)
{
	const struct migstate_host *h = &m->host[i];

	if (h->phase == MIGSTATE_HOST_SKIPPED)
		return false;
	return migstate_goes_back(m) ? h->phase != MIGSTATE_HOST_WAITING :
	    h->phase != MIGSTATE_HOST_THERE;
}

/* Hosts that serve at the new site. */
static size_t
there(const struct migstate *m)
{
	size_t n = 0;

	for (size_t i = 0; i < host_count(m); i++)
		n += m->host[i].phase == MIGSTATE_HOST_THERE;
	return n;
}

/* --- how long it takes ---------------------------------------------------- */

/* Are the sizes of all hosts known that do not stay? */
static bool
all_are_sized(const struct migstate *m)
{
	for (size_t i = 0; i < m->spec->host_count; i++)
		if (m->host[i].phase != MIGSTATE_HOST_SKIPPED &&
		    m->spec->hosts[i].storage_mib + m->spec->hosts[i].memory_mib == 0)
			return false;
	return true;
}

/* Octets of a host; 1 where hosts are counted. */
static uint64_t
size_of(const struct migspec_host *h, bool sized)
{
	return sized ? (h->storage_mib + h->memory_mib) * MIB : 1;
}

/* What is left of hosts, and the rate at which it goes: that of now where
 * operations tell one, else that of the run so far. */
struct work {
	double	left, done, rate;
	bool	sized;		/* all sizes are known */
};

static void
add_up(const struct migstate *m, const struct migshow_progress *progress, struct work *w)
{
	w->sized = all_are_sized(m);
	for (size_t i = 0; i < m->spec->host_count; i++) {
		const struct migspec_host *host = &m->spec->hosts[i];
		double size = (double)size_of(host, w->sized);

		if (m->host[i].phase == MIGSTATE_HOST_SKIPPED)
			continue;
		if (!has_to_go(m, i)) {
			w->done += size;
			continue;
		}
		w->left += size;
		if (w->sized && progress != NULL &&
		    m->host[i].activity == MIGSTATE_RUNNING) {
			double part = (double)progress[i].octets;

			w->left -= part < size ? part : size;
			w->done += part < size ? part : size;
			w->rate += (double)progress[i].rate_bps;
		}
	}
}

int64_t
migshow_eta_s(const struct migstate *m, const struct migshow_progress *progress,
    int64_t now_ms)
{
	double took = (double)(now_ms - m->phase_at_ms) / 1000;
	struct work w = { 0 };

	if ((m->phase != MIGSTATE_MOVING && m->phase != MIGSTATE_ROLLING_BACK) || m->paused)
		return -1;
	add_up(m, progress, &w);
	if (w.left < 1)
		return 0;
	if (!w.sized || w.rate < 1)
		w.rate = took >= 1 && w.done >= 1 ? w.done / took : 0;
	if (w.rate <= 0 || w.left / w.rate > 1e9)
		return -1;
	return (int64_t)(w.left / w.rate + 0.5);
}

/* --- pages ---------------------------------------------------------------- */

static void
put_some(struct json *j, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_put_text(j, key, text);
}

static void
put_progress(struct json *j, const struct migshow_progress *p)
{
	json_put_int(j, "octets", (int64_t)p->octets);
	if (p->total > 0)
		json_put_int(j, "total", (int64_t)p->total);
	if (p->rate_bps > 0)
		json_put_int(j, "rate", (int64_t)p->rate_bps);
	if (p->note != NULL)
		json_put_text(j, "note", p->note);
}

static struct json *
host_json(const struct migstate *m, size_t i, const struct migshow_progress *progress)
{
	const struct migstate_host *h = &m->host[i];
	const struct migspec_host *s = &m->spec->hosts[i];
	struct json *j = json_new_object();

	json_put_text(j, "name", s->name);
	json_put_text(j, "phase", migstate_host_phase_name(h->phase));
	json_put_text(j, "place", migstate_place_name(h->place));
	json_put_bool(j, "back", h->back);
	json_put_int(j, "since", h->phase_at_ms);
	json_put_int(j, "capacity", s->capacity);
	if (h->activity == MIGSTATE_RUNNING) {
		json_put_text(j, "step", migevent_step_name(h->step));
		json_put_int(j, "attempt", h->attempts[h->step][h->back]);
		if (progress != NULL)
			put_progress(j, progress);
	}
	json_put_int(j, "moved", (int64_t)(h->octets[0] + h->octets[1]));
	json_put_int(j, "wire", (int64_t)(h->wire_octets[0] + h->wire_octets[1]));
	json_put_int(j, "failures", h->fails);
	if (h->skipping)
		json_put_bool(j, "skipping", true);
	put_some(j, "skipWhy", h->skip_why);
	put_some(j, "why", h->why);
	return j;
}

static void
put_traffic(struct json *j, const struct migstate *m)
{
	struct migtraffic_setting set;
	struct json *traffic = json_new_object();

	migtraffic_setting_of(m->spec, &m->told, &set);
	json_put_int(traffic, "share", m->told.share);
	json_put_int(traffic, "decided", m->decided.share);
	json_put_bool(traffic, "rescue", m->told.rescue);
	json_put_bool(traffic, "settled", migstate_settled(m));
	json_put_bool(traffic, "fromEnabled", set.from_enabled);
	json_put_bool(traffic, "toEnabled", set.to_enabled);
	json_put_int(traffic, "fromRatio", set.from_ratio);
	json_put_int(traffic, "toRatio", set.to_ratio);
	json_put_int(traffic, "since", m->told_at_ms);
	put_some(traffic, "held", m->held);
	json_put_int(traffic, "corrections", m->corrections);
	put_some(traffic, "corrected", m->corrected);
	json_put(j, "traffic", &traffic);
}

static void
put_relay(struct json *j, const struct migstate *m)
{
	struct json *relay;

	if (m->spec->relay_application == NULL)
		return;
	relay = json_new_object();
	json_put_text(relay, "application", m->spec->relay_application);
	json_put_text(relay, "state", migstate_relay_name(m->relay));
	if (m->relay_at_ms != 0)
		json_put_int(relay, "since", m->relay_at_ms);
	json_put(j, "relay", &relay);
}

static void
put_run(struct json *j, const struct migstate *m, int64_t now_ms)
{
	json_put_text(j, "name", m->spec->name);
	json_put_text(j, "wideip", m->spec->wideip);
	json_put_text(j, "fromPool", m->spec->from_pool);
	json_put_text(j, "toPool", m->spec->to_pool);
	json_put_int(j, "run", m->spec->run);
	json_put_int(j, "begun", m->begun_ms);
	json_put_int(j, "lasted", (migstate_final(m) || now_ms < m->at_ms ? m->at_ms : now_ms) -
	    m->begun_ms);
	json_put_int(j, "there", (int64_t)there(m));
	json_put_int(j, "skipped", (int64_t)migstate_skipped(m));
	json_put_int(j, "capacity", (int64_t)migstate_whole(m));
	json_put_int(j, "capacityThere", (int64_t)migstate_part(m, MIGSTATE_TO, NULL));
	put_traffic(j, m);
	put_relay(j, m);
	put_some(j, "pausedWhy", m->pause_why);
	put_some(j, "endWhy", m->end_why);
	put_some(j, "checkWhy", m->check_why);
	json_put_text(j, "guard", migevent_verdict_name(m->verdict));
	put_some(j, "guardWhy", m->guard_why);
}

struct json *
migshow_json(const struct migstate *m, const struct migshow_progress *progress,
    int64_t now_ms)
{
	struct json *j = json_new_object(), *hosts = json_new_array();
	char line[MIGEVENT_TEXT_MAX], waits[MIGEVENT_TEXT_MAX];
	int64_t eta = migshow_eta_s(m, progress, now_ms);

	migshow_line(m, line);
	json_put_text(j, "phase", migstate_phase_name(m->phase));
	json_put_text(j, "line", line);
	json_put_int(j, "since", m->phase_at_ms);
	json_put_bool(j, "paused", m->paused);
	json_put_bool(j, "aborting", m->aborting);
	json_put_bool(j, "final", migstate_final(m));
	migwait_say(m, waits);
	put_some(j, "waitsFor", waits);
	if (eta >= 0)
		json_put_int(j, "eta", eta);
	if (m->spec != NULL)
		put_run(j, m, now_ms);
	for (size_t i = 0; i < host_count(m); i++) {
		struct json *h = host_json(m, i, progress != NULL ? &progress[i] : NULL);

		json_add(hosts, &h);
	}
	json_put(j, "hosts", &hosts);
	return j;
}

static void
put_known(struct json *j, const char *key, int64_t n)
{
	if (n != MIGEVENT_UNKNOWN)
		json_put_int(j, key, n);
	else
		json_put_text(j, key, NULL);
}

void
migshow_put_sample(struct json *j, const struct migevent_sample *s, int64_t at_ms)
{
	struct json *measured = json_new_object();

	json_put_int(measured, "at", at_ms);
	put_known(measured, "configured", s->configured);
	put_known(measured, "served", s->served);
	put_known(measured, "effective", s->effective);
	put_known(measured, "residual", s->residual);
	put_known(measured, "errors", s->errors_pm);
	put_known(measured, "p95", s->p95_ms);
	json_put(j, "measured", &measured);
}

void
migshow_line(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	const char *flag = m->aborting ? ", aborting" : m->paused ? ", paused" : "";
	char skipped[32] = "";

	if (m->spec == NULL) {
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "%s", migstate_phase_name(m->phase));
		return;
	}
	if (migstate_skipped(m) > 0)
		(void)snprintf(skipped, sizeof(skipped), ", %zu skipped", migstate_skipped(m));
	(void)snprintf(text, MIGEVENT_TEXT_MAX, "%s%s: %zu of %zu hosts there%s, share "
	    "%" PRIu32 " %%%s", migstate_phase_name(m->phase), flag,
	    there(m), host_count(m), skipped, m->told.share,
	    m->told.rescue ? ", both sites answer (rescue)" : "");
}
