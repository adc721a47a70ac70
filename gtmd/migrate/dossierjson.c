/* gtmd/migrate/dossierjson.c - see dossierjson.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/dossierjson.h"

#include <stddef.h>

#include "core/model/json.h"
#include "gtmd/migrate/dossier.h"
#include "gtmd/migrate/migspec.h"

#define VERSION	1

/* Milliseconds since 1970, as the journal has them. */
static void
put_moment(struct json *j, const char *key, int64_t at_ms)
{
	if (at_ms != 0)
		json_put_int(j, key, at_ms);
}

static void
put_host(struct json *j, const struct migstate *m, int host)
{
	if (host != MIGEVENT_NO_HOST && m->spec != NULL)
		json_put_text(j, "host", m->spec->hosts[host].name);
}

static struct json *
spans_json(const struct dossier *d, const struct migstate *m)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->span_count; i++) {
		const struct dossier_span *s = &d->spans[i];
		struct json *j = json_new_object();

		put_host(j, m, s->host);
		json_put_text(j, "step", migevent_step_name(s->step));
		json_put_bool(j, "back", s->back);
		json_put_int(j, "attempt", s->attempt);
		put_moment(j, "from", s->from_ms);
		put_moment(j, "to", s->to_ms);
		json_put_bool(j, "ok", s->ok);
		json_put_int(j, "octets", (int64_t)s->octets);
		json_put_int(j, "wanOctets", (int64_t)s->wire_octets);
		if (s->why != NULL)
			json_put_text(j, "reason", s->why);
		json_add(all, &j);
	}
	return all;
}

static struct json *
points_json(const struct dossier *d)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->point_count; i++) {
		const struct dossier_point *p = &d->points[i];
		struct json *j = json_new_object();

		put_moment(j, "at", p->at_ms);
		migevent_put_known(j, "configured", p->configured);
		migevent_put_known(j, "served", p->served);
		migevent_put_known(j, "effective", p->effective);
		migevent_put_known(j, "residual", p->residual);
		migevent_put_known(j, "errorsPerMille", p->errors_pm);
		migevent_put_known(j, "p95", p->p95_ms);
		json_add(all, &j);
	}
	return all;
}

static struct json *
lines_json(const struct dossier *d, const struct migstate *m)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->line_count; i++) {
		const struct dossier_line *l = &d->lines[i];
		struct json *j = json_new_object();

		put_moment(j, "at", l->at_ms);
		json_put_text(j, "event", migevent_name(l->kind));
		json_put_text(j, "user", l->user[0] != '\0' ? l->user : "gtmd");
		put_host(j, m, l->host);
		if (l->text[0] != '\0')
			json_put_text(j, "text", l->text);
		json_add(all, &j);
	}
	return all;
}

static struct json *
phases_json(const struct dossier *d)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->phase_count; i++) {
		struct json *j = json_new_object();

		json_put_text(j, "phase",
		    migstate_phase_name(d->phases[i].phase));
		put_moment(j, "at", d->phases[i].at_ms);
		json_add(all, &j);
	}
	return all;
}

static struct json *
late_json(const struct dossier *d)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->late_count; i++) {
		struct json *j = json_new_object();

		json_put_text(j, "network", d->late[i].network);
		json_put_int(j, "connections",
		    (int64_t)d->late[i].connections);
		json_add(all, &j);
	}
	return all;
}

static struct json *
hosts_json(const struct migstate *m)
{
	struct json *all = json_new_array();

	for (size_t i = 0; m->spec != NULL && i < m->spec->host_count; i++) {
		const struct migspec_host *s = &m->spec->hosts[i];
		const struct migstate_host *h = &m->host[i];
		struct json *j = json_new_object();

		json_put_text(j, "name", s->name);
		json_put_int(j, "capacity", s->capacity);
		json_put_text(j, "phase", migstate_host_phase_name(h->phase));
		json_put_text(j, "place", migstate_place_name(h->place));
		json_put_int(j, "octets", (int64_t)(h->octets[0] +
		    h->octets[1]));
		json_put_int(j, "wanOctets", (int64_t)(h->wire_octets[0] +
		    h->wire_octets[1]));
		if (h->why[0] != '\0')
			json_put_text(j, "reason", h->why);
		if (h->skip_why[0] != '\0')
			json_put_text(j, "skipReason", h->skip_why);
		json_add(all, &j);
	}
	return all;
}

static void
put_sums(struct json *j, const struct dossier *d, const struct migstate *m)
{
	struct json *sums = json_new_object();
	struct dossier_sums s;

	dossier_sum(d, m, &s);
	json_put_int(sums, "duration", s.took_ms);
	json_put_int(sums, "octets", (int64_t)s.octets);
	json_put_int(sums, "wanOctets", (int64_t)s.wire_octets);
	json_put_int(sums, "failures", s.failures);
	migevent_put_known(sums, "worstErrorsPerMille", s.worst_errors_pm);
	migevent_put_known(sums, "worstP95", s.worst_p95_ms);
	migevent_put_known(sums, "residual", s.residual);
	json_put(j, "sums", &sums);
}

static void
put_parts(struct json *j, const struct dossier *d, const struct migstate *m)
{
	const struct {
		const char	*key;
		struct json	*part;
	} rows[] = {
		{ "hosts", hosts_json(m) }, { "phases", phases_json(d) },
		{ "steps", spans_json(d, m) }, { "samples", points_json(d) },
		{ "late", late_json(d) }, { "log", lines_json(d, m) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct json *part = rows[i].part;

		json_put(j, rows[i].key, &part);
	}
}

struct json *
dossierjson_document(const struct dossier *d, const struct migstate *m)
{
	struct json *j = json_new_object(), *spec = NULL;
	char outcome[MIGEVENT_TEXT_MAX];

	dossier_outcome(m, outcome);
	json_put_int(j, "version", VERSION);
	json_put_text(j, "phase", migstate_phase_name(m->phase));
	json_put_text(j, "outcome", outcome);
	if (m->end_why[0] != '\0')
		json_put_text(j, "reason", m->end_why);
	put_moment(j, "began", m->begun_ms);
	put_moment(j, "ended", m->at_ms);
	put_moment(j, "flipped", d->flip_ms);
	if (m->spec != NULL)
		spec = migspec_json(m->spec);
	if (spec != NULL)
		json_put(j, "spec", &spec);
	put_sums(j, d, m);
	put_parts(j, d, m);
	json_put_int(j, "moreSteps", (int64_t)d->more_spans);
	json_put_int(j, "moreLog", (int64_t)d->more_lines);
	json_put_int(j, "moreLate", (int64_t)d->more_late);
	return j;
}
