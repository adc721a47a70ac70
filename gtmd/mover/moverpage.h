/* gtmd/mover/moverpage.h - a page that a run looks at: of a host, of the users, of who
 * knows a lag. Control loop only. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERPAGE_H
#define GTMD_MOVER_MOVERPAGE_H

#include <stddef.h>

#include "core/base/clock.h"

struct fetch;
struct fetch_owner;
struct fetcher;
struct pageurl;

#define MOVERPAGE_WITHIN_NS	(2 * CLOCK_S)	/* no user waits longer */
#define MOVERPAGE_MAX		((size_t)1 << 20)	/* octets; more is no answer */

/* Asks once. host: the name that it is asked by; NULL is the address. data of the
 * owner is NULL where it counts alone that there is an answer. As fetch_start, of
 * which the fetch is. */
struct fetch *moverpage_start(struct fetcher *f, const struct pageurl *u,
    const char *host, const struct fetch_owner *owner);
/* The same for who waits longer, or less long. */
struct fetch *moverpage_start_within(struct fetcher *f, const struct pageurl *u,
    const char *host, dur_ns within_ns, const struct fetch_owner *owner);

#endif
