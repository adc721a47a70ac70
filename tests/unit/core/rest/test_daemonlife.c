/* tests/unit/core/rest/test_daemonlife.c - a daemon that does nothing but say when it
 * is called, and a service manager that listens: what happens, in which order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/daemonlife.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/daemonargs.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"

struct talker {
	struct daemonlife life;
	unsigned	 parts;		/* that are there */
};

/* What the daemon is to do, and what came of it. */
static struct {
	bool		 refuses_meet, refuses_start, guest;
	bool		 deaf, left;	/* no SIGHUP; another process is it */
	int		 signals[4];	/* one for each load or refusal */
	size_t		 sent;
	const char	*rewrite;	/* the configuration, once it serves */
	uint64_t	 serial;
	int		 manager;
	struct strbuf	 story;
} play;

/* ---- the manager ---- */

static void
hear(void)
{
	char text[256];
	ssize_t n;

	while ((n = recv(play.manager, text, sizeof(text) - 1, 0)) > 0) {
		text[n] = '\0';
		text[strcspn(text, "\n")] = '\0';
		strbuf_printf(&play.story, "%s ", text);
	}
}

static void
tell(const char *word)
{
	hear();
	strbuf_printf(&play.story, "%s ", word);
}

static int
setup(void **state)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	assert_int_equal(storekit_setup(state), 0);
	memset(&play, 0, sizeof(play));
	strbuf_init(&play.story);
	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s",
	    tempdir_file(&storekit_dir, "manager"));
	play.manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(play.manager, (struct sockaddr *)&sun,
	    sizeof(sun)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", sun.sun_path, 1), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)unsetenv("NOTIFY_SOCKET");
	(void)close(play.manager);
	strbuf_fini(&play.story);
	return storekit_teardown(state);
}

/* ---- the daemon ---- */

/* The next signal of the play, from within the loop. */
static void
send_next(void *arg)
{
	(void)arg;
	assert_true(play.sent < OBJ_COUNT(play.signals) &&
	    play.signals[play.sent] != 0);
	(void)kill(getpid(), play.signals[play.sent++]);
}

static int
on_meet(void *arg, struct err *e)
{
	struct talker *t = arg;

	tell("meet");
	assert_non_null(t->life.loop);
	assert_null(t->life.store);
	assert_string_equal(t->life.own, "own");
	t->life.guest = play.guest;
	t->parts++;
	return play.refuses_meet ? err_set(e, ERR_DENIED, "not to me") : 0;
}

static int
on_open(void *arg, struct err *e)
{
	struct talker *t = arg;

	(void)e;
	tell("open");
	assert_non_null(t->life.store);
	assert_non_null(t->life.events);
	t->parts++;
	return 0;
}

static int
on_load(void *arg, bool again, struct diag *out)
{
	struct talker *t = arg;
	int rc = daemonlife_load(&t->life, out);

	tell(again ? rc == 0 ? "loads" : "refuses" : "load");
	play.serial = store_serial(t->life.store);
	if (again)
		loop_post(t->life.loop, send_next, NULL);
	return rc;
}

static int
on_start(void *arg, struct diag *out)
{
	struct talker *t = arg;

	(void)t;
	tell("start");
	return play.refuses_start ? diag_error(out, NULL, ERR_IO, "no door") :
	    0;
}

static void
on_ready(void *arg)
{
	struct talker *t = arg;

	tell("ready");
	if (play.rewrite != NULL)
		storekit_write(play.rewrite);
	loop_post(t->life.loop, send_next, NULL);
}

static bool
on_may_load(void *arg)
{
	struct talker *t = arg;

	if (!play.deaf)
		return true;
	tell("deaf");
	loop_post(t->life.loop, send_next, NULL);
	return false;
}

static bool
on_end(void *arg)
{
	struct talker *t = arg;

	assert_true(t->life.ending);
	tell("end");
	return !play.left;
}

static void
on_refused(void *arg, const char *why)
{
	(void)arg;
	tell(why);
}

static void
on_close(void *arg)
{
	struct talker *t = arg;

	tell("close");
	assert_non_null(t->life.loop);
	strbuf_printf(&play.story, "%u", t->parts);
}

static const struct daemonlife_kind talker = {
	.name = "talker", .size = sizeof(struct talker),
	.schema = &sample_schema, .meet = on_meet, .open = on_open,
	.load = on_load, .start = on_start, .ready = on_ready,
	.may_load = on_may_load, .end = on_end, .refused = on_refused,
	.close = on_close,
};

static int
serve(const struct daemonlife_kind *k)
{
	const struct daemonargs a = { .name = "talker",
	    .config_path = storekit_config, .state_dir = storekit_state };

	return daemonlife_serve(k, &a, "own");
}

/* ---- rules ---- */

static void
a_daemon_serves_until_it_is_told_to_end(void **state)
{
	(void)state;
	play.signals[0] = SIGTERM;
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	assert_string_equal(play.story.text, "meet open load start ready "
	    "READY=1 end STOPPING=1 close 2");
	assert_int_equal(play.serial, 1);
}

/* Nobody in front of it ends it by SIGHUP, only by SIGINT. */
static void
hup_loads_anew(void **state)
{
	(void)state;
	play.signals[0] = SIGHUP;
	play.signals[1] = SIGINT;
	play.rewrite = "test site s9 { }\n";
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	assert_string_equal(play.story.text, "meet open load start ready "
	    "READY=1 RELOADING=1 loads READY=1 end STOPPING=1 close 2");
	assert_int_equal(play.serial, 2);
}

static void
a_load_that_is_refused_changes_nothing(void **state)
{
	(void)state;
	play.signals[0] = SIGHUP;
	play.signals[1] = SIGTERM;
	play.rewrite = "test site s1 { colour blue }\n";
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	assert_string_equal(play.story.text, "meet open load start ready "
	    "READY=1 RELOADING=1 refuses READY=1 end STOPPING=1 close 2");
	assert_int_equal(play.serial, 1);
}

static void
who_may_not_load_is_left_alone(void **state)
{
	(void)state;
	play.deaf = true;
	play.signals[0] = SIGHUP;
	play.signals[1] = SIGTERM;
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	assert_string_equal(play.story.text, "meet open load start ready "
	    "READY=1 deaf end STOPPING=1 close 2");
}

static void
who_has_left_says_no_word_of_its_end(void **state)
{
	(void)state;
	play.left = true;
	play.signals[0] = SIGTERM;
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	assert_string_equal(play.story.text, "meet open load start ready "
	    "READY=1 end close 2");
}

static void
what_fails_is_told_and_ended(void **state)
{
	(void)state;
	play.refuses_meet = true;
	assert_int_equal(serve(&talker), DAEMONARGS_REFUSED);
	assert_string_equal(play.story.text, "meet not to me close 1");
	strbuf_clear(&play.story);
	play.refuses_meet = false;
	play.refuses_start = true;
	assert_int_equal(serve(&talker), DAEMONARGS_REFUSED);
	assert_string_equal(play.story.text, "meet open load start no door "
	    "close 2");
	strbuf_clear(&play.story);
	storekit_write("test site s1 { colour blue }\n");
	assert_int_equal(serve(&talker), DAEMONARGS_REFUSED);
	assert_string_equal(play.story.text, "meet open load site /Common/s1: "
	    "unknown property colour close 2");
}

/* Beside one that has the directory only a guest comes up. */
static void
a_directory_has_one_daemon(void **state)
{
	struct store *holder = storekit_loaded();

	(void)state;
	assert_int_equal(serve(&talker), DAEMONARGS_REFUSED);
	assert_non_null(strstr(play.story.text, "is in use by process"));
	play.guest = true;
	play.signals[0] = SIGTERM;
	assert_int_equal(serve(&talker), DAEMONARGS_OK);
	store_free(&holder);
}

/* ---- of a daemon that has nothing of its own ---- */

static void
end_when_loaded(void *arg)
{
	struct talker *t = arg;

	if (store_serial(t->life.store) > 1)
		(void)kill(getpid(), SIGTERM);
	else
		loop_post(t->life.loop, end_when_loaded, t);
}

static int
load_and_end(void *arg, struct diag *out)
{
	struct talker *t = arg;
	const struct restdaemon_config c = daemonlife_rest(&t->life, NULL);

	(void)out;
	tell(c.path);
	assert_ptr_equal(c.store, t->life.store);
	assert_ptr_equal(c.reload_arg, t);
	storekit_write("test site s9 { }\n");
	loop_post(t->life.loop, send_next, NULL);
	loop_post(t->life.loop, end_when_loaded, t);
	return 0;
}

static void
a_kind_may_leave_all_to_its_life(void **state)
{
	static const struct daemonlife_kind plain = { .name = "plain",
	    .size = sizeof(struct talker), .schema = &sample_schema,
	    .start = load_and_end };
	char want[200];

	(void)state;
	play.signals[0] = SIGHUP;
	assert_int_equal(serve(&plain), DAEMONARGS_OK);
	hear();
	(void)snprintf(want, sizeof(want), "%s/control.sock READY=1 "
	    "RELOADING=1 READY=1 STOPPING=1 ", storekit_state);
	assert_string_equal(play.story.text, want);
}

/* ---- confinement, in a process of its own: it holds for good ---- */

enum { FINE, LACKS, FAILED };

static bool
can_write(const char *name)
{
	int fd = open(tempdir_file(&storekit_dir, name), O_CREAT | O_WRONLY |
	    O_CLOEXEC, 0600);

	if (fd != -1)
		(void)close(fd);
	return fd != -1;
}

static int
confined(void)
{
	char config[160], state[160], control[160], own[160];
	const char *folders[] = { own, NULL };
	struct daemonlife l = { .kind = &talker, .config_path = config,
	    .state_dir = state, .control_path = control };

#define PLACE(to, name) (void)snprintf(to, sizeof(to), "%s",		\
	    tempdir_file(&storekit_dir, name))
	PLACE(config, "c/x.conf");
	PLACE(state, "s");
	PLACE(control, "r/control.sock");
	PLACE(own, "o");
#undef PLACE
	daemonlife_confine(&l, folders, OBJ_COUNT(folders), 0);
	if (can_write("else/x"))
		return LACKS;
	return errno == EACCES && can_write("c/x") && can_write("s/x") &&
	    can_write("r/x") && can_write("o/x") ? FINE : FAILED;
}

static void
what_is_not_its_own_is_not_written(void **state)
{
	static const char *const folders[] = { "c", "s", "r", "o", "else" };
	int status;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(folders); i++)
		assert_int_equal(mkdir(tempdir_file(&storekit_dir,
		    folders[i]), 0700), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(confined());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == LACKS)
		skip();
	assert_int_equal(WEXITSTATUS(status), FINE);
}

#define LIFE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(a_daemon_serves_until_it_is_told_to_end),
		LIFE_TEST(hup_loads_anew),
		LIFE_TEST(a_load_that_is_refused_changes_nothing),
		LIFE_TEST(who_may_not_load_is_left_alone),
		LIFE_TEST(who_has_left_says_no_word_of_its_end),
		LIFE_TEST(what_fails_is_told_and_ended),
		LIFE_TEST(a_directory_has_one_daemon),
		LIFE_TEST(a_kind_may_leave_all_to_its_life),
		LIFE_TEST(what_is_not_its_own_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
