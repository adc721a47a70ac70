/* etherip/move/herald.c - see herald.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/move/herald.h"

#include "etherip/move/freezer.h"

static uint32_t
seconds(mono_ns now)
{
	return (uint32_t)(now / CLOCK_S);
}

static void
send_to(struct herald *h, uint64_t members, const uint8_t *octets, size_t len)
{
	if (len == 0 || h->settings->silent)
		return;
	for (unsigned i = 0; i < FDB_MEMBERS_MAX; i++)
		if ((members >> i & 1) != 0)
			(void)h->path->send(h->arg, i, octets, len);
}

static uint64_t
sides_without(const struct herald *h, unsigned at)
{
	uint64_t up = h->path->members(h->arg) & ~(UINT64_C(1) << at);

	return at == MOVEPATH_LAN || h->settings->tunnel_to_tunnel ? up :
	    up & UINT64_C(1) << MOVEPATH_LAN;
}

static void
tell(struct herald *h, const struct fdb_key *k, unsigned at, uint64_t sides,
    mono_ns now)
{
	struct snoop_fact facts[SNOOP_OF_MAX + 1];
	uint8_t out[MOVEFRAME_MAX];
	size_t count = snoop_of(h->snoop, k, seconds(now), facts,
	    SNOOP_OF_MAX);

	/* A station that others know by an address of ours is here as that one always is. */
	if (h->settings->stand_in == 0)
		facts[count++] = (struct snoop_fact){ .vlan = k->vlan };
	for (size_t i = 0; i < count; i++) {
		facts[i].mac = h->settings->stand_in != 0 ?
		    h->settings->stand_in | at : k->mac ^ h->settings->turned;
		h->told++;
		send_to(h, sides, out, moveframe_tell(out, &facts[i]));
	}
}

void
herald_tell(struct herald *h, const struct fdb_key *k, unsigned at,
    mono_ns now)
{
	tell(h, k, at, sides_without(h, at), now);
}

void
herald_tell_one(struct herald *h, const struct fdb_key *k, unsigned at,
    unsigned member, mono_ns now)
{
	tell(h, k, at, UINT64_C(1) << member, now);
}

/* ---- questions ---- */

static bool
is_in(const struct snoop_fact *facts, size_t count, const struct addr *ip)
{
	for (size_t i = 0; i < count; i++)
		if (addr_equal(&facts[i].ip, ip))
			return true;
	return false;
}

/* Those that somebody gave, then those that it told last. */
static size_t
addresses(const struct herald *h, const struct freezer_station *s,
    mono_ns now, struct snoop_fact out[FREEZER_ADDRESSES])
{
	struct snoop_fact known[2 * FREEZER_ADDRESSES];
	size_t count = 0, told = snoop_of(h->snoop, &s->key, seconds(now),
	    known, 2 * FREEZER_ADDRESSES);

	for (; count < s->ip_count; count++)
		out[count] = (struct snoop_fact){ .ip = s->ips[count],
		    .mac = s->key.mac, .vlan = s->key.vlan };
	for (size_t i = 0; i < told && count < FREEZER_ADDRESSES; i++)
		if (!is_in(out, count, &known[i].ip))
			out[count++] = known[i];
	return count;
}

static void
ask(struct herald *h, const struct freezer_station *s, uint64_t members,
    mono_ns now)
{
	struct snoop_fact facts[FREEZER_ADDRESSES];
	uint8_t out[MOVEFRAME_MAX];
	size_t count = addresses(h, s, now, facts);

	for (size_t i = 0; i < count; i++) {
		h->asked++;
		send_to(h, members, out, moveframe_ask(out, &facts[i],
		    &h->settings->voice, s->rounds % 2 != 0));
	}
}

void
herald_ask(struct herald *h, const struct fdb_key *k, unsigned at,
    bool aloud, mono_ns now)
{
	const struct freezer_station s = { .key = *k, .rounds = aloud };

	ask(h, &s, UINT64_C(1) << at, now);
}

void
herald_seek(struct herald *h, const struct freezer_station *s, mono_ns now)
{
	ask(h, s, h->path->members(h->arg), now);
}

size_t
herald_addresses(const struct herald *h, const struct freezer_station *s,
    mono_ns now)
{
	struct snoop_fact facts[FREEZER_ADDRESSES];

	return addresses(h, s, now, facts);
}
