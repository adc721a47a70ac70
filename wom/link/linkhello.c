/* wom/link/linkhello.c - see linkhello.h. Layer: wom/link, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/link/linkhello.h"

#include <netinet/in.h>

#include <assert.h>
#include <string.h>

#include "core/base/obj.h"

#define ROUTE_EXCLUDE	0x01

/* Routes of IPv6 fill no frame up. */
#define FIXED	(2 + 4 + LINKHELLO_SITE + 2 * 12 + 4 + 4 + 8 + 4 + 8 + 8 + 1 + 2)
_Static_assert(FIXED + LINKHELLO_DOMAIN_MAX + LINKHELLO_ROUTES_MAX * 21 <=
    LINKFRAME_BODY_MAX, "a hello is one frame");

/* ---- routes ---- */

static size_t
octets_of(const struct addr_prefix *p)
{
	return (p->len + 7u) / 8;
}

static void
write_route(const struct linkroute *r, struct wbuf *w)
{
	wbuf_u8(w, r->exclude ? ROUTE_EXCLUDE : 0);
	wbuf_u8(w, r->dest.addr.family == AF_INET ? 4 : 6);
	wbuf_u8(w, r->dest.len);
	wbuf_u16(w, r->metric);
	wbuf_octets(w, r->dest.addr.octets, octets_of(&r->dest));
}

/* No bit behind its length is set. */
static bool
is_prefix(const struct addr_prefix *p)
{
	unsigned rest = p->len % 8u;

	return rest == 0 || (p->addr.octets[p->len / 8] & 0xff >> rest) == 0;
}

static bool
read_route(struct linkroute *route, struct rbuf *r)
{
	uint8_t flags = rbuf_u8(r), family = rbuf_u8(r), len = rbuf_u8(r);
	size_t n;

	*route = (struct linkroute){ .exclude = (flags & ROUTE_EXCLUDE) != 0 };
	route->metric = rbuf_u16(r);
	if ((flags & ~ROUTE_EXCLUDE) != 0 || (family != 4 && family != 6) ||
	    len > (family == 4 ? 32 : 128))
		return false;
	route->dest.addr.family = family == 4 ? AF_INET : AF_INET6;
	route->dest.len = len;
	n = octets_of(&route->dest);
	if (!rbuf_skip(r, n))
		return false;
	memcpy(route->dest.addr.octets, r->base + r->off - n, n);
	return is_prefix(&route->dest);
}

/* ---- the rest ---- */

static void
write_life(const struct linklife *l, struct wbuf *w)
{
	linkframe_put64(w, l->boot);
	wbuf_u32(w, l->count);
}

static void
read_life(struct linklife *l, struct rbuf *r)
{
	l->boot = linkframe_get64(r);
	l->count = rbuf_u32(r);
}

static void
read_numbers(struct linkhello *h, struct rbuf *r)
{
	h->features = rbuf_u32(r);
	if (rbuf_skip(r, LINKHELLO_SITE))
		memcpy(h->site, r->base + r->off - LINKHELLO_SITE,
		    LINKHELLO_SITE);
	read_life(&h->self, r);
	read_life(&h->peer, r);
	h->stream_window = rbuf_u32(r);
	h->floor = rbuf_u32(r);
	h->session_window = linkframe_get64(r);
	h->streams_max = rbuf_u32(r);
	h->store = linkframe_get64(r);
	h->blocks = linkframe_get64(r);
}

/* A name of printable octets that stand for themselves. */
static bool
read_domain(struct linkhello *h, struct rbuf *r)
{
	size_t len = rbuf_u8(r);

	if (len > LINKHELLO_DOMAIN_MAX || !rbuf_skip(r, len))
		return false;
	memcpy(h->domain, r->base + r->off - len, len);
	h->domain[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (h->domain[i] < '!' || h->domain[i] > '~')
			return false;
	return true;
}

static bool
read_routes(struct linkhello *h, struct rbuf *r)
{
	h->route_count = rbuf_u16(r);
	if (h->route_count > LINKHELLO_ROUTES_MAX)
		return false;
	for (size_t i = 0; i < h->route_count; i++)
		if (!read_route(&h->routes[i], r))
			return false;
	return true;
}

/* Windows under which streams would never move are refused. */
static bool
is_usable(const struct linkhello *h)
{
	return h->self.boot != 0 && h->self.count != 0 && h->floor >= 4096 &&
	    h->stream_window >= h->floor && h->streams_max > 0;
}

int
linkhello_read(struct linkhello *h, const struct linkframe *f, struct err *e)
{
	struct rbuf r;

	assert(f->kind == LINKFRAME_HELLO);
	rbuf_init(&r, f->body, f->len);
	h->version_min = rbuf_u8(&r);
	h->version_max = rbuf_u8(&r);
	if (!r.bad && (h->version_min > LINKHELLO_VERSION ||
	    h->version_max < LINKHELLO_VERSION))
		return err_set(e, ERR_UNSUPPORTED,
		    "hello: peer speaks versions %u to %u, not %u",
		    h->version_min, h->version_max, LINKHELLO_VERSION);
	read_numbers(h, &r);
	if (!read_domain(h, &r) || !read_routes(h, &r) || r.bad ||
	    rbuf_left(&r) != 0 || !is_usable(h))
		return err_set(e, ERR_PARSE, "hello: makes no sense");
	return 0;
}

static void
write_body(const struct linkhello *h, struct wbuf *w)
{
	size_t len = strlen(h->domain);

	wbuf_u8(w, h->version_min);
	wbuf_u8(w, h->version_max);
	wbuf_u32(w, h->features);
	wbuf_octets(w, h->site, LINKHELLO_SITE);
	write_life(&h->self, w);
	write_life(&h->peer, w);
	wbuf_u32(w, h->stream_window);
	wbuf_u32(w, h->floor);
	linkframe_put64(w, h->session_window);
	wbuf_u32(w, h->streams_max);
	linkframe_put64(w, h->store);
	linkframe_put64(w, h->blocks);
	wbuf_u8(w, (uint8_t)len);
	wbuf_octets(w, h->domain, len);
	wbuf_u16(w, h->route_count);
	for (size_t i = 0; i < h->route_count; i++)
		write_route(&h->routes[i], w);
}

void
linkhello_write(const struct linkhello *h, struct wbuf *w)
{
	uint8_t body[LINKFRAME_BODY_MAX];
	struct wbuf b;

	assert(is_usable(h) && h->route_count <= LINKHELLO_ROUTES_MAX);
	wbuf_init(&b, body, sizeof(body));
	write_body(h, &b);
	assert(!b.bad);
	linkframe_write(&(struct linkframe){ .kind = LINKFRAME_HELLO,
	    .body = body, .len = b.off }, w);
}
