/* tests/unit/wom/flow/test_packcrew.c - each job comes back once, done as its giver
 * would have done it. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sys/eventfd.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "core/base/rand.h"
#include "wom/codec/blockhead.h"
#include "wom/codec/zpack.h"
#include "wom/flow/packcrew.h"

#define LEN	(UINT32_C(64) << 10)
#define JOBS	8
#define ROUNDS	60

static struct packcrew *crew;

/* One who gives, in a thread of its own. */
struct giver {
	struct packcrew_line line;
	struct packcrew_job job[JOBS];
	uint8_t	 in[JOBS][BLOCKHEAD_ENCODED_MAX(LEN)],
		 out[JOBS][BLOCKHEAD_ENCODED_MAX(LEN)];
	struct rand r;
	unsigned wrong, back;
};

static struct giver givers[3];

static int
begin(void **state)
{
	(void)state;
	crew = packcrew_new(2, NULL);
	for (unsigned i = 0; i < 3; i++) {
		struct giver *g = &givers[i];

		memset(g, 0, sizeof(*g));
		rand_seed_from(&g->r, i + 1);
		list_init(&g->line.done);
		g->line.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		for (unsigned j = 0; j < JOBS; j++) {
			list_init(&g->job[j].node);
			g->job[j].line = &g->line;
		}
	}
	return packcrew_threads(crew) == 2 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		(void)close(givers[i].line.bell);
	packcrew_free(&crew);
	return crew == NULL ? 0 : -1;
}

/* A block of literals, which tell which block it is. */
static void
fill(struct giver *g, unsigned i)
{
	struct blockhead h = { .plain = LEN, .literals = LEN,
	    .packed_literals = LEN };
	struct packcrew_job *j = &g->job[i];

	h.id.octets[0] = (uint8_t)i;
	blockhead_write(&h, g->in[i]);
	for (uint32_t k = 0; k < LEN; k++)
		g->in[i][BLOCKHEAD_OCTETS + k] =
		    (uint8_t)(i + rand_below(&g->r, 4));
	j->in = g->in[i];
	j->len = BLOCKHEAD_OCTETS + LEN;
	j->out = g->out[i];
	j->level = 1 + (int)rand_below(&g->r, 3);
}

static void
give(struct giver *g, unsigned i)
{
	fill(g, i);
	packcrew_give(crew, &g->job[i]);
}

static bool
is_right(const struct giver *g, const struct packcrew_job *j, struct zpack *z)
{
	static _Thread_local uint8_t plain[LEN];
	const unsigned i = (unsigned)(j - g->job);
	struct blockhead h;

	return j->packed > 0 && j->packed < j->len &&
	    blockhead_read(&h, j->out, j->packed) && h.id.octets[0] == i &&
	    zpack_unpack(z, j->out + BLOCKHEAD_OCTETS, h.packed_literals,
	    plain, LEN) &&
	    memcmp(plain, g->in[i] + BLOCKHEAD_OCTETS, LEN) == 0;
}

/* Waits for the bell; looks at what has come back, and gives it again while there
 * are rounds left. */
static void
fetch(struct giver *g, struct zpack *z, unsigned *left)
{
	struct pollfd p = { .fd = g->line.bell, .events = POLLIN };
	struct packcrew_job *j;
	uint64_t rung;

	if (poll(&p, 1, 10000) != 1 ||
	    read(p.fd, &rung, sizeof(rung)) != sizeof(rung)) {
		g->wrong++;
		*left = 0;
		return;
	}
	while ((j = packcrew_fetch(crew, &g->line)) != NULL) {
		g->back++;
		g->wrong += !is_right(g, j, z);
		if (*left > 0) {
			(*left)--;
			give(g, (unsigned)(j - g->job));
		}
	}
}

static void *
work(void *arg)
{
	struct giver *g = arg;
	struct zpack *z = zpack_new();
	unsigned left = ROUNDS - JOBS;

	for (unsigned i = 0; i < JOBS; i++)
		give(g, i);
	while (g->back < ROUNDS && g->wrong == 0)
		fetch(g, z, &left);
	zpack_free(&z);
	return NULL;
}

static void
each_job_comes_back_once_and_right(void **state)
{
	pthread_t t[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, work, &givers[i]),
		    0);
	for (unsigned i = 0; i < 3; i++) {
		(void)pthread_join(t[i], NULL);
		assert_int_equal(givers[i].wrong, 0);
		assert_int_equal(givers[i].back, ROUNDS);
		assert_null(packcrew_fetch(crew, &givers[i].line));
	}
	assert_false(packcrew_is_full(crew));
}

/* Waiting, being done, or done: after that nobody touches it. */
static void
a_job_that_is_recalled_is_the_givers(void **state)
{
	struct giver *g = &givers[0];

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < JOBS; i++)
			give(g, i);
		for (unsigned i = round % 3; i < JOBS; i++) {
			packcrew_recall(crew, &g->job[i]);
			memset(g->in[i], 0, sizeof(g->in[i]));
			memset(g->out[i], 0, sizeof(g->out[i]));
		}
		for (unsigned i = 0; i < round % 3; i++)
			packcrew_recall(crew, &g->job[i]);
		assert_null(packcrew_fetch(crew, &g->line));
	}
	/* Nor does it harm to recall one that is not out. */
	packcrew_recall(crew, &g->job[0]);
	assert_int_equal(g->job[0].state, PACKCREW_IDLE);
	assert_false(packcrew_is_full(crew));
}

static void
it_says_when_enough_waits(void **state)
{
	struct giver *g = &givers[0];
	bool was_full = false;

	(void)state;
	for (unsigned i = 0; i < JOBS; i++)
		fill(g, i);
	/* Eight at once, for two threads: some wait, unless this one is kept waiting between
	 * any two. */
	for (unsigned round = 0; round < 100 && !was_full; round++) {
		for (unsigned i = 0; i < JOBS; i++) {
			packcrew_give(crew, &g->job[i]);
			was_full = was_full || packcrew_is_full(crew);
		}
		for (unsigned i = 0; i < JOBS; i++)
			packcrew_recall(crew, &g->job[i]);
		assert_false(packcrew_is_full(crew));
	}
	assert_true(was_full);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_job_comes_back_once_and_right),
		TEST(a_job_that_is_recalled_is_the_givers),
		TEST(it_says_when_enough_waits),
	};

	return cmocka_run_group_tests_name("packcrew", tests, NULL, NULL);
}
