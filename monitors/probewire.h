/* monitors/probewire.h - what gtmd and its prober say to each other: frames
 * over a socket pair, numbers in network order.
 *
 *	len u32 (of what follows), kind u8, body
 *
 * Pure: octets to values and back, every octet checked. Both ends are the same
 * program, so there is no version. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBEWIRE_H
#define MONITORS_PROBEWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "monitors/probe.h"
#include "monitors/probereport.h"
#include "monitors/probestat.h"
#include "monitors/suspect.h"

struct strbuf;
struct wbuf;

/* A monitor has at most this much text. */
#define PROBEWIRE_FRAME_MAX	(UINT32_C(1) << 20)
/* A monitored place is named by a slot, and a turn that is never used again. */
#define PROBEWIRE_SLOTS_MAX	(UINT32_C(1) << 20)

enum probewire_kind {
	/* to the prober */
	PROBEWIRE_MONITOR = 1,	/* number u32, words, 0, name, 0, tmsh text */
	PROBEWIRE_FORGET,	/* number u32: nobody will join by it */
	PROBEWIRE_JOIN,		/* struct probewire_join */
	PROBEWIRE_LEAVE,	/* token u64 */
	PROBEWIRE_RECALL,	/* token u64, state u8 */
	/* from it */
	PROBEWIRE_REPORT,	/* token u64, struct probereport */
	PROBEWIRE_COUNTS,	/* struct probewire_counts; also a sign of life */
	/* both ways */
	PROBEWIRE_GAUGE,	/* gaugewire.h */
};

struct probewire_frame {
	enum probewire_kind kind;
	const uint8_t	*body;		/* into the caller's octets */
	size_t		 len;
};

/* The frame that the octets start with. ret how many octets it takes; 0 when
 * more must come; -1 when no frame starts so. */
long probewire_next(const void *octets, size_t len,
    struct probewire_frame *f);

struct probewire_monitor {
	uint32_t	 number;
	const char	*words, *name;	/* terminated, into the frame */
	const char	*text;		/* not terminated */
	size_t		 text_len;
};

struct probewire_join {
	uint64_t	 token;
	uint32_t	 monitor;	/* its number */
	struct addrport	 to;
	bool		 control;	/* as of watch_open_control */
	struct probereport known;	/* at this moment */
};

/* What the scheduler counts, and one row for each type of probe_types. */
struct probewire_counts {
	uint64_t	 started, late_us_max;
	uint32_t	 in_flight, waiting;
	struct suspect_view doubt;	/* of itself */
	size_t		 row_count;
	struct probestat *rows;		/* the caller's; monitor is not said */
};

/* Each appends a whole frame. */
void probewire_put_monitor(struct strbuf *b,
    const struct probewire_monitor *m);
void probewire_put_forget(struct strbuf *b, uint32_t number);
void probewire_put_join(struct strbuf *b, const struct probewire_join *j);
void probewire_put_leave(struct strbuf *b, uint64_t token);
void probewire_put_recall(struct strbuf *b, uint64_t token,
    enum health_state state);
void probewire_put_report(struct strbuf *b, uint64_t token,
    const struct probereport *r);
void probewire_put_counts(struct strbuf *b, const struct probewire_counts *c);
/* fixed, and behind it text with its end; NULL = none. */
void probewire_put_gauge(struct strbuf *b, const struct wbuf *fixed,
    const char *text);

/* Each reads the body of a frame of its kind; false when it is none. counts:
 * row_count rows must have been sent. */
bool probewire_get_monitor(const struct probewire_frame *f,
    struct probewire_monitor *m);
bool probewire_get_forget(const struct probewire_frame *f, uint32_t *number);
bool probewire_get_join(const struct probewire_frame *f,
    struct probewire_join *j);
bool probewire_get_leave(const struct probewire_frame *f, uint64_t *token);
bool probewire_get_recall(const struct probewire_frame *f, uint64_t *token,
    enum health_state *state);
bool probewire_get_report(const struct probewire_frame *f, uint64_t *token,
    struct probereport *r);
bool probewire_get_counts(const struct probewire_frame *f,
    struct probewire_counts *c);

#endif
