/* etherip/etheripd.c - see etheripd.h. Layer: etherip.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/etheripd.h"

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
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "core/rest/restevents.h"
#include "etherip/control/netcontrol.h"
#include "etherip/control/netenact.h"
#include "etherip/types/net.h"

#define BPF_FOLDER	"/sys/fs/bpf"

struct etheripd {
	unsigned	 magic;
#define ETHERIPD_MAGIC	0xe7e21d01u
	char		*config_path, *state_dir, *control_path, *pins;
	bool		 lenient, ending;
	struct loop	*loop;
	struct store	*store;
	struct restevents *events;
	struct netenact	*enact;
	struct netcontrol *control;
};

/* ---- what is given up ---- */

static void
note(const char *what, int rc, const struct err *e)
{
	if (rc == 0)
		log_at(LOG_NOTICE, "etheripd", "service", "confined", "%s=yes",
		    what);
	else
		log_at(LOG_WARNING, "etheripd", "service", "not-confined",
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

/* Written is what this daemon keeps, its configuration, and where the kernel takes devices
 * and programs. */
static void
confine(void *arg)
{
	const struct etheripd *d = arg;
	char *config = folder_of(d->config_path);
	char *control = folder_of(d->control_path);
	const char *folders[] = { d->state_dir, config, control, "/dev/net",
	    "/proc/sys/net", BPF_FOLDER };
	struct err e = { 0 };

	note("files", confine_files(folders, OBJ_COUNT(folders), &e), &e);
	note("calls", confine_calls(CONFINE_BUT_BPF, &e), &e);
	free(config);
	free(control);
}

/* Of each state directory its own, so that daemons of several network namespaces do not meet
 * there; names on a BPF file system have no dots. For the caller to free. */
static char *
pins_of(const char *state_dir)
{
	char *whole = realpath(state_dir, NULL);
	char *pins = mem_printf(BPF_FOLDER "/etheripd%s",
	    whole != NULL ? whole : state_dir);

	for (char *p = pins + sizeof(BPF_FOLDER); *p != '\0'; p++)
		if (*p == '/' || *p == '.')
			*p = '_';
	free(whole);
	return pins;
}

/* ---- birth and end ---- */

static int
open_parts(struct etheripd *d, struct err *e)
{
	struct store_backend *dir;
	struct store_gate gate;

	d->loop = loop_new(&clock_system, e);
	if (d->loop == NULL)
		return e->code;
	dir = store_dir_open(d->config_path, d->state_dir, e);
	if (dir == NULL)
		return e->code;
	d->store = store_new(&net_schema, &dir);
	d->events = restevents_new(clock_real(&clock_system));
	d->enact = netenact_new(&(struct netenact_config){
	    .loop = d->loop, .events = d->events, .pins = d->pins,
	    .confine = confine, .arg = d }, e);
	if (d->enact == NULL)
		return e->code;
	gate = (struct store_gate){ netenact_prepare, netenact_settle,
	    d->enact };
	store_gate(d->store, &gate);
	return 0;
}

struct etheripd *
etheripd_new(const struct etheripd_config *c, struct err *e)
{
	struct etheripd *d = mem_zalloc(1, sizeof(*d));

	d->magic = ETHERIPD_MAGIC;
	d->config_path = mem_strdup(c->config_path);
	d->state_dir = mem_strdup(c->state_dir);
	d->control_path = c->control != NULL ? mem_strdup(c->control) :
	    mem_printf("%s/control.sock", c->state_dir);
	d->pins = pins_of(c->state_dir);
	d->lenient = c->lenient;
	if (open_parts(d, e) != 0)
		etheripd_free(&d);
	return d;
}

void
etheripd_free(struct etheripd **pd)
{
	struct etheripd *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, ETHERIPD_MAGIC);
	netcontrol_free(&d->control);
	netenact_free(&d->enact);
	restevents_free(&d->events);
	store_free(&d->store);
	loop_free(&d->loop);
	free(d->config_path);
	free(d->state_dir);
	free(d->control_path);
	free(d->pins);
	d->magic = 0;
	free(d);
}

/* ---- life ---- */

/* Findings go to the log, and to who asked for it. */
static int
reload(void *arg, struct diag *out)
{
	struct etheripd *d = arg;
	int rc;

	notify_reloading();
	rc = store_load(d->store, d->lenient, out);
	log_diag("etheripd", out);
	if (rc == 0)
		log_at(LOG_NOTICE, "etheripd", "service", "reloaded",
		    "serial=%llu warnings=%zu",
		    (unsigned long long)store_serial(d->store), out->warnings);
	else
		log_at(LOG_ERROR, "etheripd", "service", "reload-refused",
		    "errors=%zu running=unchanged", out->errors);
	notify_send("READY=1");
	return rc;
}

static int
open_control(struct etheripd *d, struct err *e)
{
	const struct netcontrol_config c = {
		.path = d->control_path, .state_dir = d->state_dir,
		.config_path = d->config_path, .loop = d->loop,
		.store = d->store, .events = d->events, .enact = d->enact,
		.reload = reload, .arg = d,
	};

	d->control = netcontrol_new(&c, e);
	return d->control != NULL ? netcontrol_listen(d->control, e) : e->code;
}

int
etheripd_start(struct etheripd *d, struct diag *out)
{
	struct err e = { 0 };
	int rc;

	OBJ_CHECK(d, ETHERIPD_MAGIC);
	rc = store_load(d->store, d->lenient, out);
	if (rc == 0 && open_control(d, &e) != 0)
		rc = diag_err(out, NULL, &e);
	return rc;
}

static void
on_reload(struct loop *l, int signo, void *arg)
{
	struct etheripd *d = arg;
	struct diag found;

	(void)l;
	(void)signo;
	if (d->ending)
		return;		/* the terminal went away after Ctrl-C */
	diag_init(&found);
	(void)reload(d, &found);
	diag_fini(&found);
}

static void
on_end(struct loop *l, int signo, void *arg)
{
	struct etheripd *d = arg;

	if (d->ending)
		return;
	d->ending = true;
	log_at(LOG_NOTICE, "etheripd", "service", "stopping", "signal=%s",
	    sigabbrev_np(signo));
	notify_send("STOPPING=1");
	loop_stop(l);
}

void
etheripd_run(struct etheripd *d)
{
	static const struct {
		int		signo;
		loop_signal_fn	fn;
	} on[] = {
		{ SIGHUP, on_reload }, { SIGTERM, on_end }, { SIGINT, on_end },
	};
	struct err e = { 0 };

	OBJ_CHECK(d, ETHERIPD_MAGIC);
	for (size_t i = 0; i < OBJ_COUNT(on); i++)
		if (loop_signal(d->loop, on[i].signo, on[i].fn, d, &e) != 0)
			log_at(LOG_ERROR, "etheripd", "service", "signal", "%s",
			    e.text);
	log_at(LOG_NOTICE, "etheripd", "service", "ready", "control=%s",
	    d->control_path);
	notify_send("READY=1");
	loop_run(d->loop);
}

/* ---- the end of all ---- */

int
etheripd_clear(const char *state_dir, struct err *e)
{
	char *pins = pins_of(state_dir);
	int rc = netenact_clear(pins, e);

	free(pins);
	return rc;
}
