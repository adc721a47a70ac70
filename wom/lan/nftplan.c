/* wom/lan/nftplan.c - see nftplan.h. The language is that of nft(8).
 * Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/nftplan.h"

#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/routebook.h"
#include "wom/link/routeset.h"

static const struct {
	const char *name, *kind;	/* kind NULL: a chain */
} parts[NFTPLAN_PARTS] = {
	[NFTPLAN_LAN] = { "lan", "type ifname;" },
	[NFTPLAN_PORTS] = { "ports", "type inet_service; flags interval;" },
	[NFTPLAN_FAR4] = { "far4", "type ipv4_addr; flags interval;" },
	[NFTPLAN_FAR6] = { "far6", "type ipv6_addr; flags interval;" },
	[NFTPLAN_NEAR4] = { "near4", "type ipv4_addr; flags interval;" },
	[NFTPLAN_NEAR6] = { "near6", "type ipv6_addr; flags interval;" },
	[NFTPLAN_TUNNEL4] = { "tunnel4", "type ipv4_addr . inet_service;" },
	[NFTPLAN_TUNNEL6] = { "tunnel6", "type ipv6_addr . inet_service;" },
	[NFTPLAN_TAKEN4] = { "taken4", "type ipv4_addr . inet_service;" },
	[NFTPLAN_TAKEN6] = { "taken6", "type ipv6_addr . inet_service;" },
	[NFTPLAN_WHOLE4] = { "whole4", "type ipv4_addr;" },
	[NFTPLAN_WHOLE6] = { "whole6", "type ipv6_addr;" },
	/* Before routing, since a mark is what it is to go by. */
	[NFTPLAN_STEER] = { "steer", NULL },
	[NFTPLAN_REFUSE] = { "refuse", NULL },
};

static const char steer_hook[] =
    "type filter hook prerouting priority mangle; policy accept;";
static const char refuse_hook[] =
    "type filter hook forward priority filter; policy accept;";

const char nftplan_removal[] =
    "add table " NFTPLAN_TABLE "\ndelete table " NFTPLAN_TABLE "\n";

/* ---- elements ---- */

static void
add_element(struct strbuf *b, const char *first, const char *last)
{
	strbuf_printf(b, "%s%s", b->len > 0 ? ", " : "", first);
	if (strcmp(first, last) != 0)
		strbuf_printf(b, "-%s", last);
}

static void
add_range(void *arg, const struct addr *first, const struct addr *last)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	add_element(arg, addr_format(first, a), addr_format(last, b));
}

static void
add_ports(void *arg, const struct portrange *r)
{
	struct strbuf *b = arg;

	strbuf_printf(b, "%s%u", b->len > 0 ? ", " : "", r->first);
	if (r->last != r->first)
		strbuf_printf(b, "-%u", r->last);
}

/* part: that of IPv4, which that of IPv6 follows. */
static void
add_place(struct nftplan *n, enum nftplan_part part, const struct addrport *at)
{
	struct strbuf *b = &n->part[part + (at->addr.family != AF_INET)];
	char text[ADDR_TEXT_MAX];

	strbuf_printf(b, "%s%s", b->len > 0 ? ", " : "",
	    addr_format(&at->addr, text));
	if (at->port != 0)
		strbuf_printf(b, " . %u", at->port);
}

/* Whom nobody would carry on goes where it went before. */
static void
add_taken(struct nftplan *n, const struct intercept_plan *p)
{
	for (size_t i = 0; i < lanapps_count(p->apps); i++) {
		const struct lanapp *a = lanapps_at(p->apps, i);

		if (a->takeover && routebook_find(p->routes,
		    &a->destination.addr) != NULL)
			add_place(n, a->listen.port != 0 ? NFTPLAN_TAKEN4 :
			    NFTPLAN_WHOLE4, &a->listen);
	}
}

/* ---- rules ---- */

/* Whose packets are looked at: the first one of a connection, which is not of a
 * tunnel. */
static void
add_first(struct strbuf *b)
{
	strbuf_add(b,
	    "tcp flags & (fin | syn | rst | ack) != syn accept\n"
	    "ip daddr . tcp dport @tunnel4 accept\n"
	    "ip6 daddr . tcp dport @tunnel6 accept\n");
}

/* Connections to these are handed to us. */
static void
add_handing(struct strbuf *b, const struct intercept_plan *p, const char *v4,
    const char *v6)
{
	if (p->port4 != 0)
		strbuf_printf(b, "ip daddr %s meta l4proto tcp "
		    "tproxy ip to 127.0.0.1:%u meta mark set 0x%x accept\n",
		    v4, p->port4, INTERCEPT_MARK);
	if (p->port6 != 0)
		strbuf_printf(b, "ip6 daddr %s meta l4proto tcp "
		    "tproxy ip6 to [::1]:%u meta mark set 0x%x accept\n",
		    v6, p->port6, INTERCEPT_MARK);
}

static void
add_steering(struct strbuf *b, const struct intercept_plan *p)
{
	/* Half-open connections, too, which are no wildcards but cannot be
	 * asked (nft_socket): our listeners are at addresses of loopback
	 * instead, so that nothing that passes by finds them. */
	strbuf_printf(b,
	    "iifname != @lan accept\n"
	    "meta l4proto != tcp accept\n"
	    "socket transparent 1 meta mark set 0x%x accept\n",
	    INTERCEPT_MARK);
	add_first(b);
	add_handing(b, p, ". tcp dport @taken4", ". tcp dport @taken6");
	add_handing(b, p, "@whole4", "@whole6");
	strbuf_add(b, "tcp dport != @ports accept\n"
	    "fib daddr type local accept\n");
	add_handing(b, p, "@far4", "@far6");
}

static void
add_refusal(struct strbuf *b)
{
	strbuf_add(b,
	    "iifname != @lan accept\n"
	    "meta l4proto != tcp accept\n");
	add_first(b);
	strbuf_add(b,
	    "tcp dport != @ports accept\n"
	    "ip daddr @near4 accept\n"
	    "ip6 daddr @near6 accept\n"
	    "meta l4proto tcp reject with tcp reset\n");
}

void
nftplan_init(struct nftplan *n, const struct intercept_plan *p,
    const char *const *names, size_t count)
{
	*n = (struct nftplan){ 0 };
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&n->part[NFTPLAN_LAN], "%s\"%s\"",
		    i > 0 ? ", " : "", names[i]);
	lanapps_each_port(p->apps, add_ports, &n->part[NFTPLAN_PORTS]);
	routebook_each_range(p->routes, AF_INET, add_range,
	    &n->part[NFTPLAN_FAR4]);
	routebook_each_range(p->routes, AF_INET6, add_range,
	    &n->part[NFTPLAN_FAR6]);
	routeset_each_range(p->ours, AF_INET, add_range,
	    &n->part[NFTPLAN_NEAR4]);
	routeset_each_range(p->ours, AF_INET6, add_range,
	    &n->part[NFTPLAN_NEAR6]);
	for (size_t i = 0; i < p->tunnel_count; i++)
		add_place(n, NFTPLAN_TUNNEL4, &p->tunnels[i]);
	add_taken(n, p);
	add_steering(&n->part[NFTPLAN_STEER], p);
	if (p->drop)
		add_refusal(&n->part[NFTPLAN_REFUSE]);
}

void
nftplan_fini(struct nftplan *n)
{
	for (size_t i = 0; i < NFTPLAN_PARTS; i++)
		strbuf_fini(&n->part[i]);
}

/* ---- commands ---- */

static void
add_declarations(struct strbuf *out)
{
	strbuf_add(out, nftplan_removal);
	strbuf_add(out, "add table " NFTPLAN_TABLE "\n");
	for (size_t i = 0; i < NFTPLAN_PARTS; i++)
		strbuf_printf(out, "add %s " NFTPLAN_TABLE " %s { %s }\n",
		    parts[i].kind != NULL ? "set" : "chain", parts[i].name,
		    parts[i].kind != NULL ? parts[i].kind :
		    i == NFTPLAN_STEER ? steer_hook : refuse_hook);
}

static void
add_rules(struct strbuf *out, const char *chain, const char *rules)
{
	const char *end;

	for (; rules != NULL && (end = strchr(rules, '\n')) != NULL;
	    rules = end + 1)
		strbuf_printf(out, "add rule " NFTPLAN_TABLE " %s %.*s\n",
		    chain, (int)(end - rules), rules);
}

static bool
same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

void
nftplan_change(struct strbuf *out, const struct nftplan *was,
    const struct nftplan *next)
{
	if (was == NULL)
		add_declarations(out);
	for (size_t i = 0; i < NFTPLAN_PARTS; i++) {
		const struct strbuf *b = &next->part[i];
		const char *name = parts[i].name;

		if (was != NULL && same(&was->part[i], b))
			continue;
		if (was != NULL)
			strbuf_printf(out, "flush %s " NFTPLAN_TABLE " %s\n",
			    parts[i].kind != NULL ? "set" : "chain", name);
		if (parts[i].kind == NULL)
			add_rules(out, name, b->text);
		else if (b->len > 0)
			strbuf_printf(out, "add element " NFTPLAN_TABLE
			    " %s { %s }\n", name, b->text);
	}
}
