/* gtmd/drive/driver_exec.c - a step done by the operator's own program.
 *
 * It reads the order, one JSON object, and says how it goes, a line of JSON at a
 * time. Who may write objects chooses among programs that root has put into one
 * folder, and no others; no shell comes in. What it says is believed when its
 * exit status says so as well. Time is the job's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/driver_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/drive/exectalk.h"
#include "monitors/argline.h"
#include "monitors/program.h"
#include "monitors/programfile.h"
#include "monitors/spawn.h"

#define SEARCH_PATH	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:" \
			"/usr/bin:/sbin:/bin"
#define GROUPS_MAX	64
#define DRAIN_MAX	32	/* reads: more than a pipe holds */
#define MINUTE_MS	60000
#define LINGER_MS	10000	/* from the result to the end, at most */

enum { ENV_PATH, ENV_LANG, ENV_HOME, ENV_USER, ENV_LOGNAME, ENV_COUNT };

struct work {
	unsigned	 magic;
#define WORK_MAGIC	0x6c1f77e1u
	struct driver_job *job;
	struct program	*program;
	char		*path, **args;	/* args[0] is a copy of path's name */
	char		*env[ENV_COUNT + 1];
	struct spawn_user user;
	gid_t		 groups[GROUPS_MAX];
	int		 in, err[2];	/* its input; its errors, ours first */
	struct loop_io	*err_io;
	struct loop_timer linger, minute;
	struct exectalk	 talk;
	struct exectalk_last last;
};

/* ---- what it takes ---- */

/* The words of a place's program, whose first becomes a path. */
static char **
split(const char *folder, const struct driver_place *p, char **path,
    struct err *e)
{
	size_t count;
	char **words = argline_split(p->program, &count, e);

	*path = NULL;
	if (words != NULL && count == 0)
		(void)err_set(e, ERR_RANGE, "driver exec needs a program");
	else if (words != NULL)
		*path = programfile_path_in(folder, words[0], e);
	if (*path != NULL)
		return words;
	argline_free(&words);
	(void)err_wrap(e, "hypervisor %s: program", p->name);
	return NULL;
}

static int
check(const struct drivers *all, const struct driver_place *p, struct err *e)
{
	char *path, **words = split(all->folder, p, &path, e);
	int rc = words != NULL ? 0 : e->code;

	free(path);
	argline_free(&words);
	if (rc == 0 && p->user != NULL && strcmp(p->user, "root") == 0)
		rc = err_set(e, ERR_RANGE, "hypervisor %s: user: programs do "
		    "not run as root", p->name);
	return rc;
}

static int
find_groups(struct work *w, const struct passwd *pw, struct err *e)
{
	int count = GROUPS_MAX;

	if (getgrouplist(pw->pw_name, pw->pw_gid, w->groups, &count) == -1)
		return err_set(e, ERR_RANGE, "user %s is in more than %d "
		    "groups", pw->pw_name, GROUPS_MAX);
	w->user = (struct spawn_user){ pw->pw_uid, pw->pw_gid, w->groups,
	    (size_t)count };
	return 0;
}

/* Who it runs as, and what it is told of that. */
static int
find_user(struct work *w, const char *name, struct err *e)
{
	const struct passwd *pw = name != NULL ? getpwnam(name) : NULL;

	w->env[ENV_PATH] = mem_strdup(SEARCH_PATH);
	w->env[ENV_LANG] = mem_strdup("LANG=C.UTF-8");
	if (!spawn_may())
		return err_set(e, ERR_DENIED, "gtmd may not become another "
		    "user, and runs programs as no other: gtmd(8) has what it "
		    "takes");
	if (name == NULL)
		return 0;
	if (pw == NULL)
		return err_set(e, ERR_NOTFOUND, "there is no user %s", name);
	if (pw->pw_uid == 0 || pw->pw_uid == geteuid())
		return err_set(e, ERR_DENIED, "programs do not run as %s, who "
		    "is root or gtmd itself", name);
	w->env[ENV_HOME] = mem_printf("HOME=%s", pw->pw_dir);
	w->env[ENV_USER] = mem_printf("USER=%s", name);
	w->env[ENV_LOGNAME] = mem_printf("LOGNAME=%s", name);
	return find_groups(w, pw, e);
}

/* A file without a name: there is nobody to wait for while it reads, or not. */
static int
write_order(const struct driver_order *o, struct err *e)
{
	int fd = memfd_create("order", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char *line = exectalk_order(o);
	size_t len = strlen(line);
	bool good = fd != -1 && write(fd, line, len) == (ssize_t)len &&
	    write(fd, "\n", 1) == 1 && lseek(fd, 0, SEEK_SET) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW |
	    F_SEAL_SHRINK) == 0;

	free(line);
	if (good)
		return fd;
	(void)err_sys(e, errno, "writing an order");
	if (fd != -1)
		(void)close(fd);
	return -1;
}

/* ---- how it goes ---- */

static void
stop(void **pwork)
{
	struct work *w = *pwork;

	*pwork = NULL;
	OBJ_CHECK(w, WORK_MAGIC);
	program_stop(&w->program);
	loop_io_stop(&w->err_io);
	loop_timer_stop(&w->linger);
	loop_timer_stop(&w->minute);
	for (size_t i = 0; i < OBJ_COUNT(w->err); i++)
		if (w->err[i] != -1)
			(void)close(w->err[i]);
	if (w->in != -1)
		(void)close(w->in);
	free(w->path);
	argline_free(&w->args);
	for (size_t i = 0; i < ENV_COUNT; i++)
		free(w->env[i]);
	w->magic = 0;
	free(w);
}

/* Not a word of the contract: it will not be better another time. */
static void
end_bad(struct work *w, struct err *e)
{
	const struct driver_order *o = &w->job->copy.order;

	(void)err_wrap(e, "%s of %s", driver_action_name(o->action),
	    o->host->name);
	driver_end(w->job, e->code, false, e->text);
}

/* Whether there was something. */
static bool
hear_errors(struct work *w)
{
	char octets[4096];
	ssize_t n = read(w->err[0], octets, sizeof(octets));

	if (n > 0)
		exectalk_keep(&w->last, octets, (size_t)n);
	return n > 0;
}

/* What a pipe holds, at most: its last words may say why it ended. */
static void
hear_last_errors(struct work *w)
{
	for (int i = 0; i < DRAIN_MAX && hear_errors(w); i++)
		;
}

static void
on_errors(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct work *w = arg;
	struct err e;

	OBJ_CHECK(w, WORK_MAGIC);
	assert(io == w->err_io && fd == w->err[0] && events == LOOP_READ);
	(void)hear_errors(w);
	if (w->last.total <= EXECTALK_TOTAL_MAX)
		return;
	(void)err_set(&e, ERR_RANGE, "its errors have more than %u octets in "
	    "a minute", EXECTALK_TOTAL_MAX);
	end_bad(w, &e);
}

/* What it said at the end counts. */
static void
end_with_result(struct work *w)
{
	const struct driver_order *o = &w->job->copy.order;
	const char *action = driver_action_name(o->action);
	const struct exectalk *t = &w->talk;
	struct err e;

	if (t->result == EXECTALK_DONE) {
		(void)err_set(&e, 0, "%s", t->reason.code != 0 ?
		    t->reason.text : "done");
		driver_end(w->job, 0, false, e.text);
		return;
	}
	if (t->reason.code != 0)
		e = t->reason;
	else
		exectalk_last_text(&w->last, 1, "it says no reason", &e);
	e.code = t->result == EXECTALK_MOVED ? ERR_CONFLICT : ERR_IO;
	(void)err_wrap(&e, "%s of %s", action, o->host->name);
	driver_end(w->job, e.code, t->result == EXECTALK_FAILED && t->retry,
	    e.text);
}

/* What was asked may be done or not: asked again, it says so. */
static void
end_without(struct work *w, const struct program_news *news)
{
	const struct driver_order *o = &w->job->copy.order;
	struct err e, why;

	exectalk_last_text(&w->last, 1, "it wrote no errors", &why);
	(void)err_set(&e, ERR_IO, "%s of %s: the program ended %s %d%s: %s",
	    driver_action_name(o->action), o->host->name,
	    news->event == PROGRAM_KILLED ? "by signal" : "with status",
	    news->status, w->talk.result == EXECTALK_NONE ?
	    " and without a result" : ", which is not what it said",
	    why.text);
	driver_end(w->job, ERR_IO, true, e.text);
}

/* The result is there; the program is not gone. */
static void
on_linger(struct loop_timer *t, void *arg)
{
	struct work *w = arg;

	OBJ_CHECK(w, WORK_MAGIC);
	assert(t == &w->linger);
	hear_last_errors(w);
	end_with_result(w);
}

static void
on_minute(struct loop_timer *t, void *arg)
{
	struct work *w = arg;

	OBJ_CHECK(w, WORK_MAGIC);
	assert(t == &w->minute);
	exectalk_minute(&w->talk, &w->last);
}

static void
hear(struct work *w, const struct program_news *news)
{
	struct exectalk *t = &w->talk;
	bool had = t->result != EXECTALK_NONE;
	struct err e;

	if (exectalk_hear(t, news->octets, news->len, &e) != 0) {
		end_bad(w, &e);
		return;
	}
	if (t->fresh)
		driver_report(w->job, t->octets, t->of,
		    t->note.code != 0 ? t->note.text : NULL);
	t->fresh = false;
	if (!had && t->result != EXECTALK_NONE)
		loop_timer_start(&w->linger, LINGER_MS, 0);
}

static void
on_exit_news(struct work *w, const struct program_news *news)
{
	struct err e;

	hear_last_errors(w);
	if (exectalk_end(&w->talk, &e) != 0)
		end_bad(w, &e);
	else if (w->talk.result == EXECTALK_NONE ||
	    (w->talk.result == EXECTALK_DONE && news->status != 0))
		end_without(w, news);
	else
		end_with_result(w);
}

static void
on_news(void *arg, const struct program_news *news)
{
	struct work *w = arg;
	struct err e;

	OBJ_CHECK(w, WORK_MAGIC);
	switch (news->event) {
	case PROGRAM_STARTED:
		return;
	case PROGRAM_SPOKE:
		hear(w, news);
		return;
	case PROGRAM_EXITED:
	case PROGRAM_KILLED:
		w->program = NULL;
		on_exit_news(w, news);
		return;
	case PROGRAM_FAILED:
		w->program = NULL;
		(void)err_sys(&e, news->sys_errno, "%s", w->path);
		driver_end(w->job, e.code, true, e.text);
		return;
	}
}

/* ---- start ---- */

static int
prepare(struct work *w, struct err *e)
{
	const struct driver_order *o = &w->job->copy.order;

	w->args = split(w->job->all->folder, o->from, &w->path, e);
	if (w->args == NULL)
		return e->code;
	if (programfile_check(w->path, e) != 0)
		return err_wrap(e, "hypervisor %s: program", o->from->name);
	if (find_user(w, o->from->user, e) != 0)
		return err_wrap(e, "hypervisor %s: user", o->from->name);
	w->in = write_order(o, e);
	if (w->in == -1)
		return e->code;
	if (pipe2(w->err, O_CLOEXEC) == -1)
		return err_sys(e, errno, "a pipe");
	return 0;
}

static int
launch(struct work *w, struct err *e)
{
	const struct driver_order *o = &w->job->copy.order;
	struct program_order order = { .path = w->path, .argv = w->args,
	    .envp = w->env, .fn = on_news, .arg = w, .all = true, .in = w->in,
	    .err = w->err[1], .user = o->from->user != NULL ? &w->user : NULL };

	w->err_io = loop_io_start(w->job->all->loop, w->err[0], LOOP_READ,
	    on_errors, w);
	if (w->err_io != NULL)
		w->program = program_start(w->job->all->programs, &order);
	return w->program != NULL ? 0 : err_sys(e, errno, "%s", w->path);
}

static void *
start(struct driver_job *job, struct err *e)
{
	struct work *w = mem_zalloc(1, sizeof(*w));
	void *own = w;

	w->magic = WORK_MAGIC;
	w->job = job;
	w->in = w->err[0] = w->err[1] = -1;
	loop_timer_init(&w->linger, job->all->loop, on_linger, w);
	loop_timer_init(&w->minute, job->all->loop, on_minute, w);
	loop_timer_start(&w->minute, MINUTE_MS, MINUTE_MS);
	exectalk_init(&w->talk);
	if (prepare(w, e) != 0 || launch(w, e) != 0)
		stop(&own);
	return own;
}

const struct driver_kind_row driver_exec_row = {
	.check = check, .start = start, .stop = stop,
};
