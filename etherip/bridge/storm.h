/* etherip/bridge/storm.h - how many frames that go to everybody may cross, and how many octets
 * of them: two token buckets that one frame has to satisfy (as RFC 2697's committed bucket).
 *
 * One for each direction and kind, of one thread; in the BPF tiers the same arithmetic is
 * done in the kernel. Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_STORM_H
#define ETHERIP_BRIDGE_STORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

/* What is limited, each by itself. */
enum storm_kind { STORM_BROADCAST, STORM_MULTICAST, STORM_UNKNOWN };
#define STORM_KINDS	3

struct storm {
	uint64_t frames_s;	/* frames a second; 0: any number */
	uint64_t octets_s;	/* octets a second; 0: as many as come */
	/* What may come now, in parts of 10^-9 of a frame, of an octet: at most what
	 * comes in STORM_BURST_NS, and one frame of the longest. */
	uint64_t frames, octets;
	mono_ns	 at;		/* when it was so */
};

#define STORM_BURST_NS	(100 * CLOCK_MS)
#define STORM_FRAME_MAX	65536u		/* octets */
#define STORM_RATE_MAX	UINT64_C(1000000000)	/* frames, octets a second */

/* Full from the start. Rates up to STORM_RATE_MAX. */
void storm_init(struct storm *s, uint64_t frames_s, uint64_t octets_s,
    mono_ns now);
/* May a frame of so many octets cross? Then it is counted. now never goes back. */
bool storm_admit(struct storm *s, size_t len, mono_ns now);

#endif
