/* etherip/path/pathcount.h - what one thread of a tunnel counts: it alone adds, others read
 * while it does. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHCOUNT_H
#define ETHERIP_PATH_PATHCOUNT_H

#include <stdatomic.h>
#include <stdint.h>

#include "etherip/path/pathdrop.h"

struct pathcount {
	_Alignas(64) _Atomic uint64_t frames;
	_Atomic uint64_t octets, cut, merged, clamped, told, unlearned,
	    notes_lost;
	_Atomic uint64_t drop[PATHDROPS];
};

/* Of the one thread that owns the counter. */
static inline void
pathcount_add(_Atomic uint64_t *c, uint64_t n)
{
	atomic_store_explicit(c, atomic_load_explicit(c,
	    memory_order_relaxed) + n, memory_order_relaxed);
}

static inline uint64_t
pathcount_get(const _Atomic uint64_t *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

#endif
