/* gtmd/decide/decision_build.h - the block of a decision while it grows: measured by
 * one pass, written by a second that takes the same parts. Between the files
 * that compile a decision. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_DECISION_BUILD_H
#define GTMD_DECIDE_DECISION_BUILD_H

#include <stddef.h>
#include <stdint.h>

struct decision_spec;
struct settle;

/* With base NULL it only measures. */
struct decision_build {
	const struct decision_spec *spec;
	const struct settle *settle;
	uint8_t		*base;
	size_t		 len;
};

/* The next len octets of the block, zero, 8-octet aligned; NULL while
 * measuring. */
static inline void *
decision_build_take(struct decision_build *b, size_t len)
{
	size_t at = b->len;

	b->len += (len + 7) & ~(size_t)7;
	return b->base != NULL ? b->base + at : NULL;
}

#endif
