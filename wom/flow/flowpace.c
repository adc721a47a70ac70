/* wom/flow/flowpace.c - see flowpace.h. Layer: wom/flow, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowpace.h"

#define JUDGE_OCTETS	(UINT64_C(4) << 20)	/* to be seen before a judgement, */
#define JUDGE_NS	(400 * CLOCK_MS)	/* and as much time: a window's
						 * octets come in a burst */
#define PAUSE_NS	CLOCK_S		/* longer than that says nothing of now */
#define PERCENT_LINK	10	/* of time without room: the link is slow; */
#define PERCENT_NONE	3	/* with less it is not */
#define PERCENT_FREE	50	/* busy less than this there is time left, also for the
				 * next MiB, which may pack less */
#define TRIED_PART	4u	/* of octets zstd has to see one of so many */
#define PACKED_PART	16u	/* of what it sees it has to save one octet of so many */
#define PERCENT_LATE	75	/* busy so much a helper may be what is waited for */
#define HERE_PART	4u	/* or when one of so many octets is not packed by any */
#define COST_GUESS	150u	/* percent of the level below, when it is not known */

/* Those that are worth having: below -5 nothing gets faster, above 9 a core gives
 * less than the slowest links take. */
static const int levels[FLOWPACE_LEVELS] = {
	-5, -3, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9
};

void
flowpace_init(struct flowpace *p, int level, unsigned helpers)
{
	*p = (struct flowpace){ .helpers = helpers };
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

/* How busy all that pack would be at the next level, in percent. */
static uint64_t
busy_above(const struct flowpace *p, uint64_t spent_percent, uint64_t busy)
{
	uint64_t cost = p->cost_ps[p->at], above = p->cost_ps[p->at + 1];

	if (above < cost)
		above = cost * COST_GUESS / 100;
	return busy + spent_percent * (above - cost) / cost / (1 + p->helpers);
}

static void
climb(struct flowpace *p, uint64_t spent_percent, uint64_t busy)
{
	if (p->at + 1 < FLOWPACE_LEVELS &&
	    p->became < p->tried - p->tried / PACKED_PART &&
	    busy_above(p, spent_percent, busy) < PERCENT_FREE)
		p->at++;
}

/* Is packing what takes the time? A helper with time left is not what is waited for, and
 * would not be with less to do. */
static bool
packs_late(const struct flowpace *p, uint64_t elsewhere)
{
	return p->helpers == 0 || elsewhere >= PERCENT_LATE * p->helpers ||
	    p->tried_here * HERE_PART > p->tried;
}

static void
judge(struct flowpace *p, dur_ns wall, dur_ns cpu)
{
	uint64_t spent = p->spent * 100 / wall, busy = cpu * 100 / wall,
	    elsewhere = p->elsewhere * 100 / wall,
	    waited = p->waited * 100 / wall;

	/* Where others have the processor, too, the clock says more. */
	if (busy + elsewhere < spent)
		busy = spent - elsewhere;
	/* What a helper is too slow for this thread packs itself. */
	busy = (busy + elsewhere) / (1 + p->helpers);
	p->hurried = waited < PERCENT_NONE && p->pressed * 2 > p->octets;
	/* Of blocks that consist of copies the level is no matter. */
	if (p->tried * TRIED_PART < p->octets)
		return;
	blend(&p->cost_ps[p->at], p->spent * 1000 / p->tried);
	if (waited >= PERCENT_LINK)
		climb(p, spent, busy);
	else if (p->hurried && p->at > 0 && packs_late(p, elsewhere))
		p->at--;
}

static void
begin(struct flowpace *p, mono_ns now, dur_ns cpu)
{
	p->begun = true;
	p->since = now;
	p->cpu_since = cpu;
	p->octets = p->pressed = p->tried = p->became = 0;
	p->waited = p->spent = p->elsewhere = 0;
	p->tried_here = 0;
}

void
flowpace_block(struct flowpace *p, const struct flowpace_block *b, mono_ns now,
    dur_ns cpu)
{
	if (!p->begun || now - p->last > PAUSE_NS + b->waited) {
		p->hurried = false;
		begin(p, now, cpu);
	}
	p->last = now;
	p->octets += b->octets;
	if (b->pressed)
		p->pressed += b->octets;
	p->waited += b->waited;
	p->tried += b->tried;
	p->became += b->became;
	p->spent += b->spent;
	p->elsewhere += b->elsewhere;
	if (b->elsewhere == 0)
		p->tried_here += b->tried;
	if (p->octets < JUDGE_OCTETS || now - p->since < JUDGE_NS)
		return;
	judge(p, now - p->since, cpu - p->cpu_since);
	begin(p, now, cpu);
}
