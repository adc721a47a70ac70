/* core/base/clock.h - time that a test can hold still.
 *
 * Three kinds that never mix: mono_ns (monotonic, for timers and intervals),
 * real_s (wall clock since 1970, for logs and signatures), dur_ns (a length).
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdint.h>

typedef uint64_t mono_ns;
typedef int64_t  real_s;
typedef uint64_t dur_ns;

#define CLOCK_MS	UINT64_C(1000000)
#define CLOCK_S		UINT64_C(1000000000)

/* A source of time: the system's, or one that a test sets. */
struct clock {
	mono_ns	(*mono)(const struct clock *);
	real_s	(*real)(const struct clock *);
	mono_ns	 fake_mono;	/* what the fake source answers */
	real_s	 fake_real;
};

extern const struct clock clock_system;

/* A clock that stands still at the given times until moved. */
void clock_fake_init(struct clock *c, mono_ns mono, real_s real);
/* Moves a fake clock forward; its wall clock ticks with each full second that
 * its monotonic time passes. */
void clock_fake_advance(struct clock *c, dur_ns by);

static inline mono_ns
clock_mono(const struct clock *c)
{
	return c->mono(c);
}

static inline real_s
clock_real(const struct clock *c)
{
	return c->real(c);
}

#endif
