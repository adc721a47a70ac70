/* gtmd/path/pathping.c - see pathping.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathping.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/pingpair.h"
#include "core/wire/icmpecho.h"
#include "gtmd/path/pathattempt.h"

#define IP4_HEADER	20
#define IP6_HEADER	40

struct pathping {
	struct pathattempt_engine *engine;
	struct pingpair	 sockets;
	bool		 refused4, refused6;	/* and that is told */
	struct list	 waiting;	/* pathattempt.waiting */
	uint16_t	 ident, sequence;
	uint64_t	 token;
};

/* ---- what comes back ---- */

static bool
is_of(const struct pathping *p, const struct pingside *s,
    const struct pathattempt *a, const struct icmpecho *echo)
{
	/* A ping socket has an ident of its own, and is given no others. */
	return a->number == echo->sequence &&
	    a->job.to.family == s->family &&
	    (!s->raw || echo->ident == p->ident);
}

static void
on_heard(const struct pingside *s, const uint8_t *octets, size_t len,
    const struct addr *from)
{
	struct pathping *p = s->arg;
	struct icmpecho echo;
	enum icmpecho_kind kind = icmpecho_read(octets, len, s->family,
	    s->headed, &echo);

	if (kind == ICMPECHO_OTHER)
		return;
	LIST_EACH(&p->waiting, it) {
		struct pathattempt *a = OBJ_OF(it, struct pathattempt, waiting);

		if (!is_of(p, s, a, &echo))
			continue;
		if (kind == ICMPECHO_REPLY && (echo.token != p->token ||
		    !addr_equal(from, &a->job.to)))
			continue;
		pathattempt_end(a, kind == ICMPECHO_REPLY);
		return;
	}
}

/* ---- what goes out ---- */

static int
open_side(struct pathping *p, struct pingside *s)
{
	bool *told = s->family == AF_INET ? &p->refused4 : &p->refused6;
	int rc = pingpair_open(s);

	if (rc != 0 && !*told)
		log_at(LOG_WARNING, "gtmd", "path", "icmp", "family=%s "
		    "cause=\"%s\" hint=\"CAP_NET_RAW or "
		    "net.ipv4.ping_group_range\"", s->family == AF_INET ?
		    "ipv4" : "ipv6", strerrordesc_np(rc));
	*told = rc != 0 || *told;
	return rc;
}

/* With as many hops as the attempt may go. */
static int
send_echo(const struct pingside *s, const struct pathattempt *a,
    uint8_t *octets, size_t len)
{
	bool v4 = s->family == AF_INET;
	int ttl = a->job.ttl;
	const struct pingpair_packet out = {
		.to = &a->job.to, .octets = octets, .len = len,
		.level = v4 ? IPPROTO_IP : IPPROTO_IPV6,
		.type = v4 ? IP_TTL : IPV6_HOPLIMIT,
		.word = ttl != 0 ? &ttl : NULL, .word_len = sizeof(ttl),
	};

	return pingpair_send(s, &out);
}

static int
send_attempt(struct pathattempt *a)
{
	struct pathping *p = a->engine->ping;
	struct pingside *s = pingpair_side(&p->sockets, a->job.to.family);
	size_t header = s->family == AF_INET ? IP4_HEADER : IP6_HEADER;
	size_t len = ICMPECHO_MIN;
	uint8_t octets[ICMPECHO_MAX];
	struct icmpecho echo = { p->ident, ++p->sequence, p->token };

	if (open_side(p, s) != 0)
		return -1;
	if (a->job.packet_len > header + ICMPECHO_MIN)
		len = a->job.packet_len - header;
	icmpecho_write(octets, len, s->family, &echo);
	a->number = echo.sequence;
	a->sent = clock_mono(loop_clock(a->engine->loop));
	if (send_echo(s, a, octets, len) != 0)
		return -1;
	list_append(&p->waiting, &a->waiting);
	return 0;
}

const struct pathattempt_protocol pathping_protocol = { send_attempt };

/* ---- birth and end ---- */

struct pathping *
pathping_new(struct pathattempt_engine *e)
{
	struct pathping *p = mem_zalloc(1, sizeof(*p));

	p->engine = e;
	pingpair_init(&p->sockets, e->loop, on_heard, p);
	list_init(&p->waiting);
	p->ident = (uint16_t)rand_u64(&e->rand);
	p->sequence = (uint16_t)rand_u64(&e->rand);
	p->token = rand_u64(&e->rand);
	return p;
}

void
pathping_free(struct pathping **pp)
{
	struct pathping *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	assert(list_empty(&p->waiting));
	pingpair_fini(&p->sockets);
	free(p);
}
