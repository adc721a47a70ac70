/* tests/unit/gtmd/mover/test_moverrun_weather.c - whole runs over a real store and real
 * records, each from a seed: drivers that fail, hang or lose their answers, members
 * that die, changes that are refused, disks that fill, an operator, and kills.
 *
 * What must always hold is asserted from the truth: where machines are, and what the
 * configuration says. WEATHER_SEED=n plays one run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedrivers.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/log.h"
#include "core/base/rand.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverrun.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define SEEDS	16
#define HOSTS	3
#define STORMY	1500		/* ticks of bad weather */
#define FAIR	9000		/* at most, until all has come to its end */
#define TICK	(CLOCK_S / 10)
#define PATIENCE 30		/* ticks until somebody must answer again */

#define SERVER(v, w)							\
	"gtm server s { datacenter a product generic-host virtual-servers { " \
	"v { destination 10.0.0.1:80 " v " } "				\
	"w { destination 10.0.0.2:80 " w " } } }\n"

struct world {
	struct moverstage base;
	struct rand	 r;
	uint64_t	 seed;
	char		 path[96];
	struct moverrun	*run;
	unsigned	 woken;
	mono_ns		 turned;
	bool		 at_to[HOSTS];		/* truth */
	bool		 dead[2];		/* members of p and q */
	bool		 shut;			/* the gate */
	bool		 full;			/* the disk */
	unsigned	 unanswered;		/* ticks */
};

static struct world w;

/* Of all runs: those that never got anywhere would prove nothing. */
static struct {
	unsigned	 closed, rolled_back, aborted, kills, unanswered;
	uint64_t	 records;
} account;

static bool
chance(unsigned per_mille)
{
	return rand_below(&w.r, 1000) < per_mille;
}

/* ---- the configuration ---- */

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	(void)arg;
	(void)d;
	return w.shut ? diag_error(out, NULL, ERR_CONFLICT, "not now") : 0;
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	(void)made;
}

/* Nothing can be written any more, be it a record or a change. */
static void
fill_disk(bool full)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = full ? 1 : r.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
	w.full = full;
}

static const struct pool *
pool_of(const char *name)
{
	return (const struct pool *)model_find(store_model(w.base.store),
	    &pool_type_a, name);
}

static void
set_members(bool p, bool q)
{
	bool shut = w.shut, full = w.full;
	char *text = mem_printf(SERVER("%s", "%s"), p ? "disabled" : "",
	    q ? "disabled" : "");

	w.shut = false;
	fill_disk(false);
	moverstage_put(&w.base, text);
	fill_disk(full);
	w.shut = shut;
	w.dead[0] = p;
	w.dead[1] = q;
	free(text);
}

static void
check_answers(void)
{
	bool p = pool_of("/Common/p")->enabled, q = pool_of("/Common/q")->enabled;
	bool some = (p && !w.dead[0]) || (q && !w.dead[1]);

	if (!p && !q)
		fail_msg("seed %llu: no pool is enabled",
		    (unsigned long long)w.seed);
	w.unanswered = some || (w.dead[0] && w.dead[1]) || w.shut || w.full ||
	    !migstate_under_way(moverrun_state(w.run)) ? 0 : w.unanswered + 1;
	account.unanswered += w.unanswered == 1;
	if (w.unanswered > PATIENCE)
		fail_msg("seed %llu: nobody answers, though somebody could",
		    (unsigned long long)w.seed);
}

/* ---- machines and drivers ---- */

static bool
is_to(const char *place)
{
	return strcmp(place, "/Common/r") == 0;
}

/* An order ends as the truth has it, if the weather lets it. */
static void
end_job(struct driver_job *job)
{
	bool *at_to = &w.at_to[job->host[2] - '1'];
	bool moved = *at_to == is_to(job->to);

	switch (job->action) {
	case DRIVER_CHECK:
	case DRIVER_STORAGE:
	case DRIVER_FINISH:
		break;
	case DRIVER_MEMORY:
		*at_to = is_to(job->to);
		if (chance(50)) {	/* its answer is lost */
			fakedrivers_end(job, ERR_IO, true, "broken pipe");
			return;
		}
		break;
	case DRIVER_VERIFY:
		if (!moved) {
			fakedrivers_end(job, ERR_CONFLICT, true, "it is not there");
			return;
		}
		break;
	case DRIVER_CANCEL:
		if (moved) {
			fakedrivers_end(job, ERR_CONFLICT, false, "it is there");
			return;
		}
		break;
	}
	fakedrivers_end(job, 0, false, NULL);
}

static void
drive(bool stormy)
{
	struct drivers *all = w.base.means.drivers;
	struct driver_job *job, *next;

	for (job = all->jobs; job != NULL; job = next) {
		next = job->next;
		if (!chance(stormy ? 60 : 500))
			continue;
		if (stormy && chance(120))
			fakedrivers_end(job, ERR_IO, !chance(200), "no luck");
		else
			end_job(job);
		/* Others may have been stopped by its end. */
		next = all->jobs;
		if (chance(500))
			return;
	}
}

/* ---- the run ---- */

static void
on_wake(void *arg)
{
	(void)arg;
	w.woken++;
}

static void
open_run(void)
{
	static struct restcommit *changes;
	const struct moverrun_config c = { .means = w.base.means,
	    .changes = &changes, .wake = on_wake };
	struct diag out;

	changes = w.base.changes;
	diag_init(&out);
	w.run = moverrun_open(&c, w.path, &out);
	if (w.run == NULL)
		fail_msg("seed %llu: %s", (unsigned long long)w.seed,
		    out.entries[0].text);
	diag_fini(&out);
}

/* What drivers were at goes on without it; the record is all that it knows then. */
static void
kill_it(void)
{
	uint64_t events = moverrun_state(w.run)->events;

	for (struct driver_job *job = w.base.means.drivers->jobs; job != NULL;
	    job = job->next)
		if (job->action == DRIVER_MEMORY && chance(400))
			w.at_to[job->host[2] - '1'] = is_to(job->to);
	account.kills++;
	moverrun_leave(w.run);
	moverrun_free(&w.run);
	open_run();
	assert_int_equal(moverrun_state(w.run)->events, events);
}

static void
say(enum migcommand_verb v, bool force)
{
	struct migspec *s = v == MIGCOMMAND_START ?
	    moverstage_spec(&w.base, 1) : NULL;
	const struct migcommand c = { .verb = v, .force = force,
	    .share = v == MIGCOMMAND_ADVANCE ? (int32_t)rand_below(&w.r, 101) :
	    MIGCOMMAND_NO_SHARE, .spec = &s };
	struct err e;

	(void)moverrun_command(w.run, &c, &e);
	migspec_free(&s);
}

static void
tick(void)
{
	loop_advance(w.base.loop, &w.base.clk, TICK);
	if (w.woken > 0 || loop_now_ns(w.base.loop) - w.turned >= CLOCK_S) {
		w.woken = 0;
		w.turned = loop_now_ns(w.base.loop);
		moverrun_turn(w.run);
	}
	check_answers();
}

static void
storm(void)
{
	static const enum migcommand_verb words[] = { MIGCOMMAND_PAUSE,
	    MIGCOMMAND_RESUME, MIGCOMMAND_RESUME, MIGCOMMAND_RESUME,
	    MIGCOMMAND_ADVANCE, MIGCOMMAND_ROLL_BACK, MIGCOMMAND_ABORT,
	    MIGCOMMAND_CLOSE };

	drive(true);
	if (chance(4))
		set_members(chance(300), chance(300));
	if (chance(5))
		w.shut = chance(300);
	if (chance(8))
		fill_disk(!w.full && chance(400));
	if (chance(10))
		kill_it();
	/* Whatever ends it comes rarely. */
	if (chance(12))
		say(words[rand_below(&w.r, chance(80) ? 8 : 5)], chance(300));
}

/* ---- a whole run ---- */

static void
begin(void)
{
	static const char *const plans[] = { "plan flip-at flip-at 60",
	    "plan follow", "plan steps steps { 10 40 } step-hold 3",
	    "plan manual" };
	static const char *const ends[] = { "pause", "roll-back" };
	const struct store_gate gate = { on_prepare, on_settle, NULL };
	char *text = mem_printf(SERVER("", "") MOVERSTAGE_M("%s demand %u "
	    "concurrency %u ttl %u on-failure %s retries %u "
	    "storage-timeout 20 memory-timeout 20 verify-timeout 20 "
	    "prepare-timeout 60 drain-timeout 20 residual-window 2 "
	    "hosts { vm1 { order 0 } vm2 { order 1 } vm3 { order 2 } }"),
	    plans[rand_below(&w.r, 4)], rand_below(&w.r, 2) * 3,
	    1 + rand_below(&w.r, 3), rand_below(&w.r, 2) * 5,
	    ends[rand_below(&w.r, 2)], rand_below(&w.r, 4));

	moverstage_put(&w.base, text);
	free(text);
	store_gate(w.base.store, &gate);
	open_run();
	say(MIGCOMMAND_START, false);
	assert_non_null(moverrun_state(w.run)->spec);
}

/* All calms down, and somebody sees to it that it ends. */
static void
come_to_an_end(void)
{
	const struct migstate *m = moverrun_state(w.run);

	w.shut = false;
	fill_disk(false);
	set_members(false, false);
	for (int i = 0; i < FAIR && !migstate_final(m); i++) {
		drive(false);
		tick();
		if (i % 20 != 0)
			continue;
		if (m->paused)
			say(MIGCOMMAND_RESUME, false);
		if (m->spec->plan == MIGSPEC_MANUAL &&
		    m->phase == MIGSTATE_MOVING && m->advance_share != 100) {
			const struct migcommand c = { .verb = MIGCOMMAND_ADVANCE,
			    .share = 100 };

			(void)moverrun_command(w.run, &c, &(struct err){ 0 });
		}
		if (m->phase == MIGSTATE_DONE)
			say(MIGCOMMAND_CLOSE, false);
	}
	if (!migstate_final(m))
		fail_msg("seed %llu: does not end: %s%s", (unsigned long long)
		    w.seed, migstate_phase_name(m->phase), m->paused ?
		    ", paused" : "");
}

static void
check_end(void)
{
	const struct migstate *m = moverrun_state(w.run);
	const struct migspec_before *was = &m->spec->before;
	const struct pool *p = pool_of("/Common/p"), *q = pool_of("/Common/q");

	for (int i = 0; i < HOSTS; i++)
		if (m->host[i].place != MIGSTATE_UNKNOWN &&
		    (m->host[i].place == MIGSTATE_TO) != w.at_to[i])
			fail_msg("seed %llu: vm%d is not where the record says",
			    (unsigned long long)w.seed, i + 1);
	assert_int_equal(p->ttl_s, was->from_ttl_s);
	assert_int_equal(q->ttl_s, was->to_ttl_s);
	/* Who closes a rescue by force has both. */
	if (m->phase == MIGSTATE_CLOSED && !m->told.rescue)
		assert_true(q->enabled && !p->enabled);
	if (m->phase == MIGSTATE_ROLLED_BACK)
		assert_true(p->enabled);
	for (int i = 0; i < HOSTS; i++)
		if (m->phase == MIGSTATE_ROLLED_BACK)
			assert_false(w.at_to[i]);
	account.closed += m->phase == MIGSTATE_CLOSED;
	account.rolled_back += m->phase == MIGSTATE_ROLLED_BACK;
	account.aborted += m->phase == MIGSTATE_ABORTED;
	account.records += m->events;
}

/* "ACTION HOST FROM TO ID": one id has one order, for ever. */
static void
check_ids(void)
{
	char *text = mem_strdup(fakedrivers_heard.text), *save = NULL, *other;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		const char *id = strrchr(line, ' ');

		other = strstr(fakedrivers_heard.text, id);
		for (; other != NULL; other = strstr(other + 1, id)) {
			const char *end = other + strlen(id), *start = other;

			while (start > fakedrivers_heard.text && start[-1] != '\n')
				start--;
			if (*end == '\n' && ((size_t)(end - start) !=
			    strlen(line) || memcmp(start, line, strlen(line)) != 0))
				fail_msg("seed %llu: two orders have the id%s",
				    (unsigned long long)w.seed, id);
		}
	}
	free(text);
}

static void
play(uint64_t seed)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	w = (struct world){ .seed = seed };
	rand_seed_from(&w.r, seed);
	fakedrivers_obey = false;
	moverstage_open(&w.base, MOVERSTAGE_TEXT("program x", "program x",
	    "hosts { vm1 { } }"));
	/* There is much to be said of full disks. */
	log_setup(&(struct log_config){ nowhere, LOG_ERROR, LOG_FORM_BARE });
	w.base.means.drivers = driver_all_new(w.base.loop, NULL, NULL);
	(void)snprintf(w.path, sizeof(w.path), "%s/run.journal",
	    w.base.dir.path);
	begin();
	for (int i = 0; i < STORMY && !migstate_final(moverrun_state(w.run));
	    i++) {
		storm();
		tick();
	}
	come_to_an_end();
	check_end();
	check_ids();
	moverrun_free(&w.run);
	driver_all_free(&w.base.means.drivers);
	moverstage_close(&w.base);
	(void)close(nowhere);
}

static void
whatever_the_weather_it_ends_and_somebody_answers(void **state)
{
	const char *one = getenv("WEATHER_SEED");

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (one != NULL)
		play(strtoull(one, NULL, 10));
	for (uint64_t seed = 1; one == NULL && seed <= SEEDS; seed++)
		play(seed);
	print_message("%u closed, %u rolled back, %u aborted; %llu records, %u "
	    "kills, %u times nobody answered for a moment\n", account.closed,
	    account.rolled_back, account.aborted,
	    (unsigned long long)account.records, account.kills,
	    account.unanswered);
	if (one != NULL)
		return;
	assert_true(account.closed > 0 && account.rolled_back > 0 &&
	    account.aborted > 0 && account.kills > SEEDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    whatever_the_weather_it_ends_and_somebody_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
