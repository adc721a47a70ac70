/* core/rest/restframing.h - is a request's length clear? What two programs might
 * read in two ways is refused (RFC 9112 sections 6.3 and 11.2).
 * Layer: core/rest, pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTFRAMING_H
#define CORE_REST_RESTFRAMING_H

#include <stdbool.h>

/* All zero at first. */
struct restframing {
	unsigned	 lengths, encodings, hosts;
	bool		 odd;		/* a length but digits, a transfer
					 * encoding but chunked */
};

/* One header field of the request; value may be NULL. */
void restframing_header(struct restframing *f, const char *name,
    const char *value);

/* After all of them: one length or one chunked body at most, one host. */
bool restframing_is_clear(const struct restframing *f);

#endif
