/* monitors/sight.h - what can be seen of the probes of one instance: the newest
 * result, how fast answers come, and the words for a result.
 *
 * For people; no decision is made from it. Pure: one push a result, which
 * allocates nothing. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SIGHT_H
#define MONITORS_SIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/probe.h"

struct monitor;

/* All zero is one that has seen nothing. */
struct sight {
	struct probe_result last;	/* newest, abstentions included */
	mono_ns	 last_ns;		/* when it came */
	uint64_t results;		/* seen so far, of these */
	uint64_t abstained;		/* were faults of our own */
	uint64_t history;		/* newest verdict in bit 0, 1 = success;
					 * without those faults */
	uint32_t latency_us8;		/* 8 x the mean below */
};

/* Room for every sentence of sight_words. */
#define SIGHT_WORDS_MAX	192

/* One more result has come. */
void sight_push(struct sight *s, const struct probe_result *r, mono_ns now);

/* How long a success takes: exponentially weighted, the newest counts for an
 * eighth (as RFC 6298 section 2 has it). 0 = none yet. */
uint32_t sight_latency_us(const struct sight *s);

#define SIGHT_HISTORY_MAX	65	/* 64 verdicts and NUL */

/* The history as text, newest verdict last: '1' success, '0' miss, as many of
 * the last 64 as there were. Returns text. */
const char *sight_history(const struct sight *s, char text[SIGHT_HISTORY_MAX]);

/* probe_reason, with what the monitor was looking for where it has a recv:
 * no match for "200 OK" in the first 512 octets. m is effective. Returns
 * text. */
const char *sight_words(const struct monitor *m, const struct probe_result *r,
    char *text, size_t cap);

#endif
