/* gtmd/query/question.h - reads a query: header, the one question, EDNS.
 *
 * Decides which packets are worth an answer, which get an error at once and
 * which get silence; where the question points is answer's business. Works on
 * hostile octets, copies the name lower-cased and hashed, keeps no pointer
 * into the packet. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_QUESTION_H
#define GTMD_QUERY_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/wire/dnsname.h"
#include "gtmd/query/cookie.h"
#include "zones/rrtype.h"

#define QUESTION_AT	12	/* octets of the header before it */

/* EDNS client subnet: family, two lengths, an address. */
#define QUESTION_SUBNET_HEAD	4
#define QUESTION_SUBNET_MAX	(QUESTION_SUBNET_HEAD + 16)

/* RFC 6895 section 2.3; BADVERS takes the bits that OPT adds. */
enum rcode {
	RCODE_NOERROR = 0, RCODE_FORMERR = 1, RCODE_SERVFAIL = 2,
	RCODE_NXDOMAIN = 3, RCODE_NOTIMP = 4, RCODE_REFUSED = 5,
	RCODE_YXDOMAIN = 6, RCODE_BADVERS = 16, RCODE_BADCOOKIE = 23
};

/* Types beside those of zones/rrtype.h: what may stand in a question only,
 * and HINFO, which we make (RFC 8482). */
enum { QTYPE_HINFO = 13, QTYPE_NXNAME = 128, QTYPE_TKEY = 249,
	QTYPE_TSIG = 250, QTYPE_IXFR = 251, QTYPE_AXFR = 252,
	QTYPE_MAILB = 253, QTYPE_MAILA = 254 };
enum { RRCLASS_IN = 1, RRCLASS_CH = 3 };

enum question_fate {
	QUESTION_ASK,		/* well-formed: look for an answer */
	QUESTION_ERROR,		/* rcode is the whole reply; NOERROR: there is
				 * a cookie and no question (RFC 7873 5.4) */
	QUESTION_DROP,		/* no reply: not a query, or no header */
};

struct question {
	uint64_t	hash;		/* dnsname_hash of name */
	uint16_t	end;		/* octets of header and question; 12
					 * when there is none to send back */
	uint16_t	type, class;
	uint16_t	payload;	/* octets the asker takes by UDP; >= 512 */
	uint16_t	size;		/* octets of the whole message */
	uint8_t		rcode;		/* enum rcode, for QUESTION_ERROR */
	uint8_t		fate;		/* enum question_fate */
	uint8_t		name_len;
	bool		edns;		/* an OPT was there: the reply has one */
	/* One octet, so that the name starts a cache line: 18 cycles. */
	bool		dnssec_ok : 1;
	bool		nsid : 1;	/* asked for (RFC 5001) */
	bool		keepalive : 1;	/* asked for (RFC 7828) */
	bool		padding : 1;	/* it was padded (RFC 7830) */
	uint8_t		cookie_len;	/* octets of cookie; 0 = none */
	uint8_t		cookie[COOKIE_MAX];	/* RFC 7873: 8, or 16..40 */
	uint8_t		name[DNSNAME_MAX];	/* lower case, wire form */
	uint8_t		subnet_len;	/* octets of subnet; 0 = none */
	uint8_t		subnet[QUESTION_SUBNET_MAX];	/* RFC 7871 6, as it
						 * came */
	struct addr_prefix client;	/* what it says; family 0: nothing, as
					 * when its prefix has no bits */
};

/*
 * question_read - one message, as it came.
 *
 * in     packet  len octets, 0 upwards
 * out    *q      all but name and hash is set in any case; those two only
 *                when q->end > 12
 * rules  shorter than a header, or QR set: DROP (never answer a response).
 *        Opcode not QUERY: NOTIMP. FORMERR: QDCOUNT not 1 (RFC 9619) but for a
 *        cookie that comes alone (RFC 7873 5.4), a pointer or a cut in the
 *        question's name, records in the answer section, or in the authority
 *        section unless IXFR (RFC 1995 3), cut records, two OPT or one that
 *        has an owner (RFC 6891 6.1.1), options that overrun it, a cookie of
 *        no possible length, a client subnet that is not as RFC 7871 section 6
 *        has it, octets after the last record, a QTYPE that cannot be asked
 *        for. EDNS version over 0: BADVERS. Zone transfers REFUSED, MAILA and
 *        MAILB NOTIMP
 * cost   no allocation; linear in len, no pointer is followed
 */
void question_read(struct question *q, const uint8_t *packet, size_t len);

#endif
