/* gtmd/service.c - see service.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/service.h"

#include <signal.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/model/store.h"
#include "core/rest/daemonlife.h"
#include "gtmd/control/control.h"
#include "gtmd/control/control_decisions.h"
#include "gtmd/control/control_events.h"
#include "gtmd/control/statusfile.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/decide/measures.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/decide/persist.h"
#include "gtmd/gauge/gauges.h"
#include "gtmd/giver.h"
#include "gtmd/mover/movers.h"
#include "gtmd/path/pathhome.h"
#include "gtmd/path/pathprobe.h"
#include "gtmd/plan/memory.h"
#include "gtmd/plan/plan.h"
#include "gtmd/plan/plan_metrics.h"
#include "gtmd/query/cookiekeep.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "gtmd/query/zonekeep.h"
#include "gtmd/serve/listeners.h"
#include "gtmd/service_inside.h"
#include "gtmd/service_replace.h"
#include "gtmd/taker.h"
#include "gtmd/topology/geokeep.h"
#include "gtmd/topology/topology_check.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/settings.h"
#include "monitors/board.h"
#include "monitors/probe.h"
#include "monitors/probelink.h"
#include "monitors/sched.h"

/* ---- the gate: zones and sockets are part of every change ---- */

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	struct service *s = arg;
	int cookies = cookiekeep_prepare(s->cookies, d, out);
	int zones = zonekeep_prepare(s->zones, d, out);
	int geo = geokeep_prepare(s->geo, d, out);
	int sockets = listeners_prepare(s->listeners, d, out);
	int moves = movers_prepare(s->mover, d, out);

	topology_table_drop(&s->checked);
	if (geo == 0)
		s->checked = topology_check_load(d, s->geo, out);
	if (cookies == 0 && zones == 0 && geo == 0 && sockets == 0 &&
	    moves == 0)
		return 0;
	topology_table_drop(&s->checked);
	if (cookies == 0)
		cookiekeep_settle(s->cookies, false);
	if (zones == 0)
		zonekeep_settle(s->zones, false);
	if (geo == 0)
		(void)geokeep_settle(s->geo, false);
	if (sockets == 0)
		listeners_settle(s->listeners, false);
	return cookies != 0 ? cookies : zones != 0 ? zones :
	    geo != 0 ? geo : sockets != 0 ? sockets : moves;
}

static void
on_settle(void *arg, bool made)
{
	struct service *s = arg;

	cookiekeep_settle(s->cookies, made);
	zonekeep_settle(s->zones, made);
	if (made)
		plan_offer(s->plan, &s->checked);
	topology_table_drop(&s->checked);
	if (geokeep_settle(s->geo, made))
		plan_on_geo(s->plan);
	listeners_settle(s->listeners, made);
}

void
service_publish(void *arg)
{
	struct service *s = arg;

	world_set_settings(&s->world, store_model(s->life.store),
	    store_serial(s->life.store));
}

static void
on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct service *s = arg;

	for (size_t i = 0; i < count; i++) {
		const struct object *o = changes[i].now != NULL ?
		    changes[i].now : changes[i].was;

		if (o->type == &settings_dns_type ||
		    o->type == &settings_general_type) {
			service_publish(s);
			return;
		}
	}
}

/* ---- birth and end ---- */

/* A person should know: what is told of states may be old. */
static void
on_doubt(void *arg)
{
	struct service *s = arg;
	struct sched_stats st;

	sched_stats(s->sched, &st);
	log_at(st.doubt.doubting ? LOG_ERROR : LOG_NOTICE, "gtmd", "prober",
	    st.doubt.doubting ? "doubts-itself" : "sees-again",
	    "controls=%u silent=%u withheld=%llu states=kept",
	    st.doubt.controls, st.doubt.silent,
	    (unsigned long long)st.doubt.withheld);
	control_events_doubt(s->life.events, &st.doubt);
}

/* Who is seen to be up may be who a migration waits for, or the last one. */
static void
on_told(void *arg, const char *object, const struct status *was,
    const struct status *now, const char *cause)
{
	struct service *s = arg;

	control_events_state(s->life.events, object, was, now, cause);
	if (s->mover != NULL)
		movers_wake(s->mover);
}

static int
open_monitors(struct service *s, struct err *e)
{
	struct sched_config c = { .types = probe_types };

	s->link = service_prober_start(&s->prober, s->life.loop, e);
	if (s->link == NULL)
		return e->code;
	s->board = board_new();
	c.loop = s->life.loop;
	c.board = s->board;
	c.afar = &probelink_afar;
	c.afar_arg = s->link;
	c.doubt = on_doubt;
	c.doubt_arg = s;
	s->sched = sched_new(&c, e);
	if (s->sched == NULL)
		return e->code;
	probelink_serve(s->link, s->sched);
	return 0;
}

static int
meet(void *arg, struct err *e)
{
	struct service *s = arg;
	const struct service_options *own = s->life.own;
	int rc = own->replace ? service_replace_ask(s, e) : 0;

	s->prober.argv = own->prober;
	s->life.guest = s->taker != NULL;
	return rc;
}

static int
open_mover(struct service *s, struct err *e)
{
	const struct service_options *own = s->life.own;
	const struct movers_config c = {
		.loop = s->life.loop, .store = s->life.store, .plan = s->plan,
		.events = s->life.events, .state_dir = s->life.state_dir,
		.ledger = s->world.ledger, .drivers = own->drivers,
	};

	s->mover = movers_new(&c, e);
	if (s->mover == NULL)
		return e->code;
	store_watch(s->life.store, movers_on_change, s->mover);
	return 0;
}

static int
open_parts(void *arg, struct err *e)
{
	const struct store_gate gate = { on_prepare, on_settle, arg };
	struct service *s = arg;
	struct cookiekeep_config cookies;
	struct plan_config plan;

	s->world.ledger = ledger_new(LEDGER_ROWS,
	    decision_keep_now(&clock_system));
	store_gate(s->life.store, &gate);
	if (open_monitors(s, e) != 0)
		return e->code;
	s->wides = widetable_new();
	s->world.wides = s->wides;
	s->world.persist = service_replace_records(s);
	s->world.paths = pathtable_new(PATHTABLE_RECORDS);
	cookies = (struct cookiekeep_config){
		.loop = s->life.loop, .config_path = s->life.config_path,
		.rolled = service_publish, .arg = s,
	};
	s->cookies = cookiekeep_new(&cookies);
	s->world.secrets = cookiekeep_secrets(s->cookies);
	s->zones = zonekeep_new(s->life.config_path, &s->world.zones);
	s->geo = geokeep_new(s->life.config_path);
	s->listeners = listeners_new(&s->world, s->life.config_path, e);
	if (s->listeners == NULL)
		return e->code;
	listeners_follow(s->listeners, s->life.loop);
	if (s->taker != NULL)
		listeners_inherit(s->listeners, taker_sockets(s->taker));
	s->memory = memory_new(s->life.state_dir, s->life.loop, s->sched);
	s->metrics = measures_new(s->life.loop);
	plan = (struct plan_config){
		.store = s->life.store, .sched = s->sched, .wides = s->wides,
		.metrics = s->metrics, .geo = s->geo, .here = pathhome_server,
		.changed = memory_note, .arg = s->memory,
		.told = on_told, .told_arg = s,
	};
	s->plan = plan_new(&plan);
	measures_watch(s->metrics, plan_metrics_on_change, s->plan);
	s->paths = pathprobe_new(s->life.loop, s->life.store, s->world.paths);
	memory_recall(s->memory, s->plan);
	if (s->taker == NULL)
		memory_own(s->memory);
	s->decisions = control_decisions_new(s->life.loop, s->plan);
	store_watch(s->life.store, control_decisions_on_change, s->decisions);
	store_watch(s->life.store, plan_on_change, s->plan);
	store_watch(s->life.store, on_change, s);
	store_watch(s->life.store, pathprobe_on_change, s->paths);
	s->gauges = gauges_new(s->life.loop, s->life.store, s->metrics, s->link);
	return open_mover(s, e);
}

/* He who waits to be replaced hears that it will not be so, and goes on. */
static void
on_refused(void *arg, const char *why)
{
	struct service *s = arg;

	if (s->taker != NULL)
		taker_refuse(s->taker, why);
}

static void
close_parts(void *arg)
{
	struct service *s = arg;

	giver_free(&s->giver);
	control_free(&s->control);
	movers_free(&s->mover);
	listeners_free(&s->listeners);
	control_decisions_free(&s->decisions);
	memory_free(&s->memory);
	if (s->link != NULL)
		probelink_stop(s->link);
	pathprobe_free(&s->paths);
	gauges_free(&s->gauges);
	plan_free(&s->plan);
	measures_free(&s->metrics);
	sched_free(&s->sched);
	probelink_free(&s->link);
	service_prober_fini(&s->prober);
	board_free(&s->board);
	zonekeep_free(&s->zones);
	topology_table_drop(&s->checked);
	geokeep_free(&s->geo);
	cookiekeep_free(&s->cookies);
	widetable_free(&s->wides);
	taker_free(&s->taker);
	rcu_drain();
	free((void *)(uintptr_t)s->world.settings);
	persist_free(&s->world.persist);
	pathtable_free(&s->world.paths);
	ledger_free(&s->world.ledger);
}

/* ---- life ---- */

int
service_open_control(struct service *s, int listening, struct err *e)
{
	const struct control_config c = {
		.life = &s->life, .listening = listening, .plan = s->plan,
		.sched = s->sched, .prober = &s->prober.child.pid,
		.gauges = s->gauges, .listeners = s->listeners,
		.world = &s->world, .decisions = s->decisions,
		.mover = s->mover,
	};

	s->control = control_new(&c, e);
	return s->control != NULL ? 0 : e->code;
}

void
service_move(struct service *s, struct diag *out)
{
	movers_load(s->mover, out);
	if (s->control != NULL)
		movers_start(s->mover, control_changes(s->control));
}

/* What should not count any more is gone before the first answer, and nobody
 * asks before there is one. */
static int
start_alone(struct service *s, struct diag *out)
{
	struct err e = { 0 };

	if (service_open_control(s, 0, &e) != 0)
		return diag_err(out, NULL, &e);
	service_publish(s);
	if (listeners_start(s->listeners, &e) != 0 ||
	    control_listen(s->control, &e) != 0)
		return diag_err(out, NULL, &e);
	memory_settle(s->memory);
	service_move(s, out);
	service_replace_offer(s, 0, out);
	return 0;
}

static void
on_grace(void *arg)
{
	(void)arg;
	mem_trim();
}

/* A load leaves much free: what it read the file into, what it compared with,
 * and what has been replaced. That goes back once all of it is freed. */
static int
load(void *arg, bool again, struct diag *out)
{
	struct service *s = arg;
	int rc;

	if (again) {
		zonekeep_reread(s->zones);
		listeners_reread(s->listeners);
	}
	rc = daemonlife_load(&s->life, out);
	plan_withdraw(s->plan);
	rcu_defer(on_grace, NULL);
	if (rc == 0)
		service_publish(s);
	return rc;
}

static int
start(void *arg, struct diag *out)
{
	struct service *s = arg;
	int rc = s->taker == NULL ? start_alone(s, out) :
	    service_replace_start(s, out);

	if (rc == 0 && listeners_count(s->listeners) == 0)
		diag_warn(out, NULL, "no gtm listener is configured and "
		    "enabled: nobody can ask");
	return rc;
}

/* Not what another process serves by now; later, while all is lent. */
static bool
may_load(void *arg)
{
	struct service *s = arg;

	if (s->left)
		return false;
	s->reload_due = s->giver != NULL && giver_lends(s->giver);
	return !s->reload_due;
}

static bool
on_end(void *arg)
{
	struct service *s = arg;
	struct err e = { 0 };

	if (s->left)
		return false;
	if (s->giver != NULL)
		giver_abort(s->giver, "the process ends");
	if (memory_save(s->memory, &e) != 0)
		log_at(LOG_ERROR, "gtmd", "service", "memory", "%s", e.text);
	return true;
}

static void
on_status(struct loop *l, int signo, void *arg)
{
	struct service *s = arg;
	struct err e = { 0 };

	(void)signo;
	if (s->left)
		return;
	if (statusfile_write(s->life.state_dir, s->plan,
	    clock_real(loop_clock(l)), &e) != 0)
		log_at(LOG_ERROR, "gtmd", "service", "status", "%s", e.text);
	else
		log_at(LOG_NOTICE, "gtmd", "service", "status-written",
		    "file=%s/status.json", s->life.state_dir);
}

static void
on_ready(void *arg)
{
	struct service *s = arg;
	struct err e = { 0 };

	if (loop_signal(s->life.loop, SIGUSR1, on_status, s, &e) != 0)
		log_at(LOG_ERROR, "gtmd", "service", "signal", "%s", e.text);
	log_at(LOG_NOTICE, "gtmd", "service", "ready", "listeners=%zu",
	    listeners_count(s->listeners));
}

const struct daemonlife_kind service_kind = {
	.name = "gtmd", .size = sizeof(struct service), .schema = &gtm_schema,
	.meet = meet, .open = open_parts, .load = load, .start = start,
	.ready = on_ready, .may_load = may_load, .end = on_end,
	.refused = on_refused, .close = close_parts,
};
