/* admin/rest/chunked.h - bodies in chunks (RFC 9112 7.1), read strictly: no
 * extensions, no trailers, CRLF and nothing else.
 *
 * Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_CHUNKED_H
#define ADMIN_REST_CHUNKED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct strbuf;

/* All zero before the first octet. */
struct chunked {
	enum chunked_state {
		CHUNKED_SIZE, CHUNKED_SIZE_LF,
		CHUNKED_DATA, CHUNKED_DATA_CR, CHUNKED_DATA_LF,
		CHUNKED_END_CR, CHUNKED_END_LF,
		CHUNKED_DONE,		/* the body is whole */
	}		 state;
	unsigned	 digits;	/* of the size that is being read */
	uint32_t	 left;		/* octets of this chunk to come */
};

/*
 * chunked_read - take what belongs to the body out of what came.
 *
 * out    body  gets the chunks' octets appended, at most len
 * ret    octets of in that were used: all of them, or fewer when the body
 *        ended there (state CHUNKED_DONE); ERR_PARSE with a sentence
 */
ssize_t chunked_read(struct chunked *c, const char *in, size_t len,
    struct strbuf *body, struct err *e);

#endif
