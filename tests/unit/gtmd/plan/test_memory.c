/* tests/unit/gtmd/plan/test_memory.c - holds go over a restart, saved soon but
 * not at every change; states go to another process and are kept in their file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/plan/guide.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "gtmd/plan/memory.h"
#include "gtmd/plan/plan_hold.h"
#include "monitors/sched.h"
#include "monitors/sched_states.h"

/* ---- the scheduler's states ---- */

static struct verdict seeded[8];
static size_t seeded_count;

void
sched_states_seed(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	struct verdict *v = &seeded[seeded_count++];
	char place[ADDR_TEXT_MAX];

	(void)s;
	assert_true(seeded_count <= OBJ_COUNT(seeded));
	(void)snprintf(v->where, sizeof(v->where), "%s %s", monitor,
	    addr_format_port(to, place));
	v->state = state;
}

void
sched_states_recall(struct sched *s, const char *monitor, const struct addrport *to,
    enum health_state state)
{
	sched_states_seed(s, monitor, to, state);
}

void
sched_states_forget(struct sched *s)
{
	(void)s;
}

static struct lastknown *kept_in;

void
sched_states_keep(struct sched *s, struct lastknown *last)
{
	(void)s;
	kept_in = last;
}

void
sched_states_each(const struct sched *s, sched_states_fn fn, void *arg)
{
	(void)s;
	LIST_EACH(&watches, it) {
		struct watch *w = OBJ_OF(it, struct watch, all);

		if (w->state != HEALTH_UNKNOWN)
			fn(arg, w->monitor->obj.name, &w->place, w->state);
	}
}

static enum health_state
seed_of(const char *where)
{
	for (size_t i = 0; i < seeded_count; i++)
		if (strcmp(seeded[i].where, where) == 0)
			return seeded[i].state;
	return HEALTH_UNKNOWN;
}

/* ---- a daemon's life ---- */

struct life {
	char		 dir[64], path[80];
	struct clock	 clock;
	struct loop	*loop;
	struct memory	*memory;
	struct graph	 graph;
};

static void
live(struct life *l, const char *dir)
{
	struct err e;

	(void)snprintf(l->dir, sizeof(l->dir), "%s", dir);
	(void)snprintf(l->path, sizeof(l->path), "%s/memory", dir);
	clock_fake_init(&l->clock, CLOCK_S, 0);
	l->loop = loop_new(&l->clock, &e);
	assert_non_null(l->loop);
	l->memory = memory_new(dir, l->loop, NULL);
	graph_init(&l->graph);
	l->graph.plan->config.changed = memory_note;
	l->graph.plan->config.arg = l->memory;
	seeded_count = 0;
	memory_recall(l->memory, l->graph.plan);
}

static void
die(struct life *l)
{
	graph_fini(&l->graph);
	memory_free(&l->memory);
	loop_free(&l->loop);
}

static int
make_dir(void **state)
{
	tempdir_set_up(state);
	*state = tempdir.path;
	fakes_forget();
	log_setup(&(struct log_config){ 2, (enum log_level)-1,
	    LOG_FORM_BARE });
	return 0;
}

static bool
is_saved(const struct life *l)
{
	return access(l->path, F_OK) == 0;
}

static void
holds_survive(void **state)
{
	struct life l;
	struct err e;

	live(&l, *state);
	assert_int_equal(seeded_count, 0);
	graph_put(&l.graph, GUIDE("manual-resume enabled\n"));
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", LOCAL, HEALTH_DOWN);
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_int_equal(memory_save(l.memory, &e), 0);
	die(&l);

	live(&l, *state);
	assert_int_equal(seeded_count, 0);	/* states have their own file */
	graph_put(&l.graph, GUIDE("manual-resume enabled\n"));
	assert_true(graph_member(&l.graph, "/Common/Local_pool",
	    "/Common/L:v")->held);
	die(&l);
}

static void
changes_of_a_second_are_saved_once(void **state)
{
	struct stat was, now;
	struct life l;

	live(&l, *state);
	graph_put(&l.graph, GUIDE("manual-resume enabled\n"));
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_UP);
	loop_advance(l.loop, &l.clock, 5 * CLOCK_S);
	assert_false(is_saved(&l));		/* nothing is held */
	fakes_health("web", LOCAL, HEALTH_DOWN);
	loop_advance(l.loop, &l.clock, 900 * CLOCK_MS);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	assert_false(is_saved(&l));
	loop_advance(l.loop, &l.clock, 100 * CLOCK_MS);
	assert_true(is_saved(&l));
	assert_int_equal(stat(l.path, &was), 0);
	loop_advance(l.loop, &l.clock, 5 * CLOCK_S);
	assert_int_equal(stat(l.path, &now), 0);
	assert_int_equal(was.st_ino, now.st_ino);
	die(&l);
}

static void
another_process_is_told_states_and_tells_its_own(void **state)
{
	struct strbuf text;
	struct life l;
	struct err e;

	live(&l, *state);
	graph_put(&l.graph, GUIDE(""));
	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	strbuf_init(&text);
	memory_tell(l.memory, &text);
	assert_int_equal(memory_hear(l.memory, text.text, text.len, &e), 0);
	strbuf_fini(&text);
	assert_int_equal(seeded_count, 2);
	assert_int_equal(seed_of("/Common/web " LOCAL), HEALTH_UP);
	assert_int_equal(seed_of("/Common/web " REMOTE), HEALTH_DOWN);
	die(&l);
}

/* It reads from the start, writes when the file is its own, and has let go of it
 * before anything is taken apart. */
static void
states_are_kept_while_the_file_is_ours(void **state)
{
	char states[96];
	struct life l;

	live(&l, *state);
	(void)snprintf(states, sizeof(states), "%s/states", l.dir);
	assert_non_null(kept_in);
	assert_int_equal(access(states, F_OK), -1);
	memory_own(l.memory);
	assert_non_null(kept_in);
	assert_int_equal(access(states, F_OK), 0);
	memory_leave(l.memory);
	assert_null(kept_in);
	memory_own(l.memory);
	die(&l);
	assert_null(kept_in);
}

static void
a_damaged_file_is_a_warning_and_all_starts_unknown(void **state)
{
	struct life l;
	int fd;

	(void)snprintf(l.path, sizeof(l.path), "%s/memory", (char *)*state);
	fd = open(l.path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "gtmd-memory 1\nmonitor ", 22), 22);
	close(fd);
	live(&l, *state);
	assert_int_equal(seeded_count, 0);
	graph_put(&l.graph, GUIDE(""));
	assert_string_equal(graph_ask(&l.graph, WIDE_A, WIDE, 1),
	    "10.133.39.51");
	die(&l);
}

/* What cannot be written is tried again. */
static void
a_full_disk_is_weather(void **state)
{
	struct life l;
	struct err e;
	char blocked[96];

	live(&l, *state);
	(void)snprintf(blocked, sizeof(blocked), "%s.tmp", l.path);
	assert_int_equal(mkdir(blocked, 0700), 0);
	assert_true(memory_save(l.memory, &e) != 0);
	assert_int_equal(rmdir(blocked), 0);
	loop_advance(l.loop, &l.clock, CLOCK_S);
	assert_true(is_saved(&l));
	die(&l);
}

#define IN_DIR(name)							\
	cmocka_unit_test_setup_teardown(name, make_dir, tempdir_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(holds_survive),
		IN_DIR(changes_of_a_second_are_saved_once),
		IN_DIR(another_process_is_told_states_and_tells_its_own),
		IN_DIR(states_are_kept_while_the_file_is_ours),
		IN_DIR(a_damaged_file_is_a_warning_and_all_starts_unknown),
		IN_DIR(a_full_disk_is_weather),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
