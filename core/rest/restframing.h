/* core/rest/restframing.h - is a request's length clear? What two programs might
 * read in two ways is refused (RFC 9112 sections 6.3 and 11.2).
 * Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTFRAMING_H
#define CORE_REST_RESTFRAMING_H

#include <stdbool.h>
#include <stdint.h>

struct err;

/* All zero at first. */
struct restframing {
	unsigned	 lengths, encodings, hosts;
	bool		 odd_length;	/* not just digits, or too many */
	bool		 odd_encoding;	/* something but chunked */
	uint64_t	 body_len;	/* what Content-Length says; 0 = none */
};

/* One header field of the request; value may be NULL. True when it is one of
 * those that count here. */
bool restframing_header(struct restframing *f, const char *name,
    const char *value);

/* After all of them: one length or one chunked body, one host, at most. 0,
 * or ERR_PARSE with e filled. */
int restframing_check(const struct restframing *f, struct err *e);

/* Is this Content-Type JSON, whatever its parameters (RFC 9110 8.3)? NULL is
 * none. */
bool restframing_is_json(const char *type);

#endif
