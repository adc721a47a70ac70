/* monitors/dnsreply.c - see dnsreply.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/dnsreply.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define HEADER		12
#define CLASS_IN	1
#define FLAG_RD		0x0100
#define FLAG_QR		0x8000
#define FLAG_TC		0x0200
#define OPCODE		0x7800
#define RCODE		0x000f

static const char *const rcodes[] = {
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
};

static bool
is_letter(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

/* No length of a label is a letter. */
static void
write_name(struct wbuf *w, const uint8_t *name, uint64_t bits)
{
	const size_t len = dnsname_len(name);
	struct rand coin;
	uint64_t coins = 0;

	rand_seed_from(&coin, bits);
	for (size_t i = 0; i < len; i++) {
		if (i % 64 == 0)
			coins = rand_u64(&coin);
		wbuf_u8(w, (uint8_t)(is_letter(name[i]) &&
		    (coins >> i % 64 & 1) != 0 ? name[i] - 0x20 : name[i]));
	}
}

void
dnsreply_ask(struct wbuf *w, const uint8_t *name, uint16_t type, uint64_t bits)
{
	wbuf_u16(w, (uint16_t)(bits >> 48));
	wbuf_u16(w, FLAG_RD);
	wbuf_u16(w, 1);
	wbuf_u16(w, 0);
	wbuf_u32(w, 0);
	write_name(w, name, bits);
	wbuf_u16(w, type);
	wbuf_u16(w, CLASS_IN);
}

/* Past a name as it stands; a pointer ends it. */
static void
skip_name(struct rbuf *r)
{
	for (;;) {
		uint8_t n = rbuf_u8(r);

		if (r->bad || n == 0)
			return;
		if ((n & 0xc0) == 0xc0) {
			(void)rbuf_u8(r);
			return;
		}
		if (n > 63) {
			r->bad = true;
			return;
		}
		(void)rbuf_skip(r, n);
	}
}

static bool
is_address(const uint8_t *data, size_t len, uint16_t type,
    const struct addr *wanted)
{
	uint8_t family = type == DNSREPLY_A ? AF_INET : AF_INET6;

	return wanted != NULL && wanted->family == family &&
	    len == addr_len(wanted) && memcmp(data, wanted->octets, len) == 0;
}

/* One record of the answer section. */
static void
read_record(struct rbuf *r, uint16_t type, const struct addr *wanted,
    struct dnsreply_seen *seen)
{
	uint16_t is, class, size;
	const uint8_t *data;

	skip_name(r);
	is = rbuf_u16(r);
	class = rbuf_u16(r);
	(void)rbuf_u32(r);
	size = rbuf_u16(r);
	data = r->base + r->off;
	if (!rbuf_skip(r, size))
		return;
	seen->records++;
	if (is != type || class != CLASS_IN)
		return;
	seen->of_type++;
	if (is_address(data, size, type, wanted))
		seen->match = true;
}

/* Is the question there, octet for octet? An error may do without. */
static bool
is_ours(struct rbuf *r, uint16_t questions, const struct dnsreply_seen *seen,
    const uint8_t *query, size_t query_len)
{
	const uint8_t *at = r->base + r->off;
	const size_t len = query_len - HEADER;

	if (questions == 0)
		return r->len == HEADER && seen->rcode != 0 &&
		    seen->rcode != 3;	/* a name is not there: which? */
	return questions == 1 && rbuf_skip(r, len) &&
	    memcmp(at, query + HEADER, len) == 0;
}

enum dnsreply
dnsreply_read(const uint8_t *in, size_t len, const uint8_t *query,
    size_t query_len, const struct addr *wanted, struct dnsreply_seen *seen)
{
	const uint16_t type = (uint16_t)(query[query_len - 4] << 8 |
	    query[query_len - 3]);
	const uint16_t number = (uint16_t)(query[0] << 8 | query[1]);
	uint16_t flags, questions, answers;
	struct rbuf r;

	*seen = (struct dnsreply_seen){ 0 };
	rbuf_init(&r, in, len);
	if (rbuf_u16(&r) != number)
		return DNSREPLY_FOREIGN;
	flags = rbuf_u16(&r);
	questions = rbuf_u16(&r);
	answers = rbuf_u16(&r);
	(void)rbuf_u32(&r);
	seen->rcode = flags & RCODE;
	if (r.bad || (flags & FLAG_QR) == 0 || (flags & OPCODE) != 0 ||
	    !is_ours(&r, questions, seen, query, query_len))
		return DNSREPLY_FOREIGN;
	if (seen->rcode == 0 && (flags & FLAG_TC) != 0)
		return DNSREPLY_CUT;
	for (unsigned i = 0; i < answers && !r.bad; i++)
		read_record(&r, type, wanted, seen);
	return r.bad ? DNSREPLY_GARBLED : DNSREPLY_ANSWER;
}

const char *
dnsreply_rcode_name(int rcode)
{
	return rcode >= 0 && (size_t)rcode < OBJ_COUNT(rcodes) ?
	    rcodes[rcode] : NULL;
}
