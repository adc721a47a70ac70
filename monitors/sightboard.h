/* monitors/sightboard.h - what the prober sees of each place, in memory that the
 * process which answers reads when somebody asks.
 *
 * So an outcome that changes nothing costs no message. One writer, the prober;
 * what it has not finished writing when it dies is not read. For people: no
 * decision is made from it, and what is read is checked, for the writer talks to
 * strangers. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_SIGHTBOARD_H
#define MONITORS_SIGHTBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "monitors/sight.h"

#define SIGHTBOARD_SLOTS_MAX	(UINT32_C(1) << 20)

struct err;
struct sightboard;

struct sightboard_entry {
	uint64_t	token;		/* whose; its low half is the slot */
	mono_ns		next_ns;	/* start of the next probe; 0 = none */
	struct sight	sight;
};

/* New memory, all empty, of which only what is written takes room. NULL with a
 * sentence in e. */
struct sightboard *sightboard_new(struct err *e);
/* The same memory, by its descriptor, which stays the caller's. */
struct sightboard *sightboard_map(int fd, struct err *e);
/* Takes *pb; NULL is harmless. */
void sightboard_free(struct sightboard **pb);
/* For another process; borrowed, close-on-exec. */
int sightboard_fd(const struct sightboard *b);

/* The prober's: some 50 ns, no system call. */
void sightboard_write(struct sightboard *b, const struct sightboard_entry *en);
/* False when the slot is not this token's, is being written for longer than a
 * reader waits, or holds what no writer of ours writes. */
bool sightboard_read(const struct sightboard *b, uint64_t token,
    struct sightboard_entry *out);

#endif
