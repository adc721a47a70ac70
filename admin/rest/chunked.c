/* admin/rest/chunked.c - see chunked.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/chunked.h"

#include "core/base/err.h"
#include "core/base/hex.h"
#include "core/base/strbuf.h"

#define DIGITS_MAX	7	/* 256 MiB: far above what a body may have */

static int
read_size(struct chunked *c, char octet, struct err *e)
{
	int digit = hex_digit(octet);

	if (octet == '\r' && c->digits > 0) {
		c->state = CHUNKED_SIZE_LF;
		return 0;
	}
	if (digit < 0 || c->digits == DIGITS_MAX)
		return err_set(e, ERR_PARSE, "the size of a chunk is not 1 to "
		    "%d hexadecimal digits", DIGITS_MAX);
	c->digits++;
	c->left = c->left << 4 | (uint32_t)digit;
	return 0;
}

/* The size 0 ends the body (RFC 9112 7.1). */
static enum chunked_state
after_size(struct chunked *c)
{
	c->digits = 0;
	return c->left > 0 ? CHUNKED_DATA : CHUNKED_END_CR;
}

static int
read_end(struct chunked *c, char octet, struct err *e)
{
	char want = c->state == CHUNKED_DATA_CR || c->state == CHUNKED_END_CR ?
	    '\r' : '\n';

	if (octet != want)
		return err_set(e, ERR_PARSE, "a chunk does not end where its "
		    "size says, or has more than data");
	switch (c->state) {
	case CHUNKED_SIZE_LF:
		c->state = after_size(c);
		return 0;
	case CHUNKED_DATA_CR:
		c->state = CHUNKED_DATA_LF;
		return 0;
	case CHUNKED_DATA_LF:
		c->state = CHUNKED_SIZE;
		return 0;
	case CHUNKED_END_CR:
		c->state = CHUNKED_END_LF;
		return 0;
	case CHUNKED_END_LF:
		c->state = CHUNKED_DONE;
		return 0;
	case CHUNKED_SIZE:
	case CHUNKED_DATA:
	case CHUNKED_DONE:
		break;
	}
	return ERR_PARSE;		/* not called with these */
}

static size_t
read_data(struct chunked *c, const char *in, size_t len, struct strbuf *body)
{
	size_t n = len < c->left ? len : c->left;

	strbuf_add_len(body, in, n);
	c->left -= (uint32_t)n;
	if (c->left == 0)
		c->state = CHUNKED_DATA_CR;
	return n;
}

ssize_t
chunked_read(struct chunked *c, const char *in, size_t len,
    struct strbuf *body, struct err *e)
{
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && at < len && c->state != CHUNKED_DONE) {
		if (c->state == CHUNKED_DATA)
			at += read_data(c, in + at, len - at, body);
		else if (c->state == CHUNKED_SIZE)
			rc = read_size(c, in[at++], e);
		else
			rc = read_end(c, in[at++], e);
	}
	return rc == 0 ? (ssize_t)at : rc;
}
