/* wom/types/portrange.h - ports of an application: "8000" or "49152-49215".
 * Layer: wom/types, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_PORTRANGE_H
#define WOM_TYPES_PORTRANGE_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct prop;

struct portrange {
	uint16_t first, last;	/* 1..65535, first <= last */
};

/* Numbers without sign or leading zero; 0, or ERR_PARSE with nothing written. */
int portrange_parse(const char *text, struct portrange *r);

/* Check of a row (struct prop): value is a char **. */
int portrange_check(const struct prop *p, const void *value, struct err *e);

static inline bool
portrange_has(const struct portrange *r, uint16_t port)
{
	return port >= r->first && port <= r->last;
}

#endif
