/* wom/flow/flowpace.c - see flowpace.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowpace.h"

#include <assert.h>

#define JUDGE_OCTETS	(UINT64_C(4) << 20)	/* to be seen before a judgement, */
#define JUDGE_NS	(100 * CLOCK_MS)	/* and as much time */
#define PAUSE_NS	CLOCK_S		/* longer than that says nothing of now */
#define PERCENT_FREE	70	/* with this there is some left */
#define TRIED_PART	4u	/* of octets zstd has to see one of so many */
#define GAIN_MIN	100u	/* a level has to save one octet of so many more */
#define COST_GUESS	150u	/* percent of the level below, when it is not known */
#define TIRED		16u	/* judgements */

/* Those that are worth having: below -5 nothing gets faster, above 9 a core gives
 * less than the slowest links take. */
static const int levels[FLOWPACE_LEVELS] = {
	-5, -3, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9
};

void
flowpace_init(struct flowpace *p, int level)
{
	*p = (struct flowpace){ .at = 0 };
	while (p->at + 1 < FLOWPACE_LEVELS && levels[p->at + 1] <= level)
		p->at++;
}

int
flowpace_level(const struct flowpace *p)
{
	return levels[p->at];
}

bool
flowpace_is_hurried(const struct flowpace *p)
{
	return p->hurried;
}

/* Half of what it was and half of what it is; the first time all of it. */
static void
blend(uint32_t *was, uint64_t is)
{
	if (is == 0)
		is = 1;
	if (is > UINT32_MAX / 2)
		is = UINT32_MAX / 2;
	*was = *was == 0 ? (uint32_t)is : (uint32_t)((*was + is) / 2);
}

static void
learn(struct flowpace *p)
{
	struct flowpace_level *l = &p->levels[p->at];

	blend(&l->cost_ps, p->spent * 1000 / p->tried);
	blend(&l->gain_ppm, p->became * 1000000 / p->tried);
}

/* How busy the thread would be at the next level, in percent. */
static uint64_t
busy_above(const struct flowpace *p, uint64_t spent_percent, uint64_t busy)
{
	uint64_t cost = p->levels[p->at].cost_ps,
	    above = p->levels[p->at + 1].cost_ps;

	if (above < cost)
		above = cost * COST_GUESS / 100;
	return cost == 0 ? busy : busy + spent_percent * (above - cost) / cost;
}

/* Does this level save enough more than the one below? */
static bool
is_worth_it(const struct flowpace *p)
{
	uint32_t here, below;

	if (p->at == 0)
		return true;
	here = p->levels[p->at].gain_ppm;
	below = p->levels[p->at - 1].gain_ppm;
	return here == 0 || below == 0 || here + below / GAIN_MIN < below;
}

static void
climb(struct flowpace *p, uint64_t spent_percent, uint64_t busy)
{
	if (p->tired > 0) {
		p->tired--;
		return;
	}
	if (!is_worth_it(p)) {
		p->at--;
		p->tired = TIRED;
		return;
	}
	if (p->at + 1 < FLOWPACE_LEVELS &&
	    busy_above(p, spent_percent, busy) < PERCENT_FREE)
		p->at++;
}

static void
judge(struct flowpace *p, dur_ns wall, dur_ns cpu)
{
	uint64_t busy = cpu * 100 / wall, spent = p->spent * 100 / wall;
	bool link = p->queued * 2 > p->octets;

	p->hurried = !link && p->pressed * 2 > p->octets;
	/* Of blocks that consist of copies the level is no matter. */
	if (p->tried * TRIED_PART < p->octets)
		return;
	learn(p);
	if (link)
		climb(p, spent, busy);
	else if (p->hurried && p->at > 0)
		p->at--;
}

static void
begin(struct flowpace *p, mono_ns now, dur_ns cpu)
{
	p->begun = true;
	p->since = now;
	p->cpu_since = cpu;
	p->octets = p->queued = p->pressed = p->tried = p->became = 0;
	p->spent = 0;
}

void
flowpace_block(struct flowpace *p, const struct flowpace_block *b, mono_ns now,
    dur_ns cpu)
{
	assert(b->became <= b->tried);
	if (!p->begun || now - p->last > PAUSE_NS) {
		p->hurried = false;
		begin(p, now, cpu);
	}
	p->last = now;
	p->octets += b->octets;
	if (b->queued)
		p->queued += b->octets;
	else if (b->pressed)
		p->pressed += b->octets;
	p->tried += b->tried;
	p->became += b->became;
	p->spent += b->spent;
	if (p->octets < JUDGE_OCTETS || now - p->since < JUDGE_NS)
		return;
	judge(p, now - p->since, cpu - p->cpu_since);
	begin(p, now, cpu);
}
