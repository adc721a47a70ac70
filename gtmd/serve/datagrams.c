/* gtmd/serve/datagrams.c - see datagrams.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/datagrams.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/base/addr.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/answer.h"
#include "gtmd/serve/proxyheader.h"
#include "gtmd/serve/resolvers.h"

_Static_assert(DATAGRAMS_MAX <= RESOLVERS_STANDS_MAX,
    "one query can stand for its batch");

static void
set_client(union datagram_peer *to, const struct addrport *client)
{
	struct sockaddr_storage ss;

	(void)addr_to_sockaddr(&client->addr, client->port, &ss);
	memcpy(to, &ss, sizeof(*to));
}

/* Takes the header off datagram i and notes whom it names. One that should have
 * none, or has none and should, becomes nothing. */
static void
unwrap(struct datagrams *d, unsigned i, const struct proxysources *proxies,
    struct stats *stats)
{
	uint8_t *p = d->packets[i];
	size_t len = d->lens[i];
	struct proxyheader h = { 0 };
	enum proxyheader_kind kind = PROXYHEADER_BAD;

	d->clients[i] = d->peers[i];
	if (proxyheader_source(proxies, &d->peers[i].sa))
		kind = proxyheader_read(p, len, &h);
	else if (len < PROXYHEADER_SIGNATURE || !proxyheader_begins(p, len))
		return;
	switch (kind) {
	case PROXYHEADER_CLIENT:
		set_client(&d->clients[i], &h.client);
		break;
	case PROXYHEADER_LOCAL:
		break;
	case PROXYHEADER_MORE:
	case PROXYHEADER_BAD:
		stats_add(stats, STATS_PROXY_REFUSED, 1);
		d->lens[i] = 0;
		return;
	}
	memmove(p, p + h.len, len - h.len);
	d->lens[i] = (uint16_t)(len - h.len);
}

/* Whom the datagrams are from, by all we know. */
static const union datagram_peer *
askers(struct datagrams *d, const struct proxysources *proxies,
    struct stats *stats)
{
	if (proxies == NULL)
		return d->peers;
	for (unsigned i = 0; i < d->count; i++)
		unwrap(d, i, proxies, stats);
	return d->clients;
}

void
datagrams_answer(struct datagrams *d, struct answer *a, const struct world *w,
    const struct proxysources *proxies)
{
	struct answer_room room = { .via = ANSWER_UDP };
	const union datagram_peer *from = askers(d, proxies, a->stats);

	answer_begin(a, w);
	for (unsigned i = 0; i < d->count; i++) {
		question_read(&d->questions[i], d->packets[i], d->lens[i]);
		answer_prefetch(a, &d->questions[i]);
	}
	for (unsigned i = 0; i < d->count; i++)
		answer_prefetch_record(a, &d->questions[i]);
	for (unsigned i = 0; i < d->count; i++) {
		room.packet = d->packets[i];
		room.cap = d->caps[i];
		room.from = &from[i].sa;
		d->lens[i] = (uint16_t)answer_write(a, &d->questions[i], &room);
	}
	stats_add(a->stats, STATS_UDP_BATCHES, 1);
	if (a->seen != NULL && d->count > 0)
		resolvers_note(a->seen, &from[resolvers_pick(a->seen,
		    d->count)].sa, d->count);
}
