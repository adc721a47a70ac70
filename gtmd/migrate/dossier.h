/* gtmd/migrate/dossier.h - all that is told of a run in the end, gathered from its
 * records: steps as spans of time, phases, samples, who did what.
 *
 * Bounded however long the run was: samples are thinned to every second one whenever
 * there are DOSSIER_POINTS of them, so that they stay evenly spread; of log lines and
 * spans the first ones are kept, and how many more there were. dossierjson and
 * dossierpage write it. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIER_H
#define GTMD_MIGRATE_DOSSIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migstate.h"

#define DOSSIER_POINTS	2000
#define DOSSIER_SPANS	4096
#define DOSSIER_LINES	4096
#define DOSSIER_LATE	256	/* networks */
#define DOSSIER_PHASES	64

/* A step of a host, from its beginning to its end. */
struct dossier_span {
	int		 host;		/* or MIGEVENT_NO_HOST */
	enum migevent_step step;
	bool		 back, ok;
	uint32_t	 attempt;
	int64_t		 from_ms, to_ms;	/* to_ms 0: not ended */
	uint64_t	 octets, wire_octets;
	char		*why;		/* of a failure; else NULL */
};

/* What was measured at a moment; each MIGEVENT_UNKNOWN when it was not. */
struct dossier_point {
	int64_t		 at_ms;
	int64_t		 configured, served, effective;	/* % for the new site */
	int64_t		 residual;			/* late connections */
	int64_t		 errors_pm, p95_ms;
};

/* Something that was done, or found. */
struct dossier_line {
	int64_t		 at_ms;
	enum migevent_kind kind;
	int		 host;		/* or MIGEVENT_NO_HOST */
	char		*user, *text;	/* user "": gtmd itself */
};

struct dossier_late {
	char		*network;
	uint64_t	 connections;
};

struct dossier_phase {
	enum migstate_phase phase;
	int64_t		 at_ms;
};

struct dossier {
	unsigned	 magic;
#define DOSSIER_MAGIC	0xd0551e21u
	struct dossier_span *spans;
	struct dossier_point *points;
	struct dossier_line *lines;
	struct dossier_late *late;
	size_t		 span_count, span_room, point_count, point_room;
	size_t		 line_count, line_room, late_count, late_room;
	struct dossier_phase phases[DOSSIER_PHASES];
	size_t		 phase_count;
	size_t		 every, skipped;	/* one point of so many is taken */
	uint64_t	 more_spans, more_lines, more_late;
	int64_t		 flip_ms;	/* users were first told of the new site
					 * alone; 0: never */
};

struct dossier *dossier_new(void);
/* NULL is harmless. */
void dossier_free(struct dossier **pd);

/* One more record, in their order; a migjournal_fn. arg is the dossier; m has ev
 * folded in. */
void dossier_add(void *arg, const struct migstate *m, const struct migevent *ev,
    uint64_t number);

struct dossier_sums {
	uint64_t	 octets, wire_octets;
	int64_t		 took_ms;	/* the run, up to its last record */
	uint32_t	 failures;	/* steps that did not go well */
	int64_t		 worst_errors_pm, worst_p95_ms;	/* or MIGEVENT_UNKNOWN */
	int64_t		 residual;	/* connections in the last sample that has
					 * them; or MIGEVENT_UNKNOWN */
};

/* Over all hosts, of what went well. */
void dossier_sum(const struct dossier *d, const struct migstate *m,
    struct dossier_sums *out);
/* The outcome as a sentence for people: "All 3 hosts are at the new site." */
void dossier_outcome(const struct migstate *m, char text[MIGEVENT_TEXT_MAX]);

#endif
