/* wom/link/linkopen.c - see linkopen.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linkopen.h"

#include <netinet/in.h>

#include <assert.h>
#include <string.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define FLAG_BULK	0x01
#define FLAG_ALONE	0x02

static void
write_place(const struct addrport *p, struct wbuf *w)
{
	size_t len = addr_len(&p->addr);

	wbuf_u8(w, len == 0 ? 0 : len == 4 ? 4 : 6);
	if (len == 0)
		return;
	wbuf_octets(w, p->addr.octets, len);
	wbuf_u16(w, p->port);
}

static bool
read_place(struct addrport *p, struct rbuf *r)
{
	uint8_t family = rbuf_u8(r);
	size_t len = family == 4 ? 4 : 16;

	*p = (struct addrport){ .port = 0 };
	if (family == 0)
		return true;
	if ((family != 4 && family != 6) || !rbuf_skip(r, len))
		return false;
	p->addr.family = family == 4 ? AF_INET : AF_INET6;
	memcpy(p->addr.octets, r->base + r->off - len, len);
	p->port = rbuf_u16(r);
	return true;
}

size_t
linkopen_write(const struct linkopen *o, uint8_t out[LINKOPEN_MAX])
{
	size_t len = strlen(o->application), domain = strlen(o->domain);
	struct wbuf w;

	assert(o->dest.addr.family != 0);
	wbuf_init(&w, out, LINKOPEN_MAX);
	wbuf_u8(&w, (uint8_t)((o->bulk ? FLAG_BULK : 0) |
	    (o->alone ? FLAG_ALONE : 0)));
	write_place(&o->dest, &w);
	write_place(&o->source, &w);
	wbuf_u8(&w, (uint8_t)len);
	wbuf_octets(&w, o->application, len);
	if (domain > 0) {
		wbuf_u8(&w, (uint8_t)domain);
		wbuf_octets(&w, o->domain, domain);
	}
	assert(!w.bad);
	return w.off;
}

/* n octets of a name. */
static bool
read_name(char *name, struct rbuf *r, size_t n)
{
	const uint8_t *at = r->base + r->off;

	if (!rbuf_skip(r, n) || memchr(at, 0, n) != NULL)
		return false;
	memcpy(name, at, n);
	name[n] = '\0';
	return true;
}

/* One that is none is not said. */
static bool
read_domain(struct linkopen *o, struct rbuf *r)
{
	size_t n;

	o->domain[0] = '\0';
	if (r->bad || rbuf_left(r) == 0)
		return !r->bad;
	n = rbuf_u8(r);
	return n > 0 && n <= LINKOPEN_DOMAIN_MAX && rbuf_left(r) == n &&
	    read_name(o->domain, r, n);
}

bool
linkopen_read(struct linkopen *o, const uint8_t *in, size_t len)
{
	struct rbuf r;
	uint8_t flags;

	rbuf_init(&r, in, len);
	flags = rbuf_u8(&r);
	o->bulk = (flags & FLAG_BULK) != 0;
	o->alone = (flags & FLAG_ALONE) != 0;
	if ((flags & ~(FLAG_BULK | FLAG_ALONE)) != 0 || !read_place(&o->dest, &r) ||
	    !read_place(&o->source, &r) || o->dest.addr.family == 0)
		return false;
	return read_name(o->application, &r, rbuf_u8(&r)) &&
	    read_domain(o, &r);
}
