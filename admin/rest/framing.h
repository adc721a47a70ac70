/* admin/rest/framing.h - is a request's head one that everybody reads alike?
 *
 * Judges header lines as they come; what two programs might take for two
 * different requests is refused (RFC 9112 6.3, 11.2). Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_FRAMING_H
#define ADMIN_REST_FRAMING_H

#include <stdbool.h>

#include "core/rest/restframing.h"

struct err;

#define FRAMING_HEADERS_MAX	100

/* All zero before the first line. */
struct framing {
	struct restframing length;
	unsigned	headers;
	unsigned	authorizations, tokens;
	unsigned	expects;
	bool		odd_octets, odd_type;
	bool		odd_expect, upgrades;
	bool		closes;		/* the peer wants no further request */
	char		host[256], origin[256];
};

/* One line of the head. value NULL is the empty one. */
void framing_push(struct framing *f, const char *name, const char *value);

/*
 * framing_check - the verdict, after the last line.
 *
 * ret    0, or ERR_PARSE: no or several Host, several Content-Length or one that
 *        is no number, a Transfer-Encoding that is not just "chunked" or stands
 *        beside a Content-Length, two sets of credentials of one kind, names
 *        and values with octets that have no place there (RFC 9110 5.5), an
 *        upgrade to another protocol, an expectation that is not
 *        "100-continue"; ERR_RANGE: more than FRAMING_HEADERS_MAX lines;
 *        ERR_DENIED: a page of another origin asks (RFC 6454 7.3);
 *        ERR_UNSUPPORTED: a body that is not JSON
 */
int framing_check(const struct framing *f, struct err *e);

/* Does a body follow the head? */
bool framing_has_body(const struct framing *f);

#endif
