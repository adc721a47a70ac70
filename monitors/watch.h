/* monitors/watch.h - the face of monitoring: "tell me whether this address is
 * well according to this monitor, and when that changes".
 *
 * Watches of the same monitor and destination share one instance, that is one
 * probe per interval. All of it belongs to the control loop's thread, callbacks
 * included; other threads read the board. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_WATCH_H
#define MONITORS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "monitors/health.h"
#include "monitors/sight.h"

struct monitor;
struct sched;
struct watch;

/* The debounced state of w has changed. In here any watch may be opened or
 * closed, w too. */
typedef void (*watch_fn)(struct watch *w, void *arg);

/*
 * watch_open - watch an address through a monitor.
 *
 * in     m     effective monitor (monitor_effective), held by the watch; give
 *              the same object for many addresses, its spec is then shared
 *        vs    the virtual server's own address and port; the monitor's
 *              destination replaces what it names
 *        fn    may be NULL
 * ret    never NULL. Its state is what an instance of the same monitor name
 *        and destination has now, or what was seeded, else unknown. So a
 *        changed monitor does not flap: open the new watch, then close the old
 * cost   O(log instances); no probe starts before the loop's next turn
 */
struct watch *watch_open(struct sched *s, struct monitor *m,
    const struct addrport *vs, watch_fn fn, void *arg);
/* The same on an address that shows whether anything is in sight (doubt.h);
 * nobody is told of its changes. */
struct watch *watch_open_control(struct sched *s, struct monitor *m,
    const struct addrport *to, void *arg);
/* The last watch of an instance ends it. Takes *wp; NULL is harmless. */
void watch_close(struct watch **wp);

/* What the instance was last found to be. */
enum health_state watch_state(const struct watch *w);
/* When that came to be so; for unknown, when the watching began. */
real_s watch_since(const struct watch *w);
/* For board_read. */
uint32_t watch_slot(const struct watch *w);
struct watch_view {
	const struct monitor *monitor;	/* effective; the watch's */
	struct addrport	 to;		/* where its probes go */
	enum health_state state;
	real_s		 since_s;
	bool		 probing;	/* a probe is under way */
	bool		 control;	/* opened as one */
	bool		 held;		/* it is well, and held down (damp.h) */
	uint32_t	 flap_penalty;
	mono_ns		 next_ns;	/* start of the next; 0 = none is due */
	struct sight	 sight;
};
/* All that is known of the instance behind a watch, as of now. */
void watch_look(const struct watch *w, struct watch_view *out);

/* "Checking", "Monitor /Common/http from 127.0.0.1 : UP", "Monitor … :
 * connection refused". Returns text. */
const char *watch_reason(const struct watch *w, char *text, size_t cap);

#endif
