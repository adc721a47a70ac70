/* gtmd/migrate/dossierpage.c - see dossierpage.h. All text of others goes through
 * dossierchart_text. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/migrate/dossierpage.h"

#include <inttypes.h>
#include <time.h>

#include "core/base/strbuf.h"
#include "gtmd/migrate/dossier.h"
#include "gtmd/migrate/dossierchart.h"
#include "gtmd/migrate/dossierstyle.h"
#include "gtmd/migrate/migspec.h"

#define ROW		22	/* of a host in the timeline; and of one of many */
#define ROW_OF_MANY	12
#define MANY		40
#define GANTT_TOP	8

struct page {
	struct strbuf	*b;
	const struct dossier *d;
	const struct migstate *m;
	int64_t		 from_ms, to_ms;	/* of all charts */
	size_t		 row;		/* height of one in the timeline */
};

/* ---- words ---- */

static void
add_moment(struct strbuf *b, int64_t at_ms)
{
	time_t s = (time_t)(at_ms / 1000);
	char text[32];
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		text[0] = '\0';
	strbuf_add(b, text);
}

static void
add_octets(struct strbuf *b, uint64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
	    "PiB" };
	double v = (double)n;
	size_t i = 0;

	for (; v >= 1000 && i < sizeof(units) / sizeof(*units) - 1; i++)
		v /= 1024;
	strbuf_printf(b, v < 10 && i > 0 ? "%.1f %s" : "%.0f %s", v, units[i]);
}

static void
add_ratio(struct strbuf *b, uint64_t octets, uint64_t wire)
{
	if (wire == 0 || octets == 0)
		strbuf_add(b, "&ndash;");
	else
		strbuf_printf(b, "%.1f : 1", (double)octets / (double)wire);
}

static const char *
host_name(const struct page *p, int host)
{
	return host == MIGEVENT_NO_HOST || p->m->spec == NULL ? "" :
	    p->m->spec->hosts[host].name;
}

/* ---- the head ---- */

static void
begin_figure(struct page *p, const char *word)
{
	strbuf_printf(p->b, "<div><dt>%s</dt><dd>", word);
}

static void
end_figure(struct page *p)
{
	strbuf_add(p->b, "</dd></div>\n");
}

static void
add_known(struct page *p, const char *word, int64_t n, const char *unit)
{
	if (n == MIGEVENT_UNKNOWN)
		return;
	begin_figure(p, word);
	strbuf_printf(p->b, "%" PRId64 "%s", n, unit);
	end_figure(p);
}

static void
add_figures(struct page *p)
{
	struct dossier_sums s;

	dossier_sum(p->d, p->m, &s);
	strbuf_add(p->b, "<dl class=\"figures\">\n");
	begin_figure(p, "took");
	dossierchart_length(p->b, s.took_ms);
	end_figure(p);
	begin_figure(p, "moved");
	add_octets(p->b, s.octets);
	end_figure(p);
	if (s.wire_octets > 0) {
		begin_figure(p, "over the WAN");
		add_octets(p->b, s.wire_octets);
		end_figure(p);
		begin_figure(p, "ratio");
		add_ratio(p->b, s.octets, s.wire_octets);
		end_figure(p);
	}
	add_known(p, "steps that failed", (int64_t)s.failures, "");
	add_known(p, "worst error share", s.worst_errors_pm, " &permil;");
	add_known(p, "worst p95", s.worst_p95_ms, " ms");
	add_known(p, "late connections, last", s.residual, "");
	strbuf_add(p->b, "</dl>\n");
}

static void
add_title(struct page *p)
{
	dossierchart_text(p->b, p->m->spec != NULL ? p->m->spec->name :
	    "migration");
}

static void
add_head(struct page *p)
{
	char outcome[MIGEVENT_TEXT_MAX];

	dossier_outcome(p->m, outcome);
	strbuf_add(p->b, "<!doctype html>\n<html lang=\"en\"><head>"
	    "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	add_title(p);
	strbuf_add(p->b, "</title>\n<style>\n");
	strbuf_add(p->b, dossierstyle);
	strbuf_add(p->b, "</style></head>\n<body>\n<header><h1>");
	add_title(p);
	strbuf_printf(p->b, "</h1>\n<p class=\"outcome%s\">",
	    p->m->phase == MIGSTATE_ABORTED ||
	    p->m->phase == MIGSTATE_ROLLED_BACK ? " bad" : "");
	dossierchart_text(p->b, outcome);
	strbuf_printf(p->b, " <b>%s", migstate_phase_name(p->m->phase));
	strbuf_add(p->b, "</b>");
	if (p->m->end_why[0] != '\0') {
		strbuf_add(p->b, ": ");
		dossierchart_text(p->b, p->m->end_why);
	}
	strbuf_add(p->b, "</p>\n<p class=\"dim\">");
	add_moment(p->b, p->m->begun_ms);
	strbuf_add(p->b, " to ");
	add_moment(p->b, p->m->at_ms);
	strbuf_add(p->b, " UTC");
	if (p->m->spec != NULL) {
		strbuf_add(p->b, " &middot; wide IP ");
		dossierchart_text(p->b, p->m->spec->wideip);
		strbuf_add(p->b, " &middot; from ");
		dossierchart_text(p->b, p->m->spec->from_pool);
		strbuf_add(p->b, " to ");
		dossierchart_text(p->b, p->m->spec->to_pool);
	}
	strbuf_add(p->b, "</p></header>\n");
	add_figures(p);
}

/* ---- the timeline ---- */

static void
add_bar(struct page *p, const struct dossier_span *s, size_t row)
{
	int64_t end = s->to_ms != 0 ? s->to_ms : p->to_ms;
	double x = dossierchart_x(p->from_ms, p->to_ms, s->from_ms);
	double width = dossierchart_x(p->from_ms, p->to_ms, end) - x;
	size_t gap = p->row / 5;

	strbuf_printf(p->b, "<rect class=\"bar %s%s\" x=\"%.1f\" y=\"%zu\" "
	    "width=\"%.1f\" height=\"%zu\"><title>", migevent_step_name(s->step),
	    s->to_ms != 0 && !s->ok ? " failed" : "", x,
	    GANTT_TOP + row * p->row + gap, width < 2 ? 2 : width,
	    p->row - 2 * gap);
	dossierchart_text(p->b, host_name(p, s->host));
	strbuf_printf(p->b, " %s%s, ", migevent_step_name(s->step),
	    s->back ? " back" : "");
	dossierchart_length(p->b, end - s->from_ms);
	if (s->why != NULL) {
		strbuf_add(p->b, ": ");
		dossierchart_text(p->b, s->why);
	}
	strbuf_add(p->b, "</title></rect>\n");
}

static void
add_row_name(struct page *p, const char *name, size_t row)
{
	strbuf_printf(p->b, "<text class=\"host%s\" x=\"%d\" y=\"%zu\" "
	    "text-anchor=\"end\">", p->row < ROW ? " many" : "",
	    DOSSIERCHART_LEFT - 8, GANTT_TOP + row * p->row + p->row * 7 / 10);
	dossierchart_name(p->b, name);
	strbuf_add(p->b, "<title>");
	dossierchart_text(p->b, name);
	strbuf_add(p->b, "</title></text>\n");
}

/* The first row is of what has no host. */
static void
add_timeline(struct page *p)
{
	size_t hosts = p->m->spec != NULL ? p->m->spec->host_count : 0;
	size_t bottom = GANTT_TOP + (hosts + 1) * p->row;

	strbuf_add(p->b, "<h2>Timeline</h2>\n<figure><figcaption>Steps of each host"
	    " <span class=\"key storage\">storage</span>"
	    "<span class=\"key memory\">memory</span>"
	    "<span class=\"key verify\">announced, verified</span>"
	    "<span class=\"key finish\">the rest</span>"
	    "<span class=\"key failed\">failed</span></figcaption>\n");
	strbuf_printf(p->b, "<svg viewBox=\"0 0 %d %zu\" role=\"img\"><title>"
	    "Timeline</title><desc>%zu steps of %zu hosts</desc>\n",
	    DOSSIERCHART_WIDTH, bottom + 24, p->d->span_count, hosts);
	dossierchart_time(p->b, p->from_ms, p->to_ms, GANTT_TOP,
	    (double)bottom);
	add_row_name(p, "all", 0);
	for (size_t i = 0; i < hosts; i++)
		add_row_name(p, p->m->spec->hosts[i].name, i + 1);
	for (size_t i = 0; i < p->d->span_count; i++)
		add_bar(p, &p->d->spans[i], p->d->spans[i].host ==
		    MIGEVENT_NO_HOST ? 0 : (size_t)p->d->spans[i].host + 1);
	strbuf_add(p->b, "</svg></figure>\n");
}

/* ---- charts ---- */

#define VALUE(member)							\
	static int64_t							\
	value_##member(const void *arg, size_t i)			\
	{								\
		const struct dossier *d = arg;				\
		int64_t n = d->points[i].member;			\
									\
		return n == MIGEVENT_UNKNOWN ? DOSSIERCHART_GAP : n;	\
	}

VALUE(configured)
VALUE(served)
VALUE(effective)
VALUE(residual)
VALUE(errors_pm)
VALUE(p95_ms)

static int64_t
at_of(const void *arg, size_t i)
{
	const struct dossier *d = arg;

	return d->points[i].at_ms;
}

static bool
has_values(const struct dossierchart *c)
{
	for (size_t n = 0; n < c->series_count; n++)
		if (dossierchart_has(c, &c->series[n]))
			return true;
	return false;
}

#define SERIES_MAX	3

static const struct {
	const char	*title, *unit;
	int64_t		 most;
	struct dossierchart_series series[SERIES_MAX];
	size_t		 count;
} charts[] = {
	{ "Share of the new site", "%", 100, {
	    { "configured", "s1", DOSSIERCHART_HOLDS,
		value_configured },
	    { "in answers", "s2", DOSSIERCHART_SINCE, value_served },
	    { "of connections", "s3", DOSSIERCHART_NOW, value_effective } }, 3 },
	{ "Late connections at the old site", "in the window", 0, {
	    { "connections", "s2", DOSSIERCHART_NOW, value_residual } }, 1 },
	{ "Requests of the users' page that failed", "of 1,000", 0, {
	    { "errors", "s4", DOSSIERCHART_NOW, value_errors_pm } }, 1 },
	{ "Time of 95 % of these requests", "ms", 0, {
	    { "p95", "s1", DOSSIERCHART_NOW, value_p95_ms } }, 1 },
};

static size_t
find_marks(const struct page *p, struct dossierchart_mark marks[2])
{
	size_t n = 0;

	if (p->d->flip_ms != 0)
		marks[n++] = (struct dossierchart_mark){ p->d->flip_ms,
		    "all to the new site" };
	for (size_t i = 0; i < p->d->phase_count; i++)
		if (p->d->phases[i].phase == MIGSTATE_ROLLING_BACK) {
			marks[n++] = (struct dossierchart_mark){
			    p->d->phases[i].at_ms, "rolled back" };
			break;
		}
	return n;
}

static void
add_charts(struct page *p)
{
	struct dossierchart_mark marks[2];
	size_t mark_count = find_marks(p, marks);

	strbuf_add(p->b, "<h2>What users had of it</h2>\n");
	for (size_t i = 0; i < sizeof(charts) / sizeof(*charts); i++) {
		const struct dossierchart c = {
			.title = charts[i].title, .unit = charts[i].unit,
			.arg = p->d, .at = at_of, .count = p->d->point_count,
			.series = charts[i].series,
			.series_count = charts[i].count, .marks = marks,
			.mark_count = mark_count, .from_ms = p->from_ms,
			.to_ms = p->to_ms, .most = charts[i].most,
		};

		if (has_values(&c))
			dossierchart_add(p->b, &c);
		else
			strbuf_printf(p->b, "<p class=\"dim\">%s: not "
			    "measured.</p>\n", c.title);
	}
}

/* ---- tables ---- */

static const char *
site_word(enum migstate_place place)
{
	switch (place) {
	case MIGSTATE_FROM:
		return "at the old site";
	case MIGSTATE_TO:
		return "at the new site";
	case MIGSTATE_UNKNOWN:
		break;
	}
	return "not known";
}

static void
add_hosts(struct page *p)
{
	strbuf_add(p->b, "<h2>Hosts</h2>\n<div class=\"wide\"><table><thead><tr>"
	    "<th>host</th><th>is</th><th>phase</th><th class=\"n\">capacity</th>"
	    "<th class=\"n\">moved</th><th class=\"n\">over the WAN</th>"
	    "<th class=\"n\">ratio</th><th>last trouble</th></tr></thead><tbody>\n");
	for (size_t i = 0; p->m->spec != NULL && i < p->m->spec->host_count;
	    i++) {
		const struct migstate_host *h = &p->m->host[i];
		uint64_t octets = h->octets[0] + h->octets[1];
		uint64_t wire = h->wire_octets[0] + h->wire_octets[1];

		strbuf_add(p->b, "<tr><td>");
		dossierchart_text(p->b, p->m->spec->hosts[i].name);
		strbuf_printf(p->b, "</td><td>%s</td><td>%s</td>"
		    "<td class=\"n\">%u</td><td class=\"n\">",
		    site_word(h->place),
		    migstate_host_phase_name(h->phase),
		    p->m->spec->hosts[i].capacity);
		add_octets(p->b, octets);
		strbuf_add(p->b, "</td><td class=\"n\">");
		if (wire > 0)
			add_octets(p->b, wire);
		else
			strbuf_add(p->b, "&ndash;");
		strbuf_add(p->b, "</td><td class=\"n\">");
		add_ratio(p->b, octets, wire);
		strbuf_add(p->b, "</td><td>");
		dossierchart_text(p->b, h->phase == MIGSTATE_HOST_SKIPPED ?
		    h->skip_why : h->why);
		strbuf_add(p->b, "</td></tr>\n");
	}
	strbuf_add(p->b, "</tbody></table></div>\n");
}

static void
add_late(struct page *p)
{
	if (p->d->late_count == 0)
		return;
	strbuf_add(p->b, "<h2>Who came late</h2>\n<p class=\"dim\">Networks that went "
	    "on at the old site when no cache could hold its address any more: "
	    "the TTL is not kept there.</p>\n<div class=\"wide\"><table><thead><tr>"
	    "<th>network</th><th class=\"n\">connections</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < p->d->late_count; i++) {
		strbuf_add(p->b, "<tr><td>");
		dossierchart_text(p->b, p->d->late[i].network);
		strbuf_printf(p->b, "</td><td class=\"n\">%" PRIu64
		    "</td></tr>\n", p->d->late[i].connections);
	}
	strbuf_add(p->b, "</tbody></table></div>\n");
}

static void
add_log(struct page *p)
{
	strbuf_add(p->b, "<h2>Who did what</h2>\n<div class=\"wide\"><table><thead>"
	    "<tr><th>after</th><th>event</th><th>who</th><th>host</th><th></th></tr>"
	    "</thead><tbody>\n");
	for (size_t i = 0; i < p->d->line_count; i++) {
		const struct dossier_line *l = &p->d->lines[i];

		strbuf_add(p->b, "<tr><td class=\"t\">");
		dossierchart_length(p->b, l->at_ms - p->from_ms);
		strbuf_printf(p->b, "</td><td class=\"t\">%s</td><td>",
		    migevent_name(l->kind));
		dossierchart_text(p->b, l->user[0] != '\0' ? l->user : "gtmd");
		strbuf_add(p->b, "</td><td>");
		dossierchart_text(p->b, host_name(p, l->host));
		strbuf_add(p->b, "</td><td>");
		dossierchart_text(p->b, l->text);
		strbuf_add(p->b, "</td></tr>\n");
	}
	strbuf_add(p->b, "</tbody></table></div>\n");
	if (p->d->more_lines > 0)
		strbuf_printf(p->b, "<p class=\"dim\">%" PRIu64 " more are in the "
		    "journal.</p>\n", p->d->more_lines);
}

char *
dossierpage_html(const struct dossier *d, const struct migstate *m)
{
	struct strbuf b;
	struct page p = { .b = &b, .d = d, .m = m, .from_ms = m->begun_ms,
	    .to_ms = m->at_ms > m->begun_ms ? m->at_ms : m->begun_ms + 1 };

	p.row = m->spec != NULL && m->spec->host_count > MANY ? ROW_OF_MANY :
	    ROW;
	strbuf_init(&b);
	add_head(&p);
	add_timeline(&p);
	add_charts(&p);
	add_hosts(&p);
	add_late(&p);
	add_log(&p);
	strbuf_add(&b, "<footer>Times are UTC. The same as data: dossier.json."
	    "</footer>\n</body></html>\n");
	return strbuf_take(&b);
}
