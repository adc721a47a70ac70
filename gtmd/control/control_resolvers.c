/* gtmd/control/control_resolvers.c - see control_resolvers.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_resolvers.h"

#include <stdlib.h>

#include "core/base/map.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restname.h"
#include "gtmd/control/control_share.h"
#include "gtmd/serve/resolvers.h"
#include "gtmd/topology/asker.h"

struct json *
control_resolvers_json(void)
{
	struct json *j = json_new_object(), *all = json_new_array();
	char *link = restname_link("/mgmt/tm/gtm/resolvers");
	struct resolvers_net net[CONTROL_RESOLVERS_MAX];
	struct resolvers_sum sum;
	size_t n = resolvers_read(net, CONTROL_RESOLVERS_MAX, &sum);
	char text[ADDR_TEXT_MAX];

	json_put_text(j, "kind", "tm:gtm:resolvers:resolverscollectionstate");
	json_put_text(j, "selfLink", link);
	free(link);
	json_put_int(j, "queries", (int64_t)sum.queries);
	json_put_int(j, "samples", (int64_t)sum.samples);
	json_put_int(j, "networks", (int64_t)sum.networks);
	for (size_t i = 0; i < n; i++) {
		struct json *one = json_new_object();

		json_put_text(one, "network", addr_format_prefix(&net[i].net,
		    text));
		json_put_int(one, "queries", (int64_t)net[i].queries);
		json_put_real(one, "share", (double)net[i].queries /
		    (double)sum.queries);
		json_add(all, &one);
	}
	json_put(j, "items", &all);
	return j;
}

/* ---- where they would go ---- */

/* "pool member answer" of an entry of shares. */
static char *
key_of(const struct json *share)
{
	static const char *const keys[] = { "pool", "member", "answer" };
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < OBJ_COUNT(keys); i++) {
		const char *text = json_get_text(json_find(share, keys[i]));

		strbuf_add(&b, text != NULL ? text : "");
		strbuf_add_char(&b, '\n');
	}
	return strbuf_take(&b);
}

/* Adds one network's shares, so much of all, to those by key. Takes *pshares;
 * what is new stays in all. */
static void
add_shares(struct map *by_key, struct json *all, struct json **pshares,
    double part)
{
	for (size_t i = 0; i < json_count(*pshares); i++) {
		const struct json *from = json_item(*pshares, i);
		double more = json_get_real(json_find(from, "share")) * part;
		char *key = key_of(from);
		struct json *to = map_find(by_key, key), *fresh;

		if (to == NULL) {
			to = fresh = json_clone(from);
			json_put_real(to, "share", 0);
			json_remove(to, "weight");
			json_remove(to, "total");
			(void)map_put(by_key, key, to);
			json_add(all, &fresh);
		}
		json_put_real(to, "share", more +
		    json_get_real(json_find(to, "share")));
		free(key);
	}
	json_free(pshares);
}

/* Who has not been asked by anybody asks for an unknown client. */
static struct json *
spread(const struct plan_wide *w, const struct resolvers_net *net, size_t n)
{
	struct json *all = json_new_array(), *shares;
	struct asker asker = { .scope = 0 };
	struct sockaddr_storage from;
	struct map by_key = { .count = 0 };
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += net[i].queries;
	for (size_t i = 0; i < n; i++) {
		(void)addr_to_sockaddr(&net[i].net.addr, 0, &from);
		asker.client = net[i].net;
		asker.from = (const struct sockaddr *)&from;
		shares = control_share_wide(w, &asker);
		add_shares(&by_key, all, &shares, (double)net[i].queries /
		    (double)sum);
	}
	if (n == 0) {
		shares = control_share_wide(w, &asker);
		add_shares(&by_key, all, &shares, 1);
	}
	map_fini(&by_key);
	return all;
}

struct json *
control_resolvers_spread(const struct plan_wide *before,
    const struct plan_wide *after)
{
	struct json *j = json_new_object(), *child;
	struct resolvers_net net[CONTROL_RESOLVERS_MAX];
	struct resolvers_sum sum;
	size_t n = resolvers_read(net, CONTROL_RESOLVERS_MAX, &sum);

	json_put_int(j, "networks", (int64_t)sum.networks);
	json_put_int(j, "queries", (int64_t)sum.queries);
	child = spread(before, net, n);
	json_put(j, "before", &child);
	child = spread(after, net, n);
	json_put(j, "after", &child);
	return j;
}
