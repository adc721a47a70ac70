/* gtmd/migrate/dossier.c - see dossier.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/dossier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct dossier *
dossier_new(void)
{
	struct dossier *d = mem_zalloc(1, sizeof(*d));

	d->magic = DOSSIER_MAGIC;
	d->every = 1;
	return d;
}

void
dossier_free(struct dossier **pd)
{
	struct dossier *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, DOSSIER_MAGIC);
	for (size_t i = 0; i < d->span_count; i++)
		free(d->spans[i].why);
	for (size_t i = 0; i < d->line_count; i++) {
		free(d->lines[i].user);
		free(d->lines[i].text);
	}
	for (size_t i = 0; i < d->late_count; i++)
		free(d->late[i].network);
	free(d->spans);
	free(d->points);
	free(d->lines);
	free(d->late);
	d->magic = 0;
	free(d);
}

/* ---- steps ---- */

static void
begin_span(struct dossier *d, const struct migevent *ev)
{
	if (d->span_count == DOSSIER_SPANS) {
		d->more_spans++;
		return;
	}
	d->spans = mem_grow(d->spans, &d->span_room, d->span_count + 1,
	    sizeof(*d->spans));
	d->spans[d->span_count++] = (struct dossier_span){ .host = ev->host,
	    .step = ev->step, .back = ev->back, .attempt = ev->attempt,
	    .from_ms = ev->at_ms };
}

/* The latest that is like it and has no end yet. */
static void
end_span(struct dossier *d, const struct migevent *ev)
{
	for (size_t i = d->span_count; i-- > 0;) {
		struct dossier_span *s = &d->spans[i];

		if (s->to_ms != 0 || s->host != ev->host ||
		    s->step != ev->step || s->back != ev->back)
			continue;
		s->to_ms = ev->at_ms;
		s->ok = ev->kind == MIGEVENT_STEP_DONE;
		s->octets = ev->octets;
		s->wire_octets = ev->wire_octets;
		if (!s->ok)
			s->why = mem_strdup(ev->text);
		return;
	}
}

/* ---- samples ---- */

/* Every second one goes, and from now on twice as many are left out. */
static void
thin(struct dossier *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->point_count; i += 2)
		d->points[n++] = d->points[i];
	d->point_count = n;
	d->every *= 2;
}

static void
add_point(struct dossier *d, const struct migevent *ev)
{
	const struct migevent_sample *s = &ev->sample;

	if (++d->skipped < d->every)
		return;
	d->skipped = 0;
	if (d->point_count == DOSSIER_POINTS)
		thin(d);
	d->points = mem_grow(d->points, &d->point_room, d->point_count + 1,
	    sizeof(*d->points));
	d->points[d->point_count++] = (struct dossier_point){
		.at_ms = ev->at_ms, .configured = s->configured,
		.served = s->served, .effective = s->effective,
		.residual = s->residual, .errors_pm = s->errors_pm,
		.p95_ms = s->p95_ms,
	};
}

/* ---- the rest ---- */

static void
add_late(struct dossier *d, const struct migevent *ev)
{
	for (size_t i = 0; i < d->late_count; i++)
		if (strcmp(d->late[i].network, ev->text) == 0) {
			d->late[i].connections += ev->count;
			return;
		}
	if (d->late_count == DOSSIER_LATE) {
		d->more_late++;
		return;
	}
	d->late = mem_grow(d->late, &d->late_room, d->late_count + 1,
	    sizeof(*d->late));
	d->late[d->late_count++] = (struct dossier_late){
		mem_strdup(ev->text), ev->count };
}

/* What has no words of its own is told in ours. */
static char *
words_of(const struct migstate *m, const struct migevent *ev)
{
	if (ev->text[0] != '\0')
		return mem_strdup(ev->text);
	if (ev->kind == MIGEVENT_SET && m->told.rescue)
		return mem_strdup("both sites answer: one of them is dead");
	if (ev->kind == MIGEVENT_SET)
		return mem_printf("%" PRIu32 " %% of the answers are the new "
		    "site's", m->told.share);
	if (ev->kind == MIGEVENT_GUARD)
		return mem_strdup("all is well");
	if (ev->kind == MIGEVENT_HELD)
		return mem_strdup("the share is held no more");
	return mem_strdup("");
}

static void
add_line(struct dossier *d, const struct migstate *m, const struct migevent *ev)
{
	if (d->line_count == DOSSIER_LINES) {
		d->more_lines++;
		return;
	}
	d->lines = mem_grow(d->lines, &d->line_room, d->line_count + 1,
	    sizeof(*d->lines));
	d->lines[d->line_count++] = (struct dossier_line){ .at_ms = ev->at_ms,
	    .kind = ev->kind, .host = ev->host, .user = mem_strdup(ev->user),
	    .text = words_of(m, ev) };
}

static void
add_phase(struct dossier *d, const struct migstate *m, const struct migevent *ev)
{
	if (d->phase_count == DOSSIER_PHASES || (d->phase_count > 0 &&
	    d->phases[d->phase_count - 1].phase == m->phase))
		return;
	d->phases[d->phase_count++] = (struct dossier_phase){ m->phase,
	    ev->at_ms };
}

void
dossier_add(void *arg, const struct migstate *m, const struct migevent *ev,
    uint64_t number)
{
	/* What is not here is a line of the log; so is a failure. */
	static void (*const adds[MIGEVENT_KIND_COUNT])(struct dossier *,
	    const struct migevent *) = {
		[MIGEVENT_SAMPLE] = add_point, [MIGEVENT_LATE] = add_late,
		[MIGEVENT_STEP_BEGUN] = begin_span,
		[MIGEVENT_STEP_DONE] = end_span,
		[MIGEVENT_STEP_FAILED] = end_span,
	};
	struct dossier *d = arg;

	(void)number;
	OBJ_CHECK(d, DOSSIER_MAGIC);
	add_phase(d, m, ev);
	if (d->flip_ms == 0 && m->told.share == 100)
		d->flip_ms = ev->at_ms;
	if (adds[ev->kind] != NULL)
		adds[ev->kind](d, ev);
	if (adds[ev->kind] == NULL || ev->kind == MIGEVENT_STEP_FAILED)
		add_line(d, m, ev);
}

/* ---- sums ---- */

static void
raise_to(int64_t *most, int64_t n)
{
	if (n > *most)
		*most = n;
}

void
dossier_sum(const struct dossier *d, const struct migstate *m,
    struct dossier_sums *out)
{
	OBJ_CHECK(d, DOSSIER_MAGIC);
	*out = (struct dossier_sums){ .took_ms = m->at_ms - m->begun_ms,
	    .worst_errors_pm = MIGEVENT_UNKNOWN,
	    .worst_p95_ms = MIGEVENT_UNKNOWN, .residual = MIGEVENT_UNKNOWN };
	for (size_t i = 0; i < d->span_count; i++) {
		out->octets += d->spans[i].octets;
		out->wire_octets += d->spans[i].wire_octets;
		out->failures += d->spans[i].to_ms != 0 && !d->spans[i].ok;
	}
	for (size_t i = 0; i < d->point_count; i++) {
		raise_to(&out->worst_errors_pm, d->points[i].errors_pm);
		raise_to(&out->worst_p95_ms, d->points[i].p95_ms);
		if (d->points[i].residual != MIGEVENT_UNKNOWN)
			out->residual = d->points[i].residual;
	}
}

static size_t
count_at(const struct migstate *m, enum migstate_place place)
{
	size_t n = 0;

	for (size_t i = 0; m->spec != NULL && i < m->spec->host_count; i++)
		n += m->host[i].place == place;
	return n;
}

/* " Skipped: vm2, vm5." */
static void
add_skipped(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	bool first = true;

	for (size_t i = 0; m->spec != NULL && i < m->spec->host_count; i++) {
		size_t len = strlen(text);

		if (m->host[i].phase != MIGSTATE_HOST_SKIPPED)
			continue;
		(void)snprintf(text + len, MIGEVENT_TEXT_MAX - len, "%s%s",
		    first ? " Skipped: " : ", ", m->spec->hosts[i].name);
		first = false;
	}
	if (!first)
		(void)snprintf(text + strlen(text), MIGEVENT_TEXT_MAX - strlen(text),
		    ".");
}

void
dossier_outcome(const struct migstate *m, char text[MIGEVENT_TEXT_MAX])
{
	size_t all = m->spec != NULL ? m->spec->host_count : 0;
	size_t there = count_at(m, MIGSTATE_TO);

	if (all > 0 && there == all)
		(void)snprintf(text, MIGEVENT_TEXT_MAX,
		    "All %zu hosts are at the new site.", all);
	else if (count_at(m, MIGSTATE_FROM) == all)
		(void)snprintf(text, MIGEVENT_TEXT_MAX, "%s",
		    migstate_final(m) ? "All hosts are where they were." :
		    "No host has moved yet.");
	else
		(void)snprintf(text, MIGEVENT_TEXT_MAX,
		    "%zu of %zu hosts are at the new site.", there, all);
	add_skipped(m, text);
}
