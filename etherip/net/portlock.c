/* etherip/net/portlock.c - see portlock.h. The language is that of nft(8).
 * Layer: etherip/net.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/portlock.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/nftrun.h"

#define TABLE	"inet etheripd"
#define RULE	"add rule " TABLE " input "

enum { PROTO_OSPF = 89 };

const struct portlock_service portlock_default[] = {
	{ IPPROTO_IGMP, 0 }, { PROTO_OSPF, 0 }, { IPPROTO_PIM, 0 },
	{ IPPROTO_TCP, 22 }, { IPPROTO_TCP, 53 }, { IPPROTO_TCP, 161 },
	{ IPPROTO_TCP, 443 }, { IPPROTO_TCP, 4353 },
	{ IPPROTO_UDP, 53 }, { IPPROTO_UDP, 161 }, { IPPROTO_UDP, 520 },
	{ IPPROTO_UDP, 1026 }, { IPPROTO_UDP, 4353 },
	{ 0, 0 }
};

struct portlock {
	unsigned	 magic;
#define PORTLOCK_MAGIC	0x9071c001u
	struct nftrun	*nft;
	char		*there;		/* what was last done; NULL: nothing */
};

static const char *
family_word(const struct addr *a)
{
	return a->family == AF_INET ? "ip" : "ip6";
}

/* ---- the words ---- */

static void
add_set(struct strbuf *out, const struct portlock_plan *p, uint8_t family)
{
	char text[ADDR_TEXT_MAX];
	const char *sep = "";

	strbuf_printf(out, "add set " TABLE " self%s { type %s; elements = { ",
	    family == AF_INET ? "4" : "6",
	    family == AF_INET ? "ipv4_addr" : "ipv6_addr");
	for (size_t i = 0; i < p->self_count; i++) {
		if (p->selfs[i].addr.family != family)
			continue;
		strbuf_printf(out, "%s%s", sep,
		    addr_format(&p->selfs[i].addr, text));
		sep = ", ";
	}
	strbuf_add(out, " } }\n");
}

static bool
has_family(const struct portlock_plan *p, uint8_t family)
{
	for (size_t i = 0; i < p->self_count; i++)
		if (p->selfs[i].addr.family == family)
			return true;
	return false;
}

static void
allow(struct strbuf *out, const struct addr *to,
    const struct portlock_service *s)
{
	char text[ADDR_TEXT_MAX];

	addr_format(to, text);
	if (s->port == 0)
		strbuf_printf(out, RULE "%s daddr %s meta l4proto %u accept\n",
		    family_word(to), text, s->proto);
	else
		strbuf_printf(out, RULE "%s daddr %s meta l4proto %u th dport "
		    "%u accept\n", family_word(to), text, s->proto, s->port);
}

static void
allow_peer(struct strbuf *out, const struct portlock_peer *t)
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	const char *ip = family_word(&t->local);

	addr_format(&t->remote, from);
	addr_format(&t->local, to);
	/* ESP, AH, EtherIP; IKE, and BFD over one hop and many. */
	strbuf_printf(out, RULE "%s saddr %s %s daddr %s meta l4proto "
	    "{ 50, 51, 97 } accept\n", ip, from, ip, to);
	strbuf_printf(out, RULE "%s saddr %s %s daddr %s udp dport "
	    "{ 500, 3784, 4500, 4784 } accept\n", ip, from, ip, to);
	if (t->udp != 0)
		strbuf_printf(out, RULE "%s saddr %s %s daddr %s udp dport %u "
		    "accept\n", ip, from, ip, to, t->udp);
}

static void
add_self(struct strbuf *out, const struct portlock_self *s)
{
	for (size_t i = 0; i < s->count; i++)
		allow(out, &s->addr, &s->services[i]);
	for (size_t i = 0; s->dflt && portlock_default[i].proto != 0; i++)
		allow(out, &s->addr, &portlock_default[i]);
}

static void
add_chain(struct strbuf *out, const struct portlock_plan *p)
{
	static const struct {
		uint8_t	family;
		const char *ip, *set, *icmp;
	} rows[] = {
		{ AF_INET, "ip", "@self4", "icmp" },
		{ AF_INET6, "ip6", "@self6", "ipv6-icmp" },
	};

	strbuf_add(out, "add chain " TABLE " input { type filter hook input "
	    "priority filter; policy accept; }\n" RULE "iif lo accept\n"
	    RULE "ct state established,related accept\n");
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (has_family(p, rows[i].family))
			strbuf_printf(out, RULE "%s daddr %s meta l4proto %s "
			    "accept\n", rows[i].ip, rows[i].set, rows[i].icmp);
	for (size_t i = 0; i < p->peer_count; i++)
		allow_peer(out, &p->peers[i]);
	for (size_t i = 0; i < p->self_count; i++)
		add_self(out, &p->selfs[i]);
	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (has_family(p, rows[i].family))
			strbuf_printf(out, RULE "%s daddr %s counter drop\n",
			    rows[i].ip, rows[i].set);
}

void
portlock_write(struct strbuf *out, const struct portlock_plan *p)
{
	strbuf_add(out, "add table " TABLE "\ndelete table " TABLE "\n");
	if (p->self_count == 0)
		return;
	strbuf_add(out, "add table " TABLE "\n");
	if (has_family(p, AF_INET))
		add_set(out, p, AF_INET);
	if (has_family(p, AF_INET6))
		add_set(out, p, AF_INET6);
	add_chain(out, p);
}

/* ---- the kernel ---- */

/* Nobody else has removed it? */
static bool
is_there(const struct portlock *l, const struct portlock_plan *p)
{
	return p->self_count == 0 ||
	    nftrun_do(l->nft, "list chain " TABLE " input\n", NULL) == 0;
}

int
portlock_apply(struct portlock *l, const struct portlock_plan *p,
    struct err *e)
{
	struct strbuf b = { 0 };
	int rc;

	OBJ_CHECK(l, PORTLOCK_MAGIC);
	portlock_write(&b, p);
	if (l->there != NULL && strcmp(l->there, b.text) == 0 &&
	    is_there(l, p)) {
		strbuf_fini(&b);
		return 0;
	}
	free(l->there);
	l->there = NULL;
	rc = nftrun_do(l->nft, b.text, e);
	if (rc == 0)
		l->there = strbuf_take(&b);
	strbuf_fini(&b);
	return rc;
}

/* ---- birth and end ---- */

struct portlock *
portlock_new(void)
{
	struct portlock *l = mem_zalloc(1, sizeof(*l));

	l->magic = PORTLOCK_MAGIC;
	l->nft = nftrun_new();
	return l;
}

void
portlock_free(struct portlock **pl)
{
	struct portlock *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, PORTLOCK_MAGIC);
	nftrun_free(&l->nft);
	free(l->there);
	l->magic = 0;
	free(l);
}
