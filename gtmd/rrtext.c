/* gtmd/rrtext.c - see rrtext.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/rrtext.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/strbuf.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "zones/rrtype.h"

/* As zones write a name: with its final dot. */
static void
add_name(struct rbuf *r, struct strbuf *b)
{
	uint8_t name[DNSNAME_MAX];
	char text[DNSNAME_TEXT_MAX];

	if (dnsname_read(r, name) == 0)
		return;
	strbuf_add(b, dnsname_format(name, text));
	if (name[0] != 0)
		strbuf_add_char(b, '.');
}

static void
add_address(struct rbuf *r, uint8_t family, size_t len, struct strbuf *b)
{
	struct addr a = { .family = family };
	const uint8_t *at = r->base + r->off;
	char text[ADDR_TEXT_MAX];

	if (!rbuf_skip(r, len))
		return;
	memcpy(a.octets, at, len);
	strbuf_add(b, addr_format(&a, text));
}

static void
add_soa(struct rbuf *r, struct strbuf *b)
{
	add_name(r, b);
	strbuf_add_char(b, ' ');
	add_name(r, b);
	for (int i = 0; i < 5; i++)
		strbuf_printf(b, " %u", rbuf_u32(r));
}

/* RFC 3597 section 5 */
static void
add_unknown(struct rbuf *r, size_t len, struct strbuf *b)
{
	const uint8_t *at = r->base + r->off;

	if (!rbuf_skip(r, len))
		return;
	strbuf_printf(b, "\\# %zu%s", len, len > 0 ? " " : "");
	for (size_t i = 0; i < len; i++)
		strbuf_printf(b, "%02x", at[i]);
}

static void
add_data(struct rbuf *r, uint16_t type, size_t len, struct strbuf *b)
{
	if (type == RRTYPE_A && len == 4)
		add_address(r, AF_INET, 4, b);
	else if (type == RRTYPE_AAAA && len == 16)
		add_address(r, AF_INET6, 16, b);
	else if (type == RRTYPE_NS || type == RRTYPE_CNAME ||
	    type == RRTYPE_PTR || type == RRTYPE_DNAME)
		add_name(r, b);
	else if (type == RRTYPE_SOA)
		add_soa(r, b);
	else
		add_unknown(r, len, b);
}

bool
rrtext_read(struct rbuf *r, struct strbuf *b)
{
	char type_text[RRTYPE_TEXT_MAX];
	uint16_t type, class, len;
	uint32_t ttl_s;
	size_t end;

	add_name(r, b);
	type = rbuf_u16(r);
	class = rbuf_u16(r);
	ttl_s = rbuf_u32(r);
	len = rbuf_u16(r);
	if (r->bad || rbuf_left(r) < len) {
		r->bad = true;
		return false;
	}
	end = r->off + len;
	strbuf_printf(b, " %u ", ttl_s);
	if (class == RRTYPE_CLASS_IN)
		strbuf_add(b, "IN");
	else
		strbuf_printf(b, "CLASS%u", class);
	strbuf_printf(b, " %s ", rrtype_format(type, type_text));
	add_data(r, type, len, b);
	r->bad = r->bad || r->off != end;
	return !r->bad;
}

void
rrtext_data(uint16_t type, const uint8_t *data, size_t len, struct strbuf *b)
{
	struct rbuf r;

	rbuf_init(&r, data, len);
	add_data(&r, type, len, b);
}
