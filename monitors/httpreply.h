/* monitors/httpreply.h - where an HTTP reply ends, and its status.
 *
 * Reads a growing buffer that a hostile server filled, piece by piece, each
 * octet once. What is not HTTP/1.x (a simple HTTP/0.9 reply, or noise) and
 * what has no usable length goes on until the connection closes. The caller
 * bounds the buffer. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_HTTPREPLY_H
#define MONITORS_HTTPREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct httpreply {
	enum httpreply_part {
		HTTPREPLY_START,	/* status line */
		HTTPREPLY_HEADERS,
		HTTPREPLY_COUNTED,	/* body of `left` octets */
		HTTPREPLY_CHUNK_SIZE,	/* line with the size of a chunk */
		HTTPREPLY_CHUNK,	/* `left` octets of data and CRLF */
		HTTPREPLY_TRAILERS,
		HTTPREPLY_OPEN,		/* whatever comes until it closes */
		HTTPREPLY_DONE,
	} part;
	bool	 head;		/* answers a HEAD: has no body */
	bool	 chunked;	/* of the header section read now */
	bool	 counted;	/* Content-Length was there, and just once */
	bool	 odd_length;	/* it was not a number, or two of them differ */
	int	 status;	/* 100..599, 0 = not known or not HTTP/1.x */
	size_t	 at;		/* octets understood so far */
	size_t	 look;		/* where to look on for the end of a line */
	uint64_t left;		/* octets of the body or chunk still to come */
};

void httpreply_init(struct httpreply *h, bool head);

/*
 * httpreply_push - go on, now that the buffer holds len octets.
 *
 * in     data  the whole reply from its first octet; len never shrinks
 * ret    true once the reply is complete: its length is h->at. Interim replies
 *        (1xx) are stepped over, h->status is that of the final one
 * cost   amortised O(octets); no allocation
 * src    RFC 9112 2.2, 4, 6.3, 7.1; RFC 9110 15.2 (1xx)
 */
bool httpreply_push(struct httpreply *h, const uint8_t *data, size_t len);

#endif
