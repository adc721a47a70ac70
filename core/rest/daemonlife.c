/* core/rest/daemonlife.c - see daemonlife.h. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/daemonlife.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/confine.h"
#include "core/io/daemonargs.h"
#include "core/io/loop.h"
#include "core/io/notify.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "core/rest/restevents.h"

#define FOLDERS_MAX	16	/* that a daemon writes to */

/* ---- birth and end ---- */

static int
open_store(struct daemonlife *l, struct err *e)
{
	struct store_backend *dir = l->guest ?
	    store_dir_open_guest(l->config_path, l->state_dir, e) :
	    store_dir_open(l->config_path, l->state_dir, e);

	if (dir == NULL)
		return e->code;
	l->store = store_new(l->kind->schema, &dir);
	return 0;
}

static int
open_all(struct daemonlife *l, struct err *e)
{
	const struct daemonlife_kind *k = l->kind;
	int rc;

	l->loop = loop_new(&clock_system, e);
	if (l->loop == NULL)
		return e->code;
	l->events = restevents_new(clock_real(&clock_system));
	rc = k->meet != NULL ? k->meet(l, e) : 0;
	if (rc == 0)
		rc = open_store(l, e);
	return rc == 0 && k->open != NULL ? k->open(l, e) : rc;
}

static void
life_free(struct daemonlife **pl)
{
	struct daemonlife *l = *pl;

	*pl = NULL;
	OBJ_CHECK(l, DAEMONLIFE_MAGIC);
	if (l->kind->close != NULL)
		l->kind->close(l);
	store_free(&l->store);
	restevents_free(&l->events);
	loop_free(&l->loop);
	free(l->config_path);
	free(l->state_dir);
	free(l->control_path);
	l->magic = 0;
	free(l);
}

static void
refuse(struct daemonlife *l, const char *why)
{
	if (l->kind->refused != NULL)
		l->kind->refused(l, why);
}

static struct daemonlife *
life_new(const struct daemonlife_kind *k, const struct daemonargs *a,
    const void *own, struct err *e)
{
	struct daemonlife *l = mem_zalloc(1, k->size);

	assert(k->size >= sizeof(*l));
	l->magic = DAEMONLIFE_MAGIC;
	l->kind = k;
	l->own = own;
	l->config_path = mem_strdup(a->config_path);
	l->state_dir = mem_strdup(a->state_dir);
	l->control_path = a->control != NULL ? mem_strdup(a->control) :
	    mem_printf("%s/control.sock", a->state_dir);
	l->lenient = a->lenient;
	if (open_all(l, e) != 0) {
		refuse(l, e->text);
		life_free(&l);
	}
	return l;
}

/* ---- loading ---- */

int
daemonlife_load(struct daemonlife *l, struct diag *out)
{
	OBJ_CHECK(l, DAEMONLIFE_MAGIC);
	return store_load(l->store, l->lenient, out);
}

static int
load(struct daemonlife *l, bool again, struct diag *out)
{
	return l->kind->load != NULL ? l->kind->load(l, again, out) :
	    daemonlife_load(l, out);
}

int
daemonlife_reload(void *arg, struct diag *out)
{
	struct daemonlife *l = arg;
	int rc;

	OBJ_CHECK(l, DAEMONLIFE_MAGIC);
	notify_reloading();
	rc = load(l, true, out);
	log_diag(l->kind->name, out);
	if (rc == 0)
		log_at(LOG_NOTICE, l->kind->name, "service", "reloaded",
		    "serial=%llu warnings=%zu",
		    (unsigned long long)store_serial(l->store), out->warnings);
	else
		log_at(LOG_ERROR, l->kind->name, "service", "reload-refused",
		    "errors=%zu running=unchanged", out->errors);
	notify_send("READY=1");
	return rc;
}

static const char *
first_error(const struct diag *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->entries[i].level == DIAG_ERROR)
			return d->entries[i].text;
	return "it could not start";
}

static int
start(struct daemonlife *l, struct diag *out)
{
	int rc = load(l, false, out);

	if (rc == 0 && l->kind->start != NULL)
		rc = l->kind->start(l, out);
	if (rc != 0)
		refuse(l, first_error(out));
	return rc;
}

/* ---- signals ---- */

static void
on_reload(struct loop *loop, int signo, void *arg)
{
	struct daemonlife *l = arg;
	struct diag found;

	(void)loop;
	(void)signo;
	if (l->ending)
		return;		/* the terminal went away after Ctrl-C */
	if (l->kind->may_load != NULL && !l->kind->may_load(l))
		return;
	diag_init(&found);
	(void)daemonlife_reload(l, &found);
	diag_fini(&found);
}

static void
on_end(struct loop *loop, int signo, void *arg)
{
	struct daemonlife *l = arg;

	if (l->ending)
		return;
	l->ending = true;
	log_at(LOG_NOTICE, l->kind->name, "service", "stopping", "signal=%s",
	    sigabbrev_np(signo));
	if (l->kind->end == NULL || l->kind->end(l))
		notify_send("STOPPING=1");
	loop_stop(loop);
}

static void
run(struct daemonlife *l)
{
	static const struct {
		int		signo;
		loop_signal_fn	fn;
	} on[] = {
		{ SIGHUP, on_reload }, { SIGTERM, on_end }, { SIGINT, on_end },
	};
	struct err e = { 0 };

	for (size_t i = 0; i < OBJ_COUNT(on); i++)
		if (loop_signal(l->loop, on[i].signo, on[i].fn, l, &e) != 0)
			log_at(LOG_ERROR, l->kind->name, "service", "signal",
			    "%s", e.text);
	if (l->kind->ready != NULL)
		l->kind->ready(l);
	else
		log_at(LOG_NOTICE, l->kind->name, "service", "ready",
		    "control=%s", l->control_path);
	notify_send("READY=1");
	loop_run(l->loop);
}

int
daemonlife_serve(const struct daemonlife_kind *k, const struct daemonargs *a,
    const void *own)
{
	struct err e = { 0 };
	struct daemonlife *l = life_new(k, a, own, &e);
	struct diag found;
	int rc;

	if (l == NULL)
		return daemonargs_refuse(a, &e);
	diag_init(&found);
	rc = start(l, &found);
	diag_print(&found, stderr);
	if (rc != 0)
		(void)fprintf(stderr, "%s: %s: %zu errors, not started\n",
		    a->name, a->config_path, found.errors);
	diag_fini(&found);
	if (rc == 0)
		run(l);
	life_free(&l);
	return rc == 0 ? DAEMONARGS_OK : DAEMONARGS_REFUSED;
}

/* ---- what daemons have in common beside that ---- */

struct restdaemon_config
daemonlife_rest(struct daemonlife *l, const struct restman *manual)
{
	return (struct restdaemon_config){
		.manual = manual, .path = l->control_path,
		.state_dir = l->state_dir, .config_path = l->config_path,
		.loop = l->loop, .store = l->store, .events = l->events,
		.reload = daemonlife_reload, .reload_arg = l,
	};
}

static void
note(const struct daemonlife *l, const char *what, int rc,
    const struct err *e)
{
	if (rc == 0)
		log_at(LOG_NOTICE, l->kind->name, "service", "confined",
		    "%s=yes", what);
	else
		log_at(LOG_WARNING, l->kind->name, "service", "not-confined",
		    "%s=no why=\"%s\"", what, e->text);
}

/* The folder that a file is in, for the caller to free. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_strdup(".");
	return slash == path ? mem_strdup("/") :
	    mem_strndup(path, (size_t)(slash - path));
}

void
daemonlife_confine(const struct daemonlife *l, const char *const *folders,
    size_t count, unsigned but)
{
	char *config = folder_of(l->config_path);
	char *control = folder_of(l->control_path);
	const char *all[FOLDERS_MAX] = { l->state_dir, config, control };
	struct err e = { 0 };

	assert(count <= FOLDERS_MAX - 3);
	for (size_t i = 0; i < count; i++)
		all[3 + i] = folders[i];
	note(l, "files", confine_files(all, 3 + count, &e), &e);
	note(l, "calls", confine_calls(but, &e), &e);
	free(config);
	free(control);
}
