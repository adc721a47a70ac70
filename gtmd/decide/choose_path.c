/* gtmd/decide/choose_path.c - see choose_path.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/choose_path.h"

#include <assert.h>
#include <string.h>

#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_score.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/topology/asker.h"
#include "gtmd/topology/topology_view.h"

#define GOLDEN		UINT64_C(0x9e3779b97f4a7c15)	/* as choose_topology */
#define SHARE_BITS	22	/* of the largest share; 2^9 of them in 32 */
#define COMPLETION_BEST	100
#define RTT_WORST_US	2000000
#define HOPS_WORST	64
#define TOPOLOGY_BEST	100

_Static_assert(CHOOSE_ORDER_MAX <= 1 << (31 - SHARE_BITS), "no overflow");

struct table;
typedef uint64_t score_fn(const struct table *t,
    const struct pathtable_figures *f, uint64_t base);

/* Whose data center is where among those that are looked up. */
struct place {
	uint64_t	 base;		/* of quality-of-service */
	uint32_t	 datacenter;
	uint32_t	 place;		/* among the view's candidates */
};

struct table {
	score_fn	*score;
	uint32_t	 needs;		/* PATHTABLE_… */
	uint32_t	 count, datacenters;
	bool		 spread;
	bool		 client;	/* topology: EDNS client subnet first */
	const struct topology_view *view;	/* NULL: it does not count */
	uint32_t	 qos[POOL_QOS_TERMS];
	struct place	 places[];	/* count; then the data centers' keys */
};

static uint64_t *
keys_of(const struct table *t)
{
	return (uint64_t *)(uintptr_t)(t->places + t->count);
}

/* ---- what a path is worth ---- */

uint64_t
choose_path_score_rtt(const struct pathtable_figures *f)
{
	return (f->known & PATHTABLE_RTT) == 0 ? CHOOSE_UNMEASURED :
	    CHOOSE_SCORE_WHOLE / ((uint64_t)f->rtt_us + 1);
}

uint64_t
choose_path_score_hops(const struct pathtable_figures *f)
{
	return (f->known & PATHTABLE_HOPS) == 0 ? CHOOSE_UNMEASURED :
	    CHOOSE_SCORE_WHOLE / ((uint64_t)f->hops + 1);
}

uint64_t
choose_path_score_completion(const struct pathtable_figures *f)
{
	return (f->known & PATHTABLE_COMPLETION) == 0 ? CHOOSE_UNMEASURED :
	    f->completion;
}

uint64_t
choose_path_score_quality(const struct pathtable_figures *f,
    const uint32_t qos[POOL_QOS_TERMS], uint64_t base)
{
	const struct {
		uint32_t	 bit, value;
		enum pool_qos	 weight;
		uint32_t	 upper;
		bool		 low;
	} terms[] = {
		{ PATHTABLE_RTT, f->rtt_us, POOL_QOS_RTT, RTT_WORST_US, true },
		{ PATHTABLE_HOPS, f->hops, POOL_QOS_HOPS, HOPS_WORST, true },
		{ PATHTABLE_COMPLETION, f->completion, POOL_QOS_HIT_RATIO,
		  COMPLETION_BEST, false },
	};
	uint64_t sum = base == CHOOSE_UNMEASURED ? 0 : base;
	bool known = base != CHOOSE_UNMEASURED;

	for (size_t i = 0; i < OBJ_COUNT(terms); i++) {
		if ((f->known & terms[i].bit) == 0 || qos[terms[i].weight] == 0)
			continue;
		sum += qos[terms[i].weight] * choose_score_term(terms[i].value,
		    terms[i].upper, terms[i].low);
		known = true;
	}
	return known ? sum : CHOOSE_UNMEASURED;
}

uint64_t
choose_path_score_topology(uint32_t score, uint32_t weight, uint64_t base)
{
	return (base == CHOOSE_UNMEASURED ? 0 : base) +
	    weight * choose_score_term(score, TOPOLOGY_BEST, false);
}

static uint64_t
score_rtt(const struct table *t, const struct pathtable_figures *f,
    uint64_t base)
{
	(void)t;
	(void)base;
	return choose_path_score_rtt(f);
}

static uint64_t
score_hops(const struct table *t, const struct pathtable_figures *f,
    uint64_t base)
{
	(void)t;
	(void)base;
	return choose_path_score_hops(f);
}

static uint64_t
score_completion(const struct table *t, const struct pathtable_figures *f,
    uint64_t base)
{
	(void)t;
	(void)base;
	return choose_path_score_completion(f);
}

static uint64_t
score_quality(const struct table *t, const struct pathtable_figures *f,
    uint64_t base)
{
	return choose_path_score_quality(f, t->qos, base);
}

/* ---- a table ---- */

static size_t
room(const struct choose_item *items, size_t count)
{
	(void)items;
	return sizeof(struct table) + count * (sizeof(struct place) +
	    sizeof(uint64_t));
}

static uint32_t
place_of(struct table *t, uint64_t datacenter)
{
	uint64_t *keys = keys_of(t);
	uint32_t i = 0;

	while (i < t->datacenters && keys[i] != datacenter)
		i++;
	if (i == t->datacenters)
		keys[t->datacenters++] = datacenter;
	return i;
}

static uint32_t
needs_of_quality(const uint32_t *qos)
{
	return (qos[POOL_QOS_RTT] != 0 ? PATHTABLE_RTT : 0u) |
	    (qos[POOL_QOS_HIT_RATIO] != 0 ? PATHTABLE_COMPLETION : 0u) |
	    (qos[POOL_QOS_HOPS] != 0 ? PATHTABLE_HOPS : 0u);
}

/* What quality-of-service weighs of path and place. */
static void
weigh_quality(struct table *t, const struct choose_item *item)
{
	if (item->qos != NULL)
		memcpy(t->qos, item->qos, sizeof(t->qos));
	t->needs = needs_of_quality(t->qos);
	t->client = item->client_subnet;
	if (t->qos[POOL_QOS_TOPOLOGY] != 0)
		t->view = item->topology;
}

/* All but what to score by, which the caller has put in. */
static void
fill(struct table *t, const struct choose_item *items, size_t count)
{
	assert(count <= CHOOSE_ORDER_MAX);
	t->count = (uint32_t)count;
	if (t->score == score_quality)
		weigh_quality(t, &items[0]);
	for (size_t i = 0; i < count; i++)
		t->places[i] = (struct place){ items[i].score,
		    place_of(t, items[i].datacenter), items[i].place };
}

/* ---- one query ---- */

/* Puts what topology scores each candidate for this client on top of the rest.
 * Where all clients are alike nothing is looked up. True: they are not. */
static bool
look_at_place(const struct table *t, struct asker *a, uint64_t *base)
{
	bool apart = t->view != NULL && t->view->rankings > 1;
	uint32_t ranking = apart ?
	    topology_view_ranking(t->view, a, t->client) : 0;

	for (uint32_t i = 0; i < t->count; i++) {
		base[i] = t->places[i].base;
		if (t->view != NULL)
			base[i] = choose_path_score_topology(
			    topology_view_rank(t->view, ranking,
			    t->places[i].place), t->qos[POOL_QOS_TOPOLOGY],
			    base[i]);
	}
	return apart;
}

/* What each candidate is worth to who asks. True: not the same to all. */
static bool
look(const struct table *t, struct asker *a, uint64_t *score)
{
	struct pathtable_figures f[CHOOSE_ORDER_MAX];
	struct pathtable_ask q = { .needs = t->needs, .proven = a->proven,
	    .peeks = a->peeks };
	const uint64_t *keys = keys_of(t);
	bool known = t->needs != 0 && a->paths != NULL && a->from != NULL;
	bool apart = look_at_place(t, a, score);

	if (known) {
		q.now_s = decision_keep_now(a->clock);
		q.key.resolver = clientnet_of(a->from,
		    (struct clientnet_len){ 32, 128 });
	}
	for (uint32_t i = 0; i < t->datacenters; i++) {
		f[i].known = 0;
		q.key.datacenter = keys[i];
		if (known && keys[i] != 0)
			pathtable_ask(a->paths, &q, &f[i]);
		apart = apart || f[i].known != 0;
	}
	for (uint32_t i = 0; i < t->count; i++)
		score[i] = t->score(t, &f[t->places[i].datacenter],
		    score[i]);
	return apart;
}

/* The highest that is known; and how many share it. 0 when there is none. */
static uint32_t
best_of(const struct table *t, const uint64_t *score, uint64_t *best)
{
	uint32_t ties = 0;

	*best = 0;
	for (uint32_t i = 0; i < t->count; i++) {
		if (score[i] == CHOOSE_UNMEASURED)
			continue;
		if (ties == 0 || score[i] > *best) {
			*best = score[i];
			ties = 1;
		} else if (score[i] == *best) {
			ties++;
		}
	}
	return ties;
}

/* Scores as weights: the tie of the best, or in proportion. Returns their
 * sum; 0 when none can be picked. */
static uint64_t
weigh(const struct table *t, uint64_t *score)
{
	uint64_t best, sum = 0;
	uint32_t ties = best_of(t, score, &best), shift = 0;

	while (best >> shift >= UINT64_C(1) << SHARE_BITS)
		shift++;
	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t s = ties == 0 || score[i] == CHOOSE_UNMEASURED ? 0 :
		    score[i];

		if (!t->spread)
			s = ties > 0 && score[i] == best;
		else if (s > 0)
			s = s >> shift > 0 ? s >> shift : 1;
		score[i] = s;
		sum += s;
	}
	return sum;
}

static uint32_t
pick(const void *table, const struct choose_query *q)
{
	const struct table *t = table;
	uint64_t weight[CHOOSE_ORDER_MAX], sum, at;
	uint32_t i = 0;
	bool apart = look(t, q->asker, weight);

	sum = weigh(t, weight);
	if (sum == 0)
		return CHOOSE_NONE;
	/* Where all clients are alike, ties are a plain circle. */
	at = apart || t->spread ? (q->turn * GOLDEN >> 32) * sum >> 32 :
	    q->turn % sum;
	while (at >= weight[i])
		at -= weight[i++];
	return i;
}

static uint64_t
weights(const struct choose_weigh *w, uint64_t *out)
{
	const struct table *t = w->table;
	uint64_t sum;

	(void)look(t, w->asker, out);
	sum = weigh(t, out);
	return sum > 0 ? sum : 1;
}

/* Best first, equal ones in their order, those not known at the end. */
static void
sort(uint16_t *at, const uint64_t *score, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		uint16_t x = at[i];
		uint32_t k = i;

		for (; k > 0 && score[at[k - 1]] < score[x]; k--)
			at[k] = at[k - 1];
		at[k] = x;
	}
}

static void
order(const struct choose_weigh *w, struct choose_order *out)
{
	const struct table *t = w->table;
	uint64_t score[CHOOSE_ORDER_MAX], best;

	(void)look(t, w->asker, score);
	out->usable = 0;
	out->ties = best_of(t, score, &best);
	for (uint32_t i = 0; i < t->count; i++)
		if (score[i] != CHOOSE_UNMEASURED &&
		    (!t->spread || score[i] > 0))
			out->room[out->usable++] = (uint16_t)i;
	/* In proportion any may come first: they stand around a circle. */
	if (t->spread)
		out->ties = out->usable;
	else
		sort(out->room, score, out->usable);
	out->at = out->room;
}

/* Of nobody in particular, whose path nobody knows. */
static void
shares(const struct choose_item *items, size_t count, double *out)
{
	(void)items;
	for (size_t i = 0; i < count; i++)
		out[i] = 0;
}

/* ---- rows ---- */

#define COMPILE(id, fn, bits, in_proportion)				\
	static choose_pick_fn *						\
	compile_##id(void *table, const struct choose_item *items,	\
	    size_t count)						\
	{								\
		struct table *t = table;				\
									\
		t->score = fn;						\
		t->needs = bits;					\
		t->spread = in_proportion;				\
		fill(t, items, count);					\
		return pick;						\
	}

#define ROW(n, fn)							\
	{								\
		.name = n, .kind = CHOOSE_PICK, .may_pass = true,	\
		.most = CHOOSE_ORDER_MAX, .room = room, .compile = fn,	\
		.shares = shares, .weights = weights, .order = order,	\
	}

COMPILE(rtt, score_rtt, PATHTABLE_RTT, false)
COMPILE(rtt_spread, score_rtt, PATHTABLE_RTT, true)
COMPILE(hops, score_hops, PATHTABLE_HOPS, false)
COMPILE(hops_spread, score_hops, PATHTABLE_HOPS, true)
COMPILE(completion, score_completion, PATHTABLE_COMPLETION, false)
COMPILE(completion_spread, score_completion, PATHTABLE_COMPLETION, true)
COMPILE(quality, score_quality, 0, false)
COMPILE(quality_spread, score_quality, 0, true)

enum { RTT, HOPS, COMPLETION, QUALITY, ROWS };

/* The best; in proportion. */
static const struct choose_method rows[ROWS][2] = {
	[RTT] = { ROW("lowest-round-trip-time", compile_rtt),
	    ROW("lowest-round-trip-time", compile_rtt_spread) },
	[HOPS] = { ROW("fewest-hops", compile_hops),
	    ROW("fewest-hops", compile_hops_spread) },
	[COMPLETION] = { ROW("completion-rate", compile_completion),
	    ROW("completion-rate", compile_completion_spread) },
	[QUALITY] = { ROW("quality-of-service", compile_quality),
	    ROW("quality-of-service", compile_quality_spread) },
};

const struct choose_method *
choose_path_find(enum pool_lb lb, const uint32_t qos[POOL_QOS_TERMS],
    bool spread)
{
	if (lb == POOL_LB_LOWEST_RTT)
		return &rows[RTT][spread];
	if (lb == POOL_LB_FEWEST_HOPS)
		return &rows[HOPS][spread];
	if (lb == POOL_LB_COMPLETION_RATE)
		return &rows[COMPLETION][spread];
	if (lb == POOL_LB_QUALITY_OF_SERVICE && qos != NULL &&
	    (needs_of_quality(qos) != 0 || qos[POOL_QOS_TOPOLOGY] != 0))
		return &rows[QUALITY][spread];
	return NULL;
}

bool
choose_path_asks(enum pool_lb lb, const uint32_t qos[POOL_QOS_TERMS])
{
	return choose_path_find(lb, qos, false) != NULL &&
	    (lb != POOL_LB_QUALITY_OF_SERVICE || needs_of_quality(qos) != 0);
}

bool
choose_path_is(const struct choose_method *m)
{
	return m >= &rows[0][0] && m <= &rows[ROWS - 1][1];
}
