/* wom/womd.c - see womd.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/womd.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/confine.h"
#include "core/io/loop.h"
#include "core/io/notify.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "core/model/type.h"
#include "core/rest/restevents.h"
#include "wom/control/enact.h"
#include "wom/control/wish.h"
#include "wom/control/womcontrol.h"
#include "wom/types/wom.h"

struct womd {
	unsigned	 magic;
#define WOMD_MAGIC	0x303d0011u
	char		*config_path, *state_dir, *control_path;
	bool		 lenient, ending;
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
	struct enact	*enact;
	struct womcontrol *control;
};

/* ---- what is given up ---- */

static void
note(const char *what, int rc, const struct err *e)
{
	if (rc == 0)
		log_at(LOG_NOTICE, "womd", "service", "confined", "%s=yes",
		    what);
	else
		log_at(LOG_WARNING, "womd", "service", "not-confined",
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

/* Certificates are read anywhere, and anew with each load; written is what this
 * daemon keeps, and its configuration. */
static void
confine(void *arg, const struct wish *wish)
{
	const struct womd *w = arg;
	char *config = folder_of(w->config_path);
	char *control = folder_of(w->control_path);
	const char *folders[] = { w->state_dir, config, control,
	    wish->history_folder };
	struct err e = { 0 };

	note("files", confine_files(folders, OBJ_COUNT(folders), &e), &e);
	note("calls", confine_calls(0, &e), &e);
	free(config);
	free(control);
}

/* ---- birth and end ---- */

static int
open_parts(struct womd *w, struct err *e)
{
	struct store_backend *dir;
	struct store_gate gate;

	w->loop = loop_new(&clock_system, e);
	if (w->loop == NULL)
		return e->code;
	dir = store_dir_open(w->config_path, w->state_dir, e);
	if (dir == NULL)
		return e->code;
	w->store = store_new(&wom_schema, &dir);
	w->events = restevents_new(clock_real(&clock_system));
	w->enact = enact_new(&(struct enact_config){
	    .loop = w->loop, .config_path = w->config_path,
	    .state_dir = w->state_dir, .events = w->events,
	    .confine = confine, .arg = w });
	gate = (struct store_gate){ enact_prepare, enact_settle, w->enact };
	store_gate(w->store, &gate);
	return 0;
}

struct womd *
womd_new(const struct womd_config *c, struct err *e)
{
	struct womd *w = mem_zalloc(1, sizeof(*w));

	w->magic = WOMD_MAGIC;
	w->config_path = mem_strdup(c->config_path);
	w->state_dir = mem_strdup(c->state_dir);
	w->control_path = c->control != NULL ? mem_strdup(c->control) :
	    mem_printf("%s/control.sock", c->state_dir);
	w->lenient = c->lenient;
	if (open_parts(w, e) != 0)
		womd_free(&w);
	return w;
}

void
womd_free(struct womd **pw)
{
	struct womd *w = *pw;

	*pw = NULL;
	if (w == NULL)
		return;
	OBJ_CHECK(w, WOMD_MAGIC);
	womcontrol_free(&w->control);
	enact_free(&w->enact);
	restevents_free(&w->events);
	store_free(&w->store);
	loop_free(&w->loop);
	free(w->config_path);
	free(w->state_dir);
	free(w->control_path);
	w->magic = 0;
	free(w);
}

/* ---- life ---- */

/* Findings go to the log, and to who asked for it. */
static int
reload(void *arg, struct diag *out)
{
	struct womd *w = arg;
	int rc;

	notify_reloading();
	rc = store_load(w->store, w->lenient, out);
	log_diag("womd", out);
	if (rc == 0)
		log_at(LOG_NOTICE, "womd", "service", "reloaded",
		    "serial=%llu warnings=%zu",
		    (unsigned long long)store_serial(w->store), out->warnings);
	else
		log_at(LOG_ERROR, "womd", "service", "reload-refused",
		    "errors=%zu running=unchanged", out->errors);
	notify_send("READY=1");
	return rc;
}

static int
open_control(struct womd *w, struct err *e)
{
	const struct womcontrol_config c = {
		.path = w->control_path, .state_dir = w->state_dir,
		.config_path = w->config_path, .loop = w->loop,
		.store = w->store, .events = w->events, .enact = w->enact,
		.reload = reload, .arg = w,
	};

	w->control = womcontrol_new(&c, e);
	return w->control != NULL ? womcontrol_listen(w->control, e) : e->code;
}

/* The journal keeps what a process before us has found; we may find other. */
static int
forget_found(struct womd *w, struct diag *out)
{
	struct draft *d = store_draft(w->store);
	bool any = false;
	struct err e;
	int rc = 0;

	for (size_t i = 0; wom_schema.types[i] != NULL; i++) {
		const struct type *t = wom_schema.types[i];
		const struct object *o;
		size_t at = 0;

		while (t->is_fleeting != NULL &&
		    (o = model_next(store_model(w->store), t, &at)) != NULL)
			if (t->is_fleeting(o))
				any = draft_delete(d, t, o->name, &e) == 0 ||
				    any;
	}
	if (any)
		rc = store_commit(w->store, &d, out);
	draft_free(&d);
	return rc;
}

int
womd_start(struct womd *w, struct diag *out)
{
	struct err e = { 0 };
	int rc;

	OBJ_CHECK(w, WOMD_MAGIC);
	rc = store_load(w->store, w->lenient, out);
	if (rc == 0)
		rc = forget_found(w, out);
	if (rc == 0 && open_control(w, &e) != 0)
		rc = diag_err(out, NULL, &e);
	return rc;
}

static void
on_reload(struct loop *l, int signo, void *arg)
{
	struct womd *w = arg;
	struct diag d;

	(void)l;
	(void)signo;
	if (w->ending)
		return;		/* the terminal went away after Ctrl-C */
	diag_init(&d);
	(void)reload(w, &d);
	diag_fini(&d);
}

static void
on_end(struct loop *l, int signo, void *arg)
{
	struct womd *w = arg;

	if (w->ending)
		return;
	w->ending = true;
	log_at(LOG_NOTICE, "womd", "service", "stopping", "signal=%s",
	    sigabbrev_np(signo));
	notify_send("STOPPING=1");
	loop_stop(l);
}

void
womd_run(struct womd *w)
{
	static const struct {
		int		signo;
		loop_signal_fn	fn;
	} on[] = {
		{ SIGHUP, on_reload }, { SIGTERM, on_end }, { SIGINT, on_end },
	};
	struct err e = { 0 };

	OBJ_CHECK(w, WOMD_MAGIC);
	for (size_t i = 0; i < OBJ_COUNT(on); i++)
		if (loop_signal(w->loop, on[i].signo, on[i].fn, w, &e) != 0)
			log_at(LOG_ERROR, "womd", "service", "signal", "%s",
			    e.text);
	log_at(LOG_NOTICE, "womd", "service", "ready", "control=%s",
	    w->control_path);
	notify_send("READY=1");
	loop_run(w->loop);
}
