/* tests/unit/gtmd/test_taker.c - the heir gets what the holder says it gets, is
 * alone when the holder has left or died, and comes away clean otherwise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/parcel.h"
#include "core/model/statelock.h"
#include "gtmd/handover.h"
#include "gtmd/serve/inherit.h"
#include "gtmd/taker.h"
#include "tests/unit/core/base/tempdir.h"

/* A holder that says all it will ever say at once, and closes. */
struct holder {
	int		 fd;		/* listens */
	pthread_t	 thread;
	bool		 refuses;
	int32_t		 pid;		/* it says it has */
	bool		 yields, leaves;
	char		 heard[64];	/* the control socket asked for */
};

static unsigned fds_before;

static unsigned
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static int
setup(void **state)
{
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	fds_before = open_fds();
	return tempdir_set_up(state);
}

/* Whatever happened, no descriptor is left over. */
static int
teardown(void **state)
{
	assert_int_equal(open_fds(), fds_before);
	return tempdir_tear_down(state);
}

static struct addrport
dns(void)
{
	struct addrport at = { .port = 53 };

	(void)addr_parse("192.0.2.53", &at.addr);
	return at;
}

static void
say(int fd, enum handover_kind kind, const void *body, size_t len,
    const int *fds, size_t fd_count)
{
	const struct handover_out m = { .kind = kind, .body = body,
	    .len = len, .fds = fds, .fd_count = fd_count };

	assert_int_equal(handover_send(fd, &m, NULL), 0);
}

static void *
run(void *arg)
{
	struct holder *h = arg;
	const struct handover_grant grant = { .pid = h->pid };
	const struct addrport at = dns();
	struct cookie_secrets secrets = { .count = 1 };
	struct inherit sockets = { 0 };
	struct handover_in m;
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	int fd, fds[3];

	(void)poll(&p, 1, 10000);
	fd = accept4(h->fd, NULL, NULL, SOCK_CLOEXEC);
	(void)handover_receive(fd, &m, 10000, NULL);
	(void)snprintf(h->heard, sizeof(h->heard), "%.60s", m.body.text);
	if (h->refuses) {
		handover_refuse(fd, "another is coming");
	} else if (h->pid != 0) {
		fds[0] = fds[1] = fds[2] = h->fd;
		inherit_add(&sockets, false, &at, h->fd);
		(void)handover_send_sockets(fd, &sockets, NULL);
		inherit_fini(&sockets);
		say(fd, HANDOVER_GRANT, &grant, sizeof(grant), fds,
		    HANDOVER_GRANT_FDS);
	}
	if (h->yields) {
		fds[HANDOVER_LOCK] = h->fd;
		fds[HANDOVER_STATES] = parcel_file("states", "up", 2);
		fds[HANDOVER_MEASURED] = parcel_file("measured", "idle", 4);
		say(fd, HANDOVER_YIELD, &secrets, sizeof(secrets), fds,
		    HANDOVER_YIELD_FDS);
		(void)close(fds[HANDOVER_STATES]);
		(void)close(fds[HANDOVER_MEASURED]);
	}
	if (h->leaves)
		say(fd, HANDOVER_LEFT, NULL, 0, NULL, 0);
	(void)close(fd);
	return NULL;
}

static void
start(struct holder *h)
{
	char *path = handover_path(tempdir.path);
	struct err e;

	h->fd = parcel_listen(path, &e);
	assert_true(h->fd >= 0);
	free(path);
	assert_int_equal(pthread_create(&h->thread, NULL, run, h), 0);
}

static void
stop(struct holder *h)
{
	assert_int_equal(pthread_join(h->thread, NULL), 0);
	(void)close(h->fd);
}

/* Of a process that has ended. */
static pid_t
dead(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return pid;
}

static struct taker *
ask(struct err *e, int want)
{
	struct taker *t;

	assert_int_equal(taker_ask(tempdir.path, "/run/control", &t, e), want);
	return t;
}

static void
where_nobody_holds_there_is_nobody_to_ask(void **state)
{
	char *path = handover_path(tempdir.path);
	struct err e;
	int fd;

	(void)state;
	assert_null(ask(&e, 0));
	fd = parcel_listen(path, &e);
	(void)close(fd);			/* it died */
	assert_null(ask(&e, 0));
	free(path);
}

static void
all_is_the_heirs_when_the_holder_has_left(void **state)
{
	struct holder h = { .pid = getpid(), .yields = true, .leaves = true };
	const struct addrport at = dns();
	struct taker_estate estate = { .lock_fd = -1 };
	struct err e = { 0 };
	struct taker *t;
	int fds[2];

	(void)state;
	start(&h);
	t = ask(&e, 0);
	assert_non_null(t);
	stop(&h);
	assert_string_equal(h.heard, "/run/control");
	assert_int_equal(taker_holder(t), getpid());
	assert_int_equal(inherit_take(taker_sockets(t), false, &at, fds, 2),
	    1);
	(void)close(fds[0]);
	strbuf_init(&estate.states);
	strbuf_init(&estate.measured);
	assert_int_equal(taker_ready(t, &estate, &e), 0);
	assert_string_equal(estate.states.text, "up");
	assert_string_equal(estate.measured.text, "idle");
	assert_int_equal(estate.secrets.count, 1);
	assert_true(estate.lock_fd >= 0);
	assert_int_equal(taker_confirm(t, &e), 0);
	/* What it took is its own, the rest goes with the taker. */
	fds[0] = taker_control(t);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	(void)close(fds[0]);
	fds[0] = taker_records(t);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	(void)close(fds[0]);
	(void)close(estate.lock_fd);
	strbuf_fini(&estate.measured);
	strbuf_fini(&estate.states);
	taker_free(&t);
}

static void
a_refusal_is_told_in_its_words(void **state)
{
	struct holder h = { .refuses = true };
	struct err e = { 0 };

	(void)state;
	start(&h);
	assert_null(ask(&e, ERR_DENIED));
	assert_non_null(strstr(e.text, "another is coming"));
	stop(&h);
}

/* It closed without a word and its process is gone: the lock is free. */
static void
from_the_dead_the_lock_is_taken(void **state)
{
	struct holder h = { .pid = dead() };
	struct taker_estate estate = { .lock_fd = -1 };
	struct err e = { 0 };
	struct taker *t;

	(void)state;
	start(&h);
	t = ask(&e, 0);
	assert_non_null(t);
	stop(&h);
	strbuf_init(&estate.states);
	strbuf_init(&estate.measured);
	assert_int_equal(taker_ready(t, &estate, &e), 0);
	assert_true(estate.lock_fd >= 0);
	assert_int_equal(estate.states.len, 0);
	assert_int_equal(estate.secrets.count, 0);
	assert_int_equal(statelock_open(tempdir.path, &e), ERR_BUSY);
	assert_int_equal(taker_confirm(t, &e), 0);
	(void)close(estate.lock_fd);
	strbuf_fini(&estate.measured);
	strbuf_fini(&estate.states);
	taker_free(&t);
}

/* Dead before it granted anything: there is nobody, and the lock is free. */
static void
who_died_while_asked_is_nobody(void **state)
{
	struct holder h = { .pid = 0 };
	struct err e = { 0 };

	(void)state;
	start(&h);
	assert_null(ask(&e, 0));
	stop(&h);
}

/* Silence is no death: a process that lives may still answer and write. */
static void
a_holder_that_is_silent_and_lives_goes_on(void **state)
{
	struct holder h = { .pid = getpid(), .yields = true };
	struct taker_estate estate = { .lock_fd = -1 };
	struct err e = { 0 };
	struct taker *t;

	(void)state;
	start(&h);
	t = ask(&e, 0);
	assert_non_null(t);
	stop(&h);
	strbuf_init(&estate.states);
	strbuf_init(&estate.measured);
	assert_int_equal(taker_ready(t, &estate, &e), 0);
	assert_int_equal(taker_confirm(t, &e), ERR_BUSY);
	assert_non_null(strstr(e.text, "is silent, but has not ended"));
	(void)close(estate.lock_fd);
	strbuf_fini(&estate.measured);
	strbuf_fini(&estate.states);
	taker_free(&t);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(where_nobody_holds_there_is_nobody_to_ask),
		RULE(all_is_the_heirs_when_the_holder_has_left),
		RULE(a_refusal_is_told_in_its_words),
		RULE(from_the_dead_the_lock_is_taken),
		RULE(who_died_while_asked_is_nobody),
		RULE(a_holder_that_is_silent_and_lives_goes_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
