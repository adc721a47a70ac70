/* tests/unit/gtmd/control/test_control.c - the control socket's beginning and
 * end: what could not begin leaves nothing behind that is called later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "core/rest/daemonlife.h"
#include "gtmd/control/control.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/core/base/tempdir.h"

static char config_path[160], state_dir[160], path[160];
static struct clock clk;
static struct daemonlife life;	/* of nobody */

static void
write_config(const char *text)
{
	tempdir_write(config_path, text, strlen(text));
}

static void
load(void)
{
	struct diag out;

	diag_init(&out);
	assert_int_equal(store_load(life.store, false, &out), 0);
	diag_fini(&out);
}

static int
setup(void **state)
{
	struct store_backend *be;
	struct err e;

	assert_int_equal(tempdir_set_up(state), 0);
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	(void)snprintf(config_path, sizeof(config_path), "%s",
	    tempdir_file(&tempdir, "gtm.conf"));
	(void)snprintf(state_dir, sizeof(state_dir), "%s",
	    tempdir_file(&tempdir, "state"));
	(void)snprintf(path, sizeof(path), "%s",
	    tempdir_file(&tempdir, "control.sock"));
	write_config("gtm datacenter One { }\n");
	be = store_dir_open(config_path, state_dir, &e);
	assert_non_null(be);
	life = (struct daemonlife){ .config_path = config_path,
	    .state_dir = state_dir, .control_path = path };
	life.store = store_new(&gtm_schema, &be);
	load();
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	life.loop = loop_new(&clk, &e);
	return 0;
}

static int
teardown(void **state)
{
	loop_free(&life.loop);
	store_free(&life.store);
	return tempdir_tear_down(state);
}

static struct control *
start(int listening, struct err *e)
{
	const struct control_config c = { .life = &life,
	    .listening = listening };

	return control_new(&c, e);
}

/* As a reload does later on; a sanitizer sees who is called that is gone. */
static void
change(void)
{
	uint64_t serial = store_serial(life.store);

	write_config("gtm datacenter One { }\ngtm datacenter Two { }\n");
	load();
	assert_int_equal(store_serial(life.store), serial + 1);
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

static int
listen_somewhere(void)
{
	int fd = unixsock_listen(path, SOCK_STREAM, 0600, 4, NULL);

	assert_true(fd > 0);
	return fd;
}

/* No audit, no control: who connects to what listened there is refused, and
 * not left waiting. */
static void
what_cannot_begin_leaves_nothing(void **state)
{
	int fd = listen_somewhere();
	struct err e = { 0 };

	(void)state;
	assert_int_equal(mkdir(tempdir_file(&tempdir, "state/audit.log"),
	    0700), 0);
	assert_null(start(fd, &e));
	assert_non_null(strstr(e.text, "audit.log"));
	assert_false(is_open(fd));
	assert_int_equal(unixsock_connect(path, SOCK_STREAM), -1);
	assert_int_equal(errno, ECONNREFUSED);
	change();
}

static void
what_never_listened_ends_as_quietly(void **state)
{
	int fd = listen_somewhere();
	struct err e = { 0 };
	struct control *c = start(fd, &e);

	(void)state;
	assert_non_null(c);
	assert_true(is_open(fd));
	control_free(&c);
	assert_false(is_open(fd));
	change();
}

static void
it_listens_at_its_path_until_it_ends(void **state)
{
	struct err e = { 0 };
	struct control *c = start(0, &e);
	int fd;

	(void)state;
	assert_non_null(c);
	assert_int_equal(control_listen(c, &e), 0);
	fd = unixsock_connect(path, SOCK_STREAM);
	assert_true(fd >= 0);
	(void)close(fd);
	change();
	control_free(&c);
	assert_int_equal(access(path, F_OK), -1);
	/* A place that is taken is none of ours. */
	fd = listen_somewhere();
	c = start(0, &e);
	assert_int_equal(control_listen(c, &e), ERR_BUSY);
	control_free(&c);
	assert_int_equal(access(path, F_OK), 0);
	(void)close(fd);
	write_config("gtm datacenter One { }\n");
	load();
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(what_cannot_begin_leaves_nothing),
		RULE(what_never_listened_ends_as_quietly),
		RULE(it_listens_at_its_path_until_it_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
