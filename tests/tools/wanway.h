/* tests/tools/wanway.h - one way of an emulated link: what enters, and when it leaves.
 *
 * The model is a finite queue, a transmitter of some rate behind it, a wire of some
 * length behind that, which loses a share of what it carries. What arrives while the
 * queue has no room is dropped (drop-tail); nothing overtakes. All is counted in
 * segments and octets of IP. Pure: the caller brings time and octets. Memory is
 * reserved at the start. Used by the link emulator of the tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TOOLS_WANWAY_H
#define TESTS_TOOLS_WANWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WANWAY_NEVER	UINT64_MAX

struct wanway_config {
	uint64_t	rate_bps;	/* > 0; of octets of IP */
	uint64_t	delay_ns;
	uint64_t	queue_len;	/* octets that may wait for the transmitter */
	double		loss;		/* 0..1, each segment by itself */
	uint64_t	seed;		/* of the losses */
};

struct wanway_counts {		/* segments, where nothing else is said */
	uint64_t	arrived, delivered;
	uint64_t	arrived_len, delivered_len;	/* octets */
	uint64_t	frames;		/* delivered: each stands for 1 to 46 segments */
	uint64_t	full;		/* dropped: the queue had no room */
	uint64_t	lost;		/* on the wire */
	uint64_t	cut;		/* before, on and behind the wire that was cut */
	uint64_t	odd;		/* frames that cannot be */
	uint64_t	queue_max;	/* octets that waited at most */
	uint64_t	late_max_ns;	/* delivered so much after their time */
	uint64_t	late_sum_ns;	/* of all frames */
};

struct wanway {
	struct wanway_config	with;
	struct wanway_counts	counts;
	uint64_t		random;		/* never 0 */
	uint64_t		lose_below;	/* a draw below this is a loss */
	uint64_t		free_ns;	/* when the transmitter is idle again */
	uint64_t		up_ns;		/* when a cut ends */
	uint8_t			*room;		/* owned: the frames on their way */
	size_t			cap, head, tail;
	size_t			waiting;	/* frames in it */
};

/* Returns false when there is no memory for what can be on its way. */
bool wanway_init(struct wanway *w, const struct wanway_config *with);
void wanway_fini(struct wanway *w);

/* Another share of losses, 0..1, from now on. */
void wanway_lose(struct wanway *w, double share);

/* Takes one frame of the device (wansuper.h), or drops what has no room. now_ns
 * never goes back, here and below. No allocation; the octets are copied once. */
void wanway_arrive(struct wanway *w, uint64_t now_ns, const uint8_t *frame,
    size_t len);

/* When the next frame is to leave, or WANWAY_NEVER. */
uint64_t wanway_next(struct wanway *w);

/* The frame that is to leave by now and its octets, or NULL. It is borrowed until
 * the next call. */
const uint8_t *wanway_leave(struct wanway *w, uint64_t now_ns, size_t *len);

/* All that is on its way is lost, and all that arrives before up_ns. */
void wanway_cut(struct wanway *w, uint64_t now_ns, uint64_t up_ns);

#endif
