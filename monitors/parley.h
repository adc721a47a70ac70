/* monitors/parley.h - probes over a TCP connection of their own on which both
 * sides speak in turns: what has come is read by the type, which says more,
 * waits for more, or knows enough.
 *
 * For protocols of few octets and fixed form; texts that a monitor sends and
 * wants are talk.h's. The reading is pure, so that it can be fuzzed. Control
 * loop only. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PARLEY_H
#define MONITORS_PARLEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct loop;
struct probe;
struct probe_job;
struct probe_result;
struct wbuf;

#define PARLEY_OUT_MAX	1024u	/* octets said in one turn */

/* One look at the other side's words. */
struct parley {
	uint64_t	 bits;		/* random, the same for all of a probe */
	unsigned	 said;		/* how often we have spoken */
	const uint8_t	*in;		/* what has come since then */
	size_t		 len;
	bool		 ended;		/* no more will come */
	struct wbuf	*out;		/* PARLEY_OUT_MAX of room */
};

enum parley_next {
	PARLEY_READ,		/* more has to come first */
	PARLEY_SAY,		/* out is said; all of in was read */
	PARLEY_DONE,		/* *r has outcome, code and status; out, if there
				 * is any, is said before we hang up */
};

/* First member of a type's spec. turn is called when the connection stands, with
 * nothing in, and whenever octets have come. */
struct parley_spec {
	enum parley_next (*turn)(const void *spec, const struct parley *at,
			    struct probe_result *r);
	size_t		 in_max;	/* octets of one turn; more is no
					 * protocol of ours */
	bool		 abrupt;	/* hang up with a reset: such a server
					 * does not mind, and no port is held */
};

/* Rows of struct probe_type, for types whose spec begins so; the engine goes by
 * attempt_engine_free. */
void *parley_engine_new(struct loop *l, struct err *e);
struct probe *parley_start(const struct probe_job *job);

#endif
