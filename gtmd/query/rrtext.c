/* gtmd/query/rrtext.c - see rrtext.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/rrtext.h"

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

/* ---- texts, and records that spell out numbers ---- */

/* An octet between quotes (RFC 1035 5.1). */
static void
add_octet(uint8_t c, struct strbuf *b)
{
	if (c == '"' || c == '\\')
		strbuf_add_char(b, '\\');
	if (c < 0x20 || c >= 0x7f)
		strbuf_printf(b, "\\%03u", c);
	else
		strbuf_add_char(b, (char)c);
}

static void
add_octets(struct rbuf *r, size_t len, struct strbuf *b)
{
	const uint8_t *at = r->base + r->off;

	if (!rbuf_skip(r, len))
		return;
	for (size_t i = 0; i < len; i++)
		add_octet(at[i], b);
}

static void
add_string(struct rbuf *r, struct strbuf *b)
{
	strbuf_add_char(b, '"');
	add_octets(r, rbuf_u8(r), b);
	strbuf_add_char(b, '"');
}

static void
add_txt(struct rbuf *r, size_t end, struct strbuf *b)
{
	while (!r->bad && r->off < end) {
		add_string(r, b);
		if (r->off < end)
			strbuf_add_char(b, ' ');
	}
}

static void
add_numbers(struct rbuf *r, int count, struct strbuf *b)
{
	while (count-- > 0)
		strbuf_printf(b, "%u ", rbuf_u16(r));
}

static void
add_numbered_name(struct rbuf *r, int count, struct strbuf *b)
{
	add_numbers(r, count, b);
	add_name(r, b);
}

static void
add_naptr(struct rbuf *r, struct strbuf *b)
{
	add_numbers(r, 2, b);
	for (int i = 0; i < 3; i++) {	/* flags, service, regexp */
		add_string(r, b);
		strbuf_add_char(b, ' ');
	}
	add_name(r, b);
}

/* ---- RFC 9460 ---- */

/* A list of protocols; a comma in one of them is escaped twice (appendix
 * A.1). */
static void
add_alpn(struct rbuf *r, size_t end, struct strbuf *b)
{
	while (!r->bad && r->off < end) {
		for (size_t n = rbuf_u8(r); n > 0 && !r->bad; n--) {
			uint8_t c = rbuf_u8(r);

			if (c == ',' || c == '\\')
				strbuf_add(b, "\\\\");
			add_octet(c, b);
		}
		if (r->off < end)
			strbuf_add_char(b, ',');
	}
}

static void
add_hints(struct rbuf *r, uint8_t family, size_t end, struct strbuf *b)
{
	while (!r->bad && r->off < end) {
		add_address(r, family, family == AF_INET ? 4 : 16, b);
		if (r->off < end)
			strbuf_add_char(b, ',');
	}
}

static void
add_param(struct rbuf *r, struct strbuf *b)
{
	uint16_t key = rbuf_u16(r), len = rbuf_u16(r);
	size_t end = r->off + len;

	if (rbuf_left(r) < len) {
		r->bad = true;
		return;
	}
	if (key == 1) {
		strbuf_add(b, " alpn=\"");
		add_alpn(r, end, b);
		strbuf_add_char(b, '"');
	} else if (key == 2 && len == 0) {
		strbuf_add(b, " no-default-alpn");
	} else if (key == 3 && len == 2) {
		strbuf_printf(b, " port=%u", rbuf_u16(r));
	} else if (key == 4 || key == 6) {
		strbuf_printf(b, " ipv%dhint=", key == 4 ? 4 : 6);
		add_hints(r, key == 4 ? AF_INET : AF_INET6, end, b);
	} else {
		strbuf_printf(b, " key%u=\"", key);
		add_octets(r, len, b);
		strbuf_add_char(b, '"');
	}
	r->bad = r->bad || r->off != end;
}

static void
add_svcb(struct rbuf *r, size_t end, struct strbuf *b)
{
	add_numbers(r, 1, b);
	add_name(r, b);
	while (!r->bad && r->off < end)
		add_param(r, b);
}

/* ---- any record ---- */

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
	else if (type == RRTYPE_TXT)
		add_txt(r, r->off + len, b);
	else if (type == RRTYPE_NAPTR)
		add_naptr(r, b);
	else if (type == RRTYPE_SVCB || type == RRTYPE_HTTPS)
		add_svcb(r, r->off + len, b);
	else if (type == RRTYPE_MX)
		add_numbered_name(r, 1, b);
	else if (type == RRTYPE_SRV)
		add_numbered_name(r, 3, b);
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
