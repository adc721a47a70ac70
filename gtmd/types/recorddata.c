/* gtmd/types/recorddata.c - see recorddata.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/recorddata.h"

#include <assert.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "gtmd/types/poolrecord.h"

/* RFC 9460 section 14.3.2 */
enum { KEY_ALPN = 1, KEY_NO_DEFAULT_ALPN = 2, KEY_PORT = 3, KEY_IPV4HINT = 4,
    KEY_IPV6HINT = 6 };

static void
add_name(struct wbuf *w, const uint8_t *name)
{
	wbuf_octets(w, name, dnsname_len(name));
}

/* A character-string; what is longer is cut by the caller. */
static void
add_string(struct wbuf *w, const char *text, size_t len)
{
	wbuf_u8(w, (uint8_t)len);
	wbuf_octets(w, text, len);
}

static void
add_text(struct wbuf *w, const char *text)
{
	add_string(w, text != NULL ? text : "",
	    text != NULL ? strlen(text) : 0);
}

/* Readers put the pieces together again, without blanks (RFC 7208 3.3). */
static void
add_pieces(struct wbuf *w, const char *text)
{
	size_t left = text != NULL ? strlen(text) : 0;

	do {
		size_t n = left < UINT8_MAX ? left : UINT8_MAX;

		add_string(w, text != NULL ? text : "", n);
		text += n;
		left -= n;
	} while (left > 0);
}

static void
add_alpn(struct wbuf *w, const struct strlist *l)
{
	size_t body;

	if (l->count == 0)
		return;
	wbuf_u16(w, KEY_ALPN);
	body = wbuf_open16(w);
	for (size_t i = 0; i < l->count; i++)
		add_text(w, l->v[i]);
	wbuf_close16(w, body);
}

static void
add_hints(struct wbuf *w, uint16_t key, const struct strlist *l)
{
	size_t body;

	if (l->count == 0)
		return;
	wbuf_u16(w, key);
	body = wbuf_open16(w);
	for (size_t i = 0; i < l->count; i++) {
		struct addr a;
		int rc = addr_parse(l->v[i], &a);

		assert(rc == 0);
		wbuf_octets(w, a.octets, addr_len(&a));
	}
	wbuf_close16(w, body);
}

/* Keys in rising order, each once (RFC 9460 2.2). */
static void
add_params(struct wbuf *w, const struct poolrecord *r)
{
	add_alpn(w, &r->alpn);
	if (r->no_default_alpn) {
		wbuf_u16(w, KEY_NO_DEFAULT_ALPN);
		wbuf_u16(w, 0);
	}
	if (r->port != 0) {
		wbuf_u16(w, KEY_PORT);
		wbuf_u16(w, 2);
		wbuf_u16(w, (uint16_t)r->port);
	}
	add_hints(w, KEY_IPV4HINT, &r->ipv4hint);
	add_hints(w, KEY_IPV6HINT, &r->ipv6hint);
}

static void
add_naptr(struct wbuf *w, const struct poolrecord *r, const uint8_t *name)
{
	wbuf_u16(w, (uint16_t)r->order);
	wbuf_u16(w, (uint16_t)r->priority);
	add_text(w, r->flags);
	add_text(w, r->service);
	add_text(w, NULL);	/* regexp: a replacement excludes it */
	add_name(w, name);
}

static void
add_data(struct wbuf *w, enum wide_type type, const struct poolrecord *r,
    const uint8_t *name)
{
	switch (type) {
	case WIDE_CNAME:
		add_name(w, name);
		return;
	case WIDE_MX:
		wbuf_u16(w, (uint16_t)r->priority);
		add_name(w, name);
		return;
	case WIDE_SRV:
		wbuf_u16(w, (uint16_t)r->priority);
		wbuf_u16(w, (uint16_t)r->weight);
		wbuf_u16(w, (uint16_t)r->port);
		add_name(w, name);
		return;
	case WIDE_NAPTR:
		add_naptr(w, r, name);
		return;
	case WIDE_HTTPS:
	case WIDE_SVCB:
		wbuf_u16(w, (uint16_t)r->priority);
		add_name(w, name);
		add_params(w, r);
		return;
	case WIDE_TXT:
		add_pieces(w, r->text);
		return;
	case WIDE_A:
	case WIDE_AAAA:
	case WIDE_TYPES:
		break;
	}
	assert(!"members of this type have an address");
}

size_t
recorddata_write(enum wide_type type, const struct pool_member *m,
    uint8_t to[RECORDDATA_MAX])
{
	uint8_t name[DNSNAME_MAX];
	struct wbuf w;

	if (poolrecord_is_name(type) &&
	    dnsname_parse(pool_member_domain(m), name) == 0)
		return 0;
	wbuf_init(&w, to, RECORDDATA_MAX);
	add_data(&w, type, (const struct poolrecord *)m, name);
	assert(!w.bad);
	return w.off;
}
