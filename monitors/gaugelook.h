/* monitors/gaugelook.h - one page of numbers: when it is looked at, and what those
 * who read off it find.
 *
 * Readers of the same monitor, address and path share a page, that is one fetch
 * an interval. A page of Prometheus is read as it comes, up to
 * GAUGELOOK_TEXT_MAX; a JSON document is held whole, up to GAUGELOOK_JSON_MAX. At
 * most GAUGELOOK_AT_ONCE are fetched at a time, others wait their turn. In the
 * prober: what strangers write is read here, and goes on as numbers.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_GAUGELOOK_H
#define MONITORS_GAUGELOOK_H

#include "core/base/list.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "monitors/fetch.h"
#include "monitors/gaugeindex.h"
#include "monitors/gaugeseen.h"
#include "monitors/gaugeset.h"

struct monitor_metrics;
struct promtext;

#define GAUGELOOK_TEXT_MAX	((size_t)8 << 20)
#define GAUGELOOK_JSON_MAX	((size_t)1 << 20)	/* 15 ms to read */
#define GAUGELOOK_AT_ONCE	64

/* What became of looks, beyond what a fetch can come to. */
enum { GAUGELOOK_NOT_JSON = FETCH_CODES, GAUGELOOK_NO_TARGET,
    GAUGELOOK_SAMPLES,		/* more that matter than GAUGESEEN_MAX */
    GAUGELOOK_OUTCOMES };

struct gaugelook_result {
	int		 outcome;	/* enum fetch_code or one of these */
	int		 sys_errno, status;	/* 0 = none */
	uint64_t	 octets;	/* of the page */
	uint64_t	 samples, bad, overlong;	/* lines, as promtext */
};

struct gaugelook;

/* A look has ended. When it did well, readers have been told by found. */
typedef void gaugelook_done_fn(void *arg, const struct gaugelook *l,
    const struct gaugelook_result *r);
/* A reader's numbers. */
typedef void gaugelook_found_fn(void *arg, const struct gaugeset *s,
    const struct gaugeset_value values[MONITOR_METRICS_WHATS]);
/* Is there room for what comes of a look? */
typedef bool gaugelook_ready_fn(void *arg);

/* What all pages share. */
struct gaugelook_desk {
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct list	 waiting;	/* gaugelook.queue */
	size_t		 running;
	gaugelook_done_fn *done;
	gaugelook_found_fn *found;
	gaugelook_ready_fn *ready;
	void		*arg;
};

struct gaugelook {
	unsigned	 magic;
#define GAUGELOOK_MAGIC	0x9a06e100u
	struct gaugelook_desk *desk;
	struct monitor_metrics *monitor;	/* effective; a reference */
	uint64_t	 id;
	struct addrport	 to;
	char		*path;		/* owned */
	struct list	 readers;	/* gaugeset.of_page */
	struct list	 gone;		/* the same, of those who left in the
					 * middle of a look: ours */
	dur_ns		 phase;		/* of the interval */
	struct list	 queue;		/* of the desk, while it waits */
	struct loop_timer due;
	struct fetch	*fetch;		/* while it runs, and so are: */
	struct promtext	*text;
	struct gaugeindex index;
	struct gaugeseen seen;
	bool		 crowded;	/* it did not hold them all */
	struct strbuf	 json;
};

/* What a page is and who shows it. Texts are copied. */
struct gaugelook_spec {
	struct monitor_metrics *monitor;	/* a reference of its own is taken */
	uint64_t	 id;
	struct addrport	 to;		/* no family or no port: nobody to ask */
	const char	*path;
};

/* The first look is at once. */
struct gaugelook *gaugelook_new(struct gaugelook_desk *d,
    const struct gaugelook_spec *s);
/* No reader is left. Takes *pl; NULL is harmless. */
void gaugelook_free(struct gaugelook **pl);

/* s is the caller's, who gives it up by removing it. */
void gaugelook_add(struct gaugelook *l, struct gaugeset *s);
/* Takes *ps. */
void gaugelook_remove(struct gaugeset **ps);

#endif
