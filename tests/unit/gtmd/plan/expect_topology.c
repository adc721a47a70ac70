/* tests/unit/gtmd/plan/expect_topology.c - records, one by one; see expect_inside.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/expect_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool
is_in(const char *prefix, const struct addr *a)
{
	struct addr_prefix p;

	if (strcmp(prefix, "0.0.0.0/0") == 0)
		return true;
	assert(addr_parse_prefix(prefix, &p) == 0);
	return a->family != 0 && addr_in_prefix(a, &p);
}

static const char *
after(const char *text, const char *word)
{
	size_t n = strlen(word);

	return strncmp(text, word, n) == 0 ? text + n : NULL;
}

static bool
record_speaks_of(const struct setup_record *r, const struct subject *who)
{
	const char *pool = after(r->server, "pool ");
	const char *site = after(r->server, "datacenter D");
	const char *net = after(r->server, "subnet ");
	char key[32];
	bool is;

	if (who->is_pool && pool == NULL && strcmp(net != NULL ? net : "",
	    "0.0.0.0/0") != 0)
		return false;
	if (pool != NULL)
		is = strcmp(setup_pool_key(who->pool, key) +
		    strlen("/Common/"), pool) == 0;
	else if (site != NULL)
		is = who->site == site[0] - '0';
	else
		is = is_in(net, &who->addr);
	return is != r->not_server;
}

static unsigned
subnet_len(const char *prefix)
{
	return (unsigned)strtoul(strchr(prefix, '/') + 1, NULL, 10);
}

/* What longest match sorts by: a small number comes first. */
static unsigned
rank_of(const struct setup_record *r)
{
	const char *net = after(r->server, "subnet ");
	unsigned ldns = subnet_len(r->ldns);
	unsigned server = net != NULL ? subnet_len(net) : 0;
	unsigned bucket = r->not_ldns ? 2 : r->not_server;

	if (ldns == 0 || (net != NULL && server == 0))
		bucket = 3;
	return bucket * 1000000 + (128 - ldns) * 1000 +
	    (net != NULL ? 128 - server : 999);
}

static bool
comes_before(const struct setup *s, const struct setup_record *a,
    const struct setup_record *b)
{
	if (!s->longest)
		return a->order < b->order;
	return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) :
	    a->score > b->score;
}

/* The score of the first record that speaks of both. */
unsigned
expect_topology_score(const struct setup *s, const struct addr *client,
    const struct subject *who)
{
	const struct setup_record *first = NULL;

	for (size_t i = 0; i < s->record_count; i++) {
		const struct setup_record *r = &s->records[i];

		if (is_in(r->ldns, client) == r->not_ldns ||
		    !record_speaks_of(r, who))
			continue;
		if (first == NULL || comes_before(s, r, first))
			first = r;
	}
	return first != NULL ? first->score : 0;
}

struct addr
expect_topology_client(const struct setup *s, const struct expect_query *q)
{
	struct addr a = { .family = AF_INET };

	if (s->client_subnet && q->client.addr.family != 0)
		return q->client.addr;
	memcpy(a.octets, &q->resolver.sin_addr, 4);
	return a;
}
