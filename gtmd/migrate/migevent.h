/* gtmd/migrate/migevent.h - what can be put on record of a migration: the kinds
 * of events, and one event as values and as a line of JSON.
 *
 * What an event does to a migration is migstate's, which event comes next is
 * migstep's. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGEVENT_H
#define GTMD_MIGRATE_MIGEVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct json;
struct migspec;

#define MIGEVENT_USER_MAX	64
#define MIGEVENT_TEXT_MAX	512
#define MIGEVENT_NO_HOST	(-1)
#define MIGEVENT_FLOWS_MAX	32	/* hosts that one sample tells of */
#define MIGEVENT_UNKNOWN	(-1)	/* in a sample: not measured */

/* Kind, word in the journal. */
#define MIGEVENT_KINDS(X) \
	X(BEGUN,	"begun")	/* spec: planned becomes preparing */ \
	X(PREPARED,	"prepared")	/* preparing becomes moving */ \
	X(STEP_BEGUN,	"step-begun")	/* host, step, back, attempt */ \
	X(STEP_DONE,	"step-done")	/* and octets, wire_octets */ \
	X(STEP_FAILED,	"step-failed")	/* and text, retry */ \
	X(DECIDED,	"decided")	/* decision, traffic, text: why */ \
	X(SET,		"set")		/* decision: is what users are told */ \
	X(CORRECTED,	"corrected")	/* text: what others had changed; it is to
					 * be set again */ \
	X(ADVANCED,	"advanced")	/* share, force: an operator's word */ \
	X(HELD,		"held")		/* text: why the share stays; "" is over */ \
	X(GUARD,	"guard")	/* verdict, text */ \
	X(PAUSED,	"paused")	/* text; host: whose failure it was */ \
	X(RESUMED,	"resumed") \
	X(SKIPPED,	"skipped")	/* host, text: it stays where it is */ \
	X(RETRIED,	"retried")	/* host: it is one of the plan, anew */ \
	X(ROLL_BACK,	"roll-back")	/* text: rolling-back from here on; host:
					 * whose failure it was */ \
	X(ABORT,	"abort")	/* text, force: aborting from here on */ \
	X(MOVED,	"moved")	/* moving becomes draining */ \
	X(DRAINED,	"drained")	/* draining becomes relaying */ \
	X(RELAYED,	"relayed")	/* relaying becomes done */ \
	X(RELAY_BEGUN,	"relay-begun")	/* from here on the relay may be open */ \
	X(RELAY_OPEN,	"relay-open")	/* it is */ \
	X(RELAY_SHUT,	"relay-shut")	/* text: what it has carried */ \
	X(CLOSE,	"close")	/* force: what is left of draining and
					 * relaying is skipped */ \
	X(CLOSED,	"closed")	/* done becomes closed */ \
	X(ROLLED_BACK,	"rolled-back") \
	X(ABORTED,	"aborted") \
	X(SAMPLE,	"sample")	/* sample: changes no state */ \
	X(LATE,		"late")		/* text: a network whose answers had
					 * run out; count: connections. No state */ \
	X(NOTE,		"note")		/* text; changes no state */

enum migevent_kind {
#define X(kind, word) MIGEVENT_##kind,
	MIGEVENT_KINDS(X)
#undef X
};
#define X(kind, word) + 1	/* how many there are */
enum { MIGEVENT_KIND_COUNT = 0 MIGEVENT_KINDS(X) };
#undef X

/* What is asked of a driver or of companions; PREPARE is of no host. */
#define MIGEVENT_STEPS(X) \
	X(PREPARE,	"prepare")	/* tunnels, endpoints, monitors; check
					 * of every host by its driver */ \
	X(STORAGE,	"storage") \
	X(MEMORY,	"memory") \
	X(ANNOUNCE,	"announce")	/* etheripd: the station is there now */ \
	X(VERIFY,	"verify")	/* driver, check-url, where */ \
	X(FINISH,	"finish")	/* what is left behind goes; job closed */ \
	X(CANCEL,	"cancel")	/* storage and memory are given up */ \
	X(LOCATE,	"locate")	/* driver's verify alone: is it there? */

enum migevent_step {
#define X(step, word) MIGEVENT_##step,
	MIGEVENT_STEPS(X)
#undef X
};
#define X(step, word) + 1
enum { MIGEVENT_STEP_COUNT = 0 MIGEVENT_STEPS(X) };
#undef X

enum migevent_verdict { MIGEVENT_FINE, MIGEVENT_HOLD, MIGEVENT_BREACH };

/* What users are to be told, in the terms of the run; migtraffic makes pools of
 * it. rescue: both pools are enabled, whatever share says. */
struct migevent_traffic {
	uint32_t	 share;		/* per cent for the new site */
	bool		 rescue;
	bool		 low_ttl;	/* the run's TTL, not the one before */
};

struct migevent_flow {
	uint16_t	 host;
	uint64_t	 done, total;	/* octets; total 0: not known */
};

/* Each MIGEVENT_UNKNOWN where nothing was measured. */
struct migevent_sample {
	int32_t		 configured;	/* per cent for the new site */
	int32_t		 served;	/* of the answers given since the last */
	int32_t		 effective;	/* of the connections */
	int64_t		 residual;	/* connections that came to the old site */
	int32_t		 errors_pm;	/* per mille */
	int32_t		 p95_ms;
	size_t		 flow_count;
	struct migevent_flow flows[MIGEVENT_FLOWS_MAX];
};

struct migevent {
	enum migevent_kind kind;
	int64_t		 at_ms;		/* wall clock since 1970 */
	char		 user[MIGEVENT_USER_MAX];	/* "": gtmd itself */
	char		 text[MIGEVENT_TEXT_MAX];	/* a sentence or "" */
	int		 host;		/* index, or MIGEVENT_NO_HOST */
	enum migevent_step step;
	bool		 back;		/* the step goes home */
	uint32_t	 attempt;	/* of this step and host, from 1 */
	bool		 retry, force;
	uint64_t	 octets, wire_octets;	/* of the step; 0 = not known */
	uint32_t	 decision;	/* from 1 */
	struct migevent_traffic traffic;
	uint32_t	 share;
	enum migevent_verdict verdict;
	uint64_t	 count;
	struct migspec	*spec;		/* BEGUN: owned; else NULL */
	struct migevent_sample sample;
};

/* The words of the journal. */
const char *migevent_name(enum migevent_kind k);
const char *migevent_step_name(enum migevent_step s);
const char *migevent_verdict_name(enum migevent_verdict v);

/* An event with nothing in it but its kind. */
void migevent_init(struct migevent *e, enum migevent_kind k);
/* Frees a spec. Harmless twice. */
void migevent_fini(struct migevent *e);
/* Text as by printf, cut at what there is room for. */
void migevent_say(struct migevent *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The event becomes what a line gives back: in user and text control characters and
 * what is not UTF-8 are '?', a number too great for a line is the greatest, one that
 * was never measured is unknown. migevent_say does so, and migjournal_put: what
 * others count and say must not make a record that nobody can read again. */
void migevent_tidy(struct migevent *e);

/* For the caller to free. Hosts are told by name: spec says them (that of the
 * run; of BEGUN, its own). */
struct json *migevent_json(const struct migevent *e, const struct migspec *spec);
/* A value of a sample; what was not measured is left out. */
void migevent_put_known(struct json *j, const char *key, int64_t n);
/*
 * migevent_read - back again.
 *
 * spec   of the run, or NULL while nothing has begun: hosts are unknown then
 * ret    0, or ERR_PARSE, ERR_RANGE, ERR_UNKNOWN (kind, step), ERR_REF (host)
 *        with e filled in; ev is then for nobody to free
 */
int migevent_read(const struct json *j, const struct migspec *spec,
    struct migevent *ev, struct err *e);

#endif
