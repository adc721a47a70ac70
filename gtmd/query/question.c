/* gtmd/query/question.c - header, question, additional records; see question.h.
 *
 * The octets are a stranger's: every read is bounded, a record that is not
 * OPT is only stepped over. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/question.h"

#include <string.h>

#include "core/wire/rbuf.h"
#include "gtmd/query/world.h"

#define FLAG_QR		0x80
#define OPCODE(b)	((b) >> 3 & 0x0f)
#define OPT_DO		0x8000	/* RFC 3225 section 3, in OPT's TTL */

/* EDNS options that we look at. */
enum { OPTION_NSID = 3, OPTION_SUBNET = 8, OPTION_COOKIE = 10,
	OPTION_KEEPALIVE = 11, OPTION_PADDING = 12 };

struct counts {
	uint16_t question, answer, authority, additional;
};

static struct counts
read_counts(struct rbuf *r)
{
	struct counts c;

	c.question = rbuf_u16(r);
	c.answer = rbuf_u16(r);
	c.authority = rbuf_u16(r);
	c.additional = rbuf_u16(r);
	return c;
}

/* A name that stands whole in the question; a pointer there could only point
 * into the header. */
static bool
read_name(struct question *q, struct rbuf *r)
{
	size_t at = r->off, len = dnsname_read(r, q->name);

	if (len == 0 || r->off - at != len)
		return false;
	q->name_len = (uint8_t)len;
	q->hash = dnsname_hash(q->name, len);
	return true;
}

static bool
read_question(struct question *q, struct rbuf *r)
{
	const uint8_t *p;

	if (!read_name(q, r) || !rbuf_skip(r, 4))
		return false;
	p = r->base + r->off - 4;
	q->type = (uint16_t)(p[0] << 8 | p[1]);
	q->class = (uint16_t)(p[2] << 8 | p[3]);
	q->end = (uint16_t)r->off;
	return true;
}

/* Steps over an owner: labels up to the root or a pointer, not followed. */
static void
skip_name(struct rbuf *r)
{
	uint8_t n;

	while ((n = rbuf_u8(r)) != 0) {
		if ((n & 0xc0) == 0xc0) {
			rbuf_skip(r, 1);
			return;
		}
		if (n > 63 || !rbuf_skip(r, n))
			r->bad = true;
		if (r->bad)
			return;
	}
}

/* RFC 7873 section 5.2: client part, and none or 8 to 32 octets of a server;
 * only the first cookie counts (5.2.2). */
static void
read_cookie(struct question *q, struct rbuf *r, uint16_t len)
{
	const uint8_t *octets = r->base + r->off;

	if (!rbuf_skip(r, len))
		return;
	if (len != COOKIE_CLIENT && (len < 2 * COOKIE_CLIENT ||
	    len > COOKIE_MAX)) {
		r->bad = true;
	} else if (q->cookie_len == 0) {
		q->cookie_len = (uint8_t)len;
		memcpy(q->cookie, octets, len);
	}
}

/* The address of a client subnet: as many octets as its bits need, and no bit
 * set behind them. */
static bool
read_client(struct question *q, uint8_t family, const uint8_t *octets,
    size_t len)
{
	uint8_t source = q->subnet[2], max = family == AF_INET ? 32 : 128;

	if (source > max || len != (source + 7u) / 8)
		return false;
	if (source % 8 != 0 &&
	    (octets[len - 1] & (0xff >> source % 8)) != 0)
		return false;
	if (source == 0)
		return true;	/* "do not tell": RFC 7871 7.1.2 */
	q->client.addr.family = family;
	memcpy(q->client.addr.octets, octets, len);
	q->client.len = source;
	return true;
}

/* RFC 7871 section 6; only the first counts. A query's scope is 0. Family 0
 * is written by some of those who tell nothing. */
static void
read_subnet(struct question *q, struct rbuf *r, uint16_t len)
{
	const uint8_t *o = r->base + r->off;
	bool good = len >= QUESTION_SUBNET_HEAD && len <= QUESTION_SUBNET_MAX;

	if (!rbuf_skip(r, len) || q->subnet_len != 0)
		return;
	if (good) {
		q->subnet_len = (uint8_t)len;
		memcpy(q->subnet, o, len);
		good = o[0] == 0 && o[3] == 0;
	}
	if (good && o[1] != 0)
		good = o[1] <= 2 && read_client(q, o[1] == 1 ? AF_INET :
		    AF_INET6, o + QUESTION_SUBNET_HEAD,
		    len - QUESTION_SUBNET_HEAD);
	else if (good)
		good = o[2] == 0 && len == QUESTION_SUBNET_HEAD;
	if (good)
		return;
	r->bad = true;
	q->subnet_len = 0;
}

/* r spans the options alone. Unknown ones are stepped over (RFC 6891 6.1.2).
 * A keepalive that carries a time-out comes from a server (RFC 7828 3.1). */
static void
read_options(struct question *q, struct rbuf *r)
{
	while (!r->bad && rbuf_left(r) > 0) {
		uint16_t code = rbuf_u16(r), len = rbuf_u16(r);

		if (code == OPTION_COOKIE) {
			read_cookie(q, r, len);
			continue;
		}
		if (code == OPTION_SUBNET) {
			read_subnet(q, r, len);
			continue;
		}
		rbuf_skip(r, len);
		if (code == OPTION_NSID)
			q->nsid = true;
		else if (code == OPTION_KEEPALIVE)
			q->keepalive = true;
		else if (code == OPTION_PADDING)
			q->padding = true;
	}
}

/* One additional record: OPT is read, others are stepped over. Returns the
 * RCODE that it asks for. */
__attribute__((noinline))	/* so that reading none is not a call */
static enum rcode
read_record(struct question *q, struct rbuf *r)
{
	bool root = rbuf_left(r) > 0 && r->base[r->off] == 0;
	struct rbuf options;
	uint16_t type, class, len;
	uint32_t ttl;

	skip_name(r);
	type = rbuf_u16(r);
	class = rbuf_u16(r);
	ttl = rbuf_u32(r);
	len = rbuf_u16(r);
	rbuf_init(&options, r->base + r->off, len);
	if (!rbuf_skip(r, len))
		return RCODE_FORMERR;
	if (type != RRTYPE_OPT)
		return RCODE_NOERROR;
	if (!root || q->edns)
		return RCODE_FORMERR;
	q->edns = true;
	q->dnssec_ok = (ttl & OPT_DO) != 0;
	q->payload = class > WORLD_UDP_MIN ? class : WORLD_UDP_MIN;
	if ((ttl >> 16 & 0xff) != 0)
		return RCODE_BADVERS;
	read_options(q, &options);
	return options.bad ? RCODE_FORMERR : RCODE_NOERROR;
}

/* FORMERR of any record outweighs BADVERS of one. */
static enum rcode
read_records(struct question *q, struct rbuf *r, uint32_t count)
{
	enum rcode worst = RCODE_NOERROR, rc;

	while (count-- > 0) {
		rc = read_record(q, r);
		if (rc == RCODE_FORMERR)
			return rc;
		if (rc != RCODE_NOERROR)
			worst = rc;
	}
	return rbuf_left(r) == 0 ? worst : RCODE_FORMERR;
}

/* Types that are no data (RFC 6895 3.1): what to say to who asks for them.
 * NXNAME: RFC 9824 section 3.5. */
static enum rcode
check_type(uint16_t type)
{
	switch (type) {
	case RRTYPE_OPT:
	case QTYPE_NXNAME:
	case QTYPE_TKEY:
	case QTYPE_TSIG:
		return RCODE_FORMERR;
	case QTYPE_IXFR:
	case QTYPE_AXFR:
		return RCODE_REFUSED;
	case QTYPE_MAILB:
	case QTYPE_MAILA:
		return RCODE_NOTIMP;
	default:	/* a number off the wire, not an enum */
		return RCODE_NOERROR;
	}
}

/* No question: good for who wants to know his cookie, for nobody else. */
static enum rcode
read_cookie_alone(struct question *q, struct rbuf *r, const struct counts *c)
{
	enum rcode rc = RCODE_FORMERR;

	if (c->answer == 0 && c->authority == 0)
		rc = read_records(q, r, c->additional);
	return rc == RCODE_NOERROR && q->cookie_len == 0 ? RCODE_FORMERR : rc;
}

/* The rest of a QUERY after its counts. */
static enum rcode
read_query(struct question *q, struct rbuf *r, const struct counts *c)
{
	enum rcode rc;

	if (c->question == 0)
		return read_cookie_alone(q, r, c);
	if (c->question != 1 || !read_question(q, r) || c->answer != 0 ||
	    (c->authority != 0 && q->type != QTYPE_IXFR))
		return RCODE_FORMERR;
	/* The SOA that says which version an IXFR starts from. */
	rc = read_records(q, r, (uint32_t)c->authority + c->additional);
	return rc != RCODE_NOERROR ? rc : check_type(q->type);
}

void
question_read(struct question *q, const uint8_t *packet, size_t len)
{
	struct counts c;
	struct rbuf r;

	q->end = QUESTION_AT;
	q->type = q->class = 0;
	q->payload = WORLD_UDP_MIN;
	q->size = (uint16_t)len;
	q->name_len = 0;
	q->cookie_len = q->subnet_len = 0;
	q->client = (struct addr_prefix){ .len = 0 };
	q->edns = q->dnssec_ok = q->nsid = q->keepalive = false;
	q->padding = false;
	q->rcode = RCODE_NOERROR;
	q->fate = QUESTION_DROP;
	if (len < QUESTION_AT || (packet[2] & FLAG_QR) != 0)
		return;
	rbuf_init(&r, packet, len);
	rbuf_skip(&r, 4);
	c = read_counts(&r);
	if (OPCODE(packet[2]) != 0) {
		/* Other opcodes lay the rest out as they like. */
		if (c.question == 1)
			(void)read_question(q, &r);
		q->rcode = RCODE_NOTIMP;
	} else {
		q->rcode = (uint8_t)read_query(q, &r, &c);
	}
	q->fate = q->rcode == RCODE_NOERROR && q->end > QUESTION_AT ?
	    QUESTION_ASK : QUESTION_ERROR;
}
