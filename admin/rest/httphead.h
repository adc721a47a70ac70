/* admin/rest/httphead.h - the head of an HTTP/1.1 request, read strictly.
 *
 * One form is taken: lines end in CRLF, one blank stands between the words of
 * the first, a name touches its colon, no line goes on in the next, HTTP/1.1
 * is the version (RFC 9112 2.2, 3, 5; what it lets a server forgive is not
 * forgiven). What the lines mean together, framing.h judges.
 * Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_HTTPHEAD_H
#define ADMIN_REST_HTTPHEAD_H

#include <stddef.h>

#include "admin/rest/framing.h"

struct err;

#define HTTPHEAD_MAX	((size_t)16 * 1024)	/* octets */

struct httphead {
	const char	*method, *target;
	struct httphead_line {
		const char *name, *value;
	}		 lines[FRAMING_HEADERS_MAX];
	size_t		 count;
	struct framing	 framing;
};

/*
 * httphead_find_end - is the head whole?
 *
 * in     text, len  all that came so far
 *        at         0 at first; then what the last call left there
 * ret    octets of the head with its empty line; 0 = more must come;
 *        ERR_PARSE as soon as an octet is seen that no head has there
 * cost   each octet is looked at once over all calls
 */
int httphead_find_end(const char *text, size_t len, size_t *at,
    struct err *e);

/*
 * httphead_parse - cut a whole head into its lines.
 *
 * in     text, len  as httphead_find_end found it; cut to pieces, and
 *                   borrowed by h
 * ret    0, and framing has seen all lines but not judged them; ERR_PARSE, or
 *        ERR_RANGE: more than FRAMING_HEADERS_MAX lines
 */
int httphead_parse(struct httphead *h, char *text, size_t len,
    struct err *e);

/* The first value of that name, in whatever case; NULL = none. */
const char *httphead_find(const struct httphead *h, const char *name);

#endif
