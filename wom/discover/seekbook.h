/* wom/discover/seekbook.h - which destinations are asked for an end of tunnels on
 * their way, and when.
 *
 * One is asked, asked again after a wait that doubles each time, and in the end, or when
 * there was an answer, left alone for SEEKBOOK_REST_S. The clock is an argument.
 * Bounded. Layer: wom/discover, pure but for the tokens, which the system draws.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_SEEKBOOK_H
#define WOM_DISCOVER_SEEKBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "wom/discover/askwire.h"

#define SEEKBOOK_REST_S	3600u
#define SEEKBOOK_RESTING_MAX	4096u	/* the longest one goes for another */

struct seekbook;

struct seekbook_rules {
	uint32_t asked_max;	/* destinations at a time */
	dur_ns	 backoff_ns;	/* the first wait */
	uint32_t retries;	/* after the first time */
};

struct seekbook *seekbook_new(void);
/* Takes *bp; NULL is harmless. */
void seekbook_free(struct seekbook **bp);
/* From here on. */
void seekbook_set(struct seekbook *b, const struct seekbook_rules *r);
/* Forgets all of them: whoever rests may be asked anew. */
void seekbook_clear(struct seekbook *b);

/* A connection went there without a tunnel: it is due at once, unless it is known
 * or too many are being asked. Returns whether it is new. */
bool seekbook_want(struct seekbook *b, const struct addr *to, mono_ns now);

/* One that is due is to be asked now, with this token. False: none is. */
bool seekbook_next(struct seekbook *b, mono_ns now, struct addr *to,
    uint8_t token[ASKWIRE_TOKEN]);
/* When the next one is due; UINT64_MAX: nothing is under way. */
mono_ns seekbook_due(const struct seekbook *b);

/* An answer: is it to a question that is under way? It is over then. */
bool seekbook_answered(struct seekbook *b, const uint8_t token[ASKWIRE_TOKEN],
    mono_ns now, struct addr *to);

/* Destinations that are being asked. */
size_t seekbook_asked(const struct seekbook *b);

#endif
