/* core/base/clock.c - the system's time and a test's time.
 *
 * clock_system is constant and fits any thread; a fake clock belongs to the
 * test that moves it. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/clock.h"

#include <assert.h>
#include <time.h>

static mono_ns
system_mono(const struct clock *c)
{
	struct timespec ts;
	int rc = clock_gettime(CLOCK_MONOTONIC, &ts);

	(void)c;
	assert(rc == 0);
	return (mono_ns)ts.tv_sec * CLOCK_S + (mono_ns)ts.tv_nsec;
}

static real_s
system_real(const struct clock *c)
{
	struct timespec ts;
	int rc = clock_gettime(CLOCK_REALTIME, &ts);

	(void)c;
	assert(rc == 0);
	return ts.tv_sec;
}

static mono_ns
fake_mono(const struct clock *c)
{
	return c->fake_mono;
}

static real_s
fake_real(const struct clock *c)
{
	return c->fake_real;
}

const struct clock clock_system = { .mono = system_mono, .real = system_real };

void
clock_fake_init(struct clock *c, mono_ns mono, real_s real)
{
	*c = (struct clock){
		.mono = fake_mono, .real = fake_real,
		.fake_mono = mono, .fake_real = real,
	};
}

void
clock_fake_advance(struct clock *c, dur_ns by)
{
	mono_ns was = c->fake_mono;

	assert(c->mono == fake_mono && by <= UINT64_MAX - was);
	c->fake_mono += by;
	/* The wall clock ticks where the monotonic one passes a full second,
	 * so that many short steps add up to what one long step gives. */
	c->fake_real += (real_s)(c->fake_mono / CLOCK_S - was / CLOCK_S);
}
