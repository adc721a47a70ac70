/* wom/control/womsums.c - see womsums.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/womsums.h"

#include <string.h>

#include "core/model/json.h"
#include "core/rest/reststats.h"
#include "wom/peer/hub.h"

#define ROW(field, key, metric, help, unit)				\
	{ key, "gtm_wom_" metric "_total", help,			\
	    offsetof(struct flow_counts, field), unit }

const struct womsums_row womsums_rows[] = {
	ROW(lan_in, "lanIn", "lan_received_bytes",
	    "Octets that came in on the LAN.", 1),
	ROW(lan_out, "lanOut", "lan_sent_bytes",
	    "Octets that went out on the LAN.", 1),
	ROW(wan_out, "wanOut", "wan_sent_bytes",
	    "Octets that were sent in their place over the WAN.", 1),
	ROW(wan_in, "wanIn", "wan_received_bytes",
	    "Octets that came in their place over the WAN.", 1),
	ROW(dedup, "dedup", "dedup_bytes",
	    "Of what came in on the LAN: the peer had it.", 1),
	ROW(delta, "delta", "delta_bytes",
	    "The same: the peer had it but for differences.", 1),
	ROW(zero, "zero", "run_bytes",
	    "The same: runs of one octet, most of them zeros.", 1),
	ROW(literal, "literal", "literal_bytes",
	    "The same: new to the peer.", 1),
	ROW(bypassed, "bypassed", "bypassed_bytes",
	    "The same: sent as it is, for nothing makes it smaller.", 1),
	ROW(packed, "packed", "packed_bytes",
	    "Octets that compression made of literal ones.", 1),
	ROW(blocks_out, "blocksOut", "sent_blocks", "Blocks encoded.", 1),
	ROW(blocks_in, "blocksIn", "received_blocks", "Blocks decoded.", 1),
	ROW(again_out, "blocksAskedFor", "repeated_blocks",
	    "Blocks that a peer asked for once more.", 1),
	ROW(again_in, "blocksAsked", "asked_blocks",
	    "Blocks that were asked for once more here.", 1),
	ROW(encode_ns, "encodeNs", "encode_cpu_seconds",
	    "CPU time of the encoder.", 1e-9),
	ROW(decode_ns, "decodeNs", "decode_cpu_seconds",
	    "CPU time of the decoder.", 1e-9),
	ROW(stall_room_ns, "stalledByWanNs", "wan_stalled_seconds",
	    "Time that streams waited for the WAN.", 1e-9),
	ROW(stall_reader_ns, "stalledByLanNs", "lan_stalled_seconds",
	    "Time that streams waited for who reads on the LAN.", 1e-9),
	{ NULL, NULL, NULL, 0, 0 }
};

static uint64_t *
at(struct flow_counts *c, const struct womsums_row *r)
{
	return (uint64_t *)(void *)((char *)c + r->off);
}

void
womsums_add(struct flow_counts *to, const struct flow_counts *c)
{
	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++)
		*at(to, r) += womsums_get(c, r);
}

/* ---- an application's of all peers ---- */

struct sum {
	const char	*app;
	struct flow_counts *out;
	uint64_t	 open;
};

static void
on_peer(void *arg, const char *name, const struct peerview *v)
{
	struct sum *s = arg;

	(void)name;
	for (size_t i = 0; i < v->app_count; i++) {
		const struct flowapp *a = &v->apps[i];

		if (s->app != NULL && strcmp(s->app, a->name) != 0)
			continue;
		womsums_add(s->out, &a->counts);
		s->open += a->open;
	}
}

uint64_t
womsums_of_app(const struct hub *h, const char *app, struct flow_counts *out)
{
	struct sum s = { app, out, 0 };

	*out = (struct flow_counts){ 0 };
	if (h != NULL)
		hub_each(h, on_peer, &s);
	return s.open;
}

/* ---- told ---- */

void
womsums_json(struct json *j, const struct flow_counts *c)
{
	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++)
		json_put_int(j, r->key, (int64_t)womsums_get(c, r));
}

void
womsums_page(struct json *entries, const struct flow_counts *c)
{
	uint64_t saved = c->lan_in > c->wan_out ?
	    (c->lan_in - c->wan_out) * 100 / c->lan_in : 0;

	for (const struct womsums_row *r = womsums_rows; r->key != NULL; r++)
		reststats_number(entries, r->key, womsums_get(c, r));
	reststats_number(entries, "savedPercent", saved);
}
