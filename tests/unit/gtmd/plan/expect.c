/* tests/unit/gtmd/plan/expect.c - see expect.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gtmd/plan/expect_inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "gtmd/topology/clientnet.h"

/* ---- answers ---- */

static struct expect_answer *
add_answer(struct expect *out, enum expect_how how, unsigned pool,
    const char *text)
{
	struct expect_answer *a = &out->answers[out->count++];

	assert(out->count <= OBJ_COUNT(out->answers));
	*a = (struct expect_answer){ .how = how, .pool = pool };
	(void)snprintf(a->text, sizeof(a->text), "%s", text);
	return a;
}

static void
add_record(const struct setup *s, unsigned pool, const char *data,
    struct expect_answer *a)
{
	size_t at = strlen(a->text);

	(void)snprintf(a->text + at, sizeof(a->text) - at, "%s%s. %u %s %s%s",
	    strstr(a->text, "AN:") != NULL ? " | " : "NOERROR aa AN: ",
	    setup_name(s), s->pools[pool].ttl_s,
	    pool == SETUP_CNAME ? "CNAME" : "A", data,
	    pool == SETUP_CNAME ? "." : "");
}

/* No address twice, no more than the pool lets be told. */
static void
add_members(const struct asked *asked, unsigned pool, enum expect_how how,
    const struct choice *c, size_t first)
{
	struct expect_answer *a = add_answer(asked->out, how, pool, "");
	const struct setup *s = asked->s;
	size_t order[SETUP_MEMBERS], told = 0;
	size_t n = expect_choose_order(c, first, order);
	char data[SETUP_MEMBERS][32];
	double sum = 0;

	for (size_t i = 0; i < n && told < s->pools[pool].max_answers; i++) {
		size_t same = 0;

		setup_member_data(s, pool, c->c[order[i]].number, data[told]);
		while (strcmp(data[same], data[told]) != 0)
			same++;
		if (same == told)
			add_record(s, pool, data[told++], a);
	}
	a->place = c->c[first].number;
	a->remembered = s->persistence && how <= EXPECT_ALTERNATE;
	for (size_t i = 0; i < c->count; i++)
		sum += c->c[i].weight;
	for (size_t i = 0; i < c->count && c->way == BY_SHARE &&
	    !c->placed; i++)
		a->share[c->c[i].number] = c->c[i].weight / sum;
}

static void
add_negative(const char *rcode, unsigned ttl_s, struct expect_answer *a)
{
	(void)snprintf(a->text, sizeof(a->text), "%s aa", rcode);
	if (ttl_s > 0)
		(void)snprintf(a->text, sizeof(a->text), "%s aa NS: "
		    "example.com. %u SOA ns.example.com. h.example.com. "
		    "1 2 3 4 300", rcode, ttl_s);
}

/* The zone's word; nothing there, then a negative answer of this TTL. */
static void
add_zone(const struct setup *s, unsigned ttl_s, struct expect_answer *a)
{
	if (s->zone_has)
		(void)snprintf(a->text, sizeof(a->text),
		    "NOERROR aa AN: %s. 60 A 192.0.2.99", setup_name(s));
	else
		add_negative("NOERROR", ttl_s, a);
}

static unsigned
smallest_ttl(const struct setup *s)
{
	unsigned ttl_s = UINT32_MAX;

	for (size_t i = 0; i < s->edge_count; i++)
		if (s->pools[s->edges[i].pool].ttl_s < ttl_s)
			ttl_s = s->pools[s->edges[i].pool].ttl_s;
	return s->edge_count > 0 ? ttl_s : s->pools[s->last_resort].ttl_s;
}

/* The failure policy; it overrules return-to-dns, too. */
static void
add_failure(const struct setup *s, bool zone, struct expect_answer *a)
{
	const struct setup_rcode *r = &setup_rcodes[s->rcode];

	if (s->rcode_response && r->cached)
		add_negative(r->text, s->rcode_ttl_s, a);
	else if (s->rcode_response)
		(void)snprintf(a->text, sizeof(a->text), "%s", r->text);
	else if (zone)
		add_zone(s, smallest_ttl(s), a);
	else
		add_negative("NOERROR", smallest_ttl(s), a);
}

/* ---- a pool ---- */

static void
note_place(const struct asked *a, const struct choice *c)
{
	if (c->placed && a->s->client_subnet &&
	    a->q->client.addr.family != 0)
		a->out->by_subnet = true;
}

/* One method of one pool. False when it yields nothing. */
static bool
try_method(const struct asked *a, unsigned pool, enum setup_lb lb,
    enum expect_how how, bool down_too)
{
	size_t first[SETUP_MEMBERS], n;
	struct choice c;

	switch ((int)lb) {
	case SETUP_NONE:
		return false;
	case SETUP_RETURN:
		add_failure(a->s, true, add_answer(a->out, EXPECT_NOTHING,
		    pool, ""));
		return true;
	case SETUP_DROP:
		add_answer(a->out, EXPECT_NOTHING, pool, "silence");
		return true;
	case SETUP_FALLBACK_IP:
		add_record(a->s, pool, "192.0.2.77", add_answer(a->out, how,
		    pool, ""));
		return true;
	}
	expect_choose_members(a, pool, lb, down_too, &c);
	if (c.count == 0)
		return false;
	note_place(a, &c);
	n = expect_choose_first(a, &c, a->past->answered[pool][how], first);
	for (size_t i = 0; i < n; i++)
		add_members(a, pool, how, &c, first[i]);
	return n > 0;
}

static bool
try_pool(const struct asked *a, unsigned pool, bool last_resort)
{
	const struct setup_pool *p = &a->s->pools[pool];

	if (!p->enabled || expect_state_too_few(a->s, pool))
		return false;
	for (int i = 0; i < 2; i++)
		if (try_method(a, pool, p->lb[i], last_resort ?
		    EXPECT_LAST_RESORT : (enum expect_how)i, !p->verify))
			return true;
	return false;
}

/* Might it answer somebody? What topology passes for one client, it may not
 * for the next. */
static bool
is_choosable(const struct asked *a, const struct setup_edge *e)
{
	const struct setup_pool *p = &a->s->pools[e->pool];
	struct choice c;

	if ((a->s->mode == SETUP_RATIO && e->ratio == 0) || !p->enabled ||
	    expect_state_too_few(a->s, e->pool))
		return false;
	for (int i = 0; i < 2; i++) {
		if (p->lb[i] == SETUP_NONE)
			continue;
		if (p->lb[i] >= SETUP_RETURN && p->lb[i] <= SETUP_FALLBACK_IP)
			return true;
		expect_choose_members(a, e->pool, p->lb[i], !p->verify, &c);
		if (c.count + c.silent > 0)
			return true;
	}
	return false;
}

/* ---- the wide IP ---- */

static void
choice_of_pools(const struct asked *a, struct choice *to)
{
	const struct setup *s = a->s;
	struct setup_pool mode = { .cohort = s->cohort };
	const struct setup_edge *e[SETUP_EDGES];
	uint32_t group[SETUP_EDGES], lowest;
	size_t active[SETUP_EDGES], n = 0;
	char key[32];

	for (size_t i = 0; i < s->edge_count; i++) {
		if (!is_choosable(a, &s->edges[i]))
			continue;
		e[n] = &s->edges[i];
		group[n] = e[n]->group;
		active[n] = expect_state_up(s, e[n]->pool);
		n++;
	}
	lowest = expect_choose_lowest(group, active, n, s->min_active);
	*to = (struct choice){ .way = expect_choose_way(&mode, s->mode),
	    .zero = s->allow_zero, .placed = s->mode == SETUP_TOPOLOGY };
	for (size_t i = 0; i < n; i++) {
		struct subject who = { .is_pool = true, .pool = e[i]->pool,
		    .site = -1 };

		if (group[i] < lowest)
			continue;
		to->c[to->count++] = (struct candidate){
			.number = e[i]->pool, .weight = e[i]->ratio,
			.key = clientnet_key(setup_pool_key(e[i]->pool, key)),
			.score = expect_topology_score(s, &a->client, &who),
		};
	}
}

/* The pool chosen, and while one passes for this client the next. */
static void
try_pools_from(const struct asked *a, const struct choice *c, size_t first,
    bool *passed)
{
	size_t order[SETUP_MEMBERS], n = expect_choose_order(c, first, order);

	for (size_t i = 0; i < n; i++)
		if (try_pool(a, c->c[order[i]].number, false))
			return;
	*passed = true;
}

/* False when no pool answers. */
static bool
try_pools(const struct asked *a)
{
	size_t first[SETUP_MEMBERS], n;
	struct choice c;
	bool passed = false;

	choice_of_pools(a, &c);
	if (c.count == 0)
		return false;
	note_place(a, &c);
	n = expect_choose_first(a, &c, a->past->chosen, first);
	for (size_t i = 0; i < n; i++)
		try_pools_from(a, &c, first[i], &passed);
	for (size_t i = 0; i < c.count && c.way == BY_SHARE; i++)
		a->out->share[c.c[i].number] = c.c[i].weight;
	assert(!passed || a->out->count == 0);
	return n > 0 && !passed;
}

/* Of the first enabled pool; members that are down, too, unless the settings
 * say otherwise. */
static bool
try_fallback(const struct asked *a)
{
	const struct setup *s = a->s;

	for (size_t i = 0; i < s->edge_count; i++) {
		unsigned pool = s->edges[i].pool;

		if (!s->pools[pool].enabled)
			continue;
		return !(s->respect && expect_state_too_few(s, pool)) &&
		    try_method(a, pool, s->pools[pool].lb[2], EXPECT_FALLBACK,
		    !s->respect);
	}
	return false;
}

/* ---- persistence ---- */

static uint32_t
net_of(const struct setup *s, const struct expect_query *q)
{
	return ntohl(q->resolver.sin_addr.s_addr) &
	    (s->persist_bits == 24 ? 0xffffff00 : 0xffffffff);
}

/* Does this pool still keep the client at that place? */
static bool
try_kept(const struct asked *a, unsigned pool, unsigned place)
{
	const struct setup_pool *p = &a->s->pools[pool];
	const struct setup_member *m[SETUP_MEMBERS];
	size_t n = expect_choose_in_order(p, m), first = SETUP_MEMBERS;
	struct choice c = { .way = BY_ORDER };
	bool chosen = false;

	for (size_t i = 0; i < a->s->edge_count; i++)
		chosen = chosen || a->s->edges[i].pool == pool;
	if (!chosen || expect_state_too_few(a->s, pool) ||
	    (!p->enabled && !a->s->drain))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!expect_state_enabled(a->s, pool, m[i]) ||
		    (p->verify && !expect_state_available(a->s, pool, m[i])))
			continue;
		if (m[i]->place == place)
			first = c.count;
		c.c[c.count++].number = m[i]->place;
	}
	if (first == SETUP_MEMBERS)
		return false;
	add_members(a, pool, EXPECT_KEPT, &c, first);
	return true;
}

void
expect_of(const struct setup *s, const struct expect_past *past,
    const struct expect_query *q, struct expect *out)
{
	struct asked a = { s, past, q, expect_topology_client(s, q), out };

	memset(out, 0, sizeof(*out));
	if (!s->enabled || (s->edge_count == 0 && s->last_resort < 0)) {
		add_zone(s, 300, add_answer(out, EXPECT_NOTHING, 0, ""));
		return;
	}
	for (size_t i = 0; i < past->kept_count && s->persistence; i++)
		if (past->kept[i].net == net_of(s, q) &&
		    past->kept[i].expires_s > past->now_s &&
		    try_kept(&a, past->kept[i].pool, past->kept[i].place))
			return;
	if (try_pools(&a) ||
	    (s->last_resort >= 0 && try_pool(&a, (unsigned)s->last_resort,
	    true)) || try_fallback(&a))
		return;
	add_failure(s, false, add_answer(out, EXPECT_NOTHING, 0, ""));
}

static void
keep(const struct setup *s, struct expect_past *past,
    const struct expect_query *q, const struct expect_answer *a)
{
	size_t i = 0;

	while (i < past->kept_count && past->kept[i].net != net_of(s, q))
		i++;
	assert(i < EXPECT_CLIENTS);
	past->kept_count += i == past->kept_count;
	past->kept[i].net = net_of(s, q);
	past->kept[i].pool = a->pool;
	past->kept[i].place = a->place;
	past->kept[i].expires_s = past->now_s + s->persist_ttl_s;
}

void
expect_was(const struct setup *s, struct expect_past *past,
    const struct expect_query *q, const struct expect_answer *a)
{
	if (s->enabled && a->how != EXPECT_KEPT)
		past->chosen++;
	if (a->how < EXPECT_HOWS)
		past->answered[a->pool][a->how]++;
	if (a->remembered)
		keep(s, past, q, a);
}
