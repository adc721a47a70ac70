/* gtmd/service_replace.c - see service_replace.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/service_replace.h"

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "gtmd/control/control.h"
#include "gtmd/counts.h"
#include "gtmd/decide/measures.h"
#include "gtmd/decide/persist.h"
#include "gtmd/giver.h"
#include "gtmd/mover/movers.h"
#include "gtmd/plan/memory.h"
#include "gtmd/query/cookiekeep.h"
#include "gtmd/serve/listeners.h"
#include "gtmd/service_inside.h"
#include "gtmd/taker.h"

#define LINGER_MS	30000	/* then TCP clients that go on are cut off */

/* ---- the holder ---- */

static int
on_lend(void *arg, struct err *e)
{
	struct service *s = arg;
	int lock;

	if (s->life.ending)
		return err_set(e, ERR_BUSY, "the process is ending");
	lock = store_lend(s->life.store, e);
	if (lock < 0)
		return lock;
	control_pause(s->control);
	movers_lend(s->mover);
	/* What manual-resume holds is read from the file; it logs if not. */
	(void)memory_save(s->memory, e);
	return lock;
}

static void
on_regain(void *arg)
{
	struct service *s = arg;
	struct diag d;

	store_regain(s->life.store);
	control_resume(s->control);
	movers_own(s->mover);
	if (!s->reload_due || s->life.ending)
		return;
	s->reload_due = false;
	diag_init(&d);
	(void)daemonlife_reload(s, &d);
	diag_fini(&d);
}

static void
send_counts(struct service *s)
{
	struct strbuf text;

	strbuf_init(&text);
	counts_give(s->plan, &text);
	giver_send_counts(s->giver, text.text);
	strbuf_fini(&text);
}

/* The last TCP client has gone, or has had its time. */
static void
end(void *arg)
{
	struct service *s = arg;

	loop_timer_stop(&s->linger);
	if (s->life.ending)
		return;
	s->life.ending = true;
	send_counts(s);
	loop_stop(s->life.loop);
}

static void
on_linger(struct loop_timer *t, void *arg)
{
	(void)t;
	end(arg);
}

/* In the thread "tcp". */
static void
on_clients_gone(void *arg)
{
	struct service *s = arg;

	loop_post(s->life.loop, end, s);
}

static void
on_left(void *arg)
{
	struct service *s = arg;

	s->left = true;
	store_leave(s->life.store);
	memory_leave(s->memory);
	control_leave(s->control);
	movers_leave(s->mover);
	loop_timer_init(&s->linger, s->life.loop, on_linger, s);
	loop_timer_start(&s->linger, LINGER_MS, 0);
	listeners_leave(s->listeners, on_clients_gone, s);
	send_counts(s);
}

static void
on_sockets(void *arg, struct inherit *to)
{
	listeners_lend(((struct service *)arg)->listeners, to);
}

static void
on_states(void *arg, struct strbuf *to)
{
	memory_tell(((struct service *)arg)->memory, to);
}

static void
on_measured(void *arg, struct strbuf *to)
{
	counts_give_measured(((struct service *)arg)->plan, to);
}

static int
on_records(void *arg)
{
	return persist_fd(((struct service *)arg)->world.persist);
}

static const struct cookie_secrets *
on_secrets(void *arg)
{
	return cookiekeep_secrets(((struct service *)arg)->cookies);
}

static int
on_control(void *arg)
{
	const struct service *s = arg;

	return s->control != NULL ? control_fd(s->control) : -1;
}

static const struct giver_host host = {
	.lend = on_lend, .regain = on_regain, .left = on_left,
	.sockets = on_sockets, .states = on_states, .measured = on_measured,
	.records = on_records, .secrets = on_secrets, .control = on_control,
};

void
service_replace_offer(struct service *s, int listening, struct diag *out)
{
	const struct giver_config c = {
		.loop = s->life.loop, .state_dir = s->life.state_dir,
		.control_path = s->life.control_path, .listening = listening,
		.host = &host, .arg = s,
	};
	struct err e = { 0 };

	s->giver = giver_new(&c, &e);
	if (s->giver == NULL)
		diag_warn(out, NULL, "%s; --replace will not work", e.text);
}

/* ---- the heir ---- */

int
service_replace_ask(struct service *s, struct err *e)
{
	int rc = taker_ask(s->life.state_dir, s->life.control_path, &s->taker, e);

	if (rc != 0)
		(void)err_wrap(e, "not replaced");
	else if (s->taker == NULL)
		log_at(LOG_NOTICE, "gtmd", "service", "nobody-to-replace", "%s",
		    "");
	return rc;
}

struct persist *
service_replace_records(struct service *s)
{
	char quoted[ERR_TEXT_MAX];
	struct persist *p = NULL;
	struct err e = { 0 };

	if (s->taker != NULL)
		p = persist_adopt(taker_records(s->taker), PERSIST_RECORDS,
		    &e);
	if (s->taker != NULL && p == NULL)
		log_at(LOG_WARNING, "gtmd", "service", "records-lost",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	return p != NULL ? p : persist_new(PERSIST_RECORDS);
}

/* Before the first answer, decisions go by it. */
static void
hear_measured(struct service *s, const struct strbuf *text)
{
	char quoted[ERR_TEXT_MAX];
	struct err e = { 0 };

	if (text->len > 0 &&
	    counts_take(s->plan, text->text, text->len, &e) != 0)
		log_at(LOG_WARNING, "gtmd", "service", "measurements-lost",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	measures_tell(s->metrics);
}

/* What the holder knew last. */
static void
hear(struct service *s, const struct taker_estate *estate)
{
	char quoted[ERR_TEXT_MAX];
	struct err e = { 0 };

	hear_measured(s, &estate->measured);
	if (estate->states.len > 0 && memory_hear(s->memory,
	    estate->states.text, estate->states.len, &e) != 0)
		log_at(LOG_WARNING, "gtmd", "service", "states-lost",
		    "cause=%s", log_quote(e.text, quoted, sizeof(quoted)));
	cookiekeep_inherit(s->cookies, &estate->secrets);
}

/* From the same sockets as the holder, and until it has left, beside it. */
static int
answer(struct service *s, struct err *e)
{
	struct taker_estate estate = { .lock_fd = -1 };
	int rc;

	strbuf_init(&estate.states);
	strbuf_init(&estate.measured);
	rc = taker_ready(s->taker, &estate, e);
	if (rc == 0)
		rc = store_take(s->life.store, estate.lock_fd, e);
	if (rc == 0) {
		hear(s, &estate);
		rc = listeners_start(s->listeners, e);
	}
	if (rc == 0)
		rc = taker_confirm(s->taker, e);
	strbuf_fini(&estate.measured);
	strbuf_fini(&estate.states);
	return rc;
}

/* Nobody else is there any more: what fails now is told, and the rest goes on. */
static void
settle(struct service *s, struct diag *out)
{
	char quoted[ERR_TEXT_MAX];
	struct err e = { 0 };

	listeners_own(s->listeners);
	store_own(s->life.store, out);
	memory_own(s->memory);
	memory_settle(s->memory);
	if (service_open_control(s, taker_control(s->taker), &e) != 0 ||
	    control_listen(s->control, &e) != 0) {
		log_at(LOG_ERROR, "gtmd", "service", "no-control", "cause=%s",
		    log_quote(e.text, quoted, sizeof(quoted)));
		control_free(&s->control);
	}
	service_move(s, out);
	service_replace_offer(s, taker_next(s->taker), out);
	inherit_close(taker_sockets(s->taker));
	taker_hear_counts(s->taker, s->life.loop, s->plan);
}

int
service_replace_start(struct service *s, struct diag *out)
{
	struct err e = { 0 };

	listeners_inherit(s->listeners, NULL);
	if (answer(s, &e) != 0) {
		(void)err_wrap(&e, "not replaced");
		return diag_err(out, NULL, &e);
	}
	settle(s, out);
	log_at(LOG_NOTICE, "gtmd", "service", "took-over", "from=%ld",
	    (long)taker_holder(s->taker));
	return 0;
}
