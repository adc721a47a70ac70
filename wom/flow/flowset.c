/* wom/flow/flowset.c - see flowset.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowset.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/blockhead.h"
#include "wom/flow/flow.h"
#include "wom/flow/flowout.h"
#include "wom/flow/flowsocket.h"
#include "wom/link/linksession.h"

#define IDLE_MAX	((size_t)8 << 20)	/* octets of spare buffers */
/* Of flows that wait their turn in one go: in between the loop looks at its sockets, and
 * the tunnel gets at what they have said. */
#define TURN_OCTETS	(FLOWSET_BLOCK / 2)
#define TURN_STEPS	64

/* ---- in and out ---- */

void
flowset_enter(struct flowset *fs)
{
	OBJ_CHECK(fs, FLOWSET_MAGIC);
	fs->depth++;
}

void
flowset_leave(struct flowset *fs)
{
	assert(fs->depth > 0);
	if (--fs->depth > 0 || fs->waking)
		return;
	fs->waking = true;
	while (fs->owes_wake) {
		fs->owes_wake = false;
		fs->config.wake(fs->config.arg);
	}
	fs->waking = false;
}

/* ---- turns ---- */

static void
on_turn(struct loop_timer *t, void *arg)
{
	struct flowset *fs = arg;
	int steps = 0;

	flowset_enter(fs);
	fs->moved = 0;
	while (!list_empty(&fs->busy) && steps++ < TURN_STEPS &&
	    fs->moved < TURN_OCTETS) {
		struct flow *f = OBJ_OF(fs->busy.next, struct flow, in_busy);

		list_remove(&f->in_busy);
		if (flow_step(f) == FLOW_STEP_MORE)
			list_append(&fs->busy, &f->in_busy);
	}
	flowset_leave(fs);
	if (!list_empty(&fs->busy) && !loop_timer_running(t))
		loop_timer_start(t, 0, 0);
}

/* ---- streams that the peer opens ---- */

/* An errno of connect is about the source when there is one. */
static enum flowreason
reason_of(int sys_errno, const struct linkopen *o)
{
	if (sys_errno == EPERM && o->source.addr.family != 0)
		return FLOWREASON_SOURCE;
	return flowreason_of_errno(sys_errno);
}

static void
refuse(struct flowset *fs, struct linkstream *st, enum flowreason r)
{
	struct flowapp *app = flowapps_get(&fs->apps,
	    linkstream_open(st)->application);

	app->opened++;
	app->ended[flowreason_index(r)]++;
	linksession_reset(fs->config.session, st, (uint32_t)r);
	fs->owes_wake = true;
}

static bool
is_admitted(struct flowset *fs, const struct linkopen *o, struct flow_rules *r)
{
	struct err e = { 0 };

	if (fs->config.admit(fs->config.arg, o, r, &e) == 0)
		return true;
	memcpy(fs->refused, e.text, sizeof(fs->refused));
	return false;
}

/* Threads that may pack for it. */
static unsigned
helpers_of(const struct flowset *fs)
{
	return fs->pack.crew != NULL ? packcrew_threads(fs->pack.crew) : 0;
}

static void
set_rules(struct flow *f, const struct flow_rules *r)
{
	struct flowset *fs = f->set;

	f->rules = *r;
	f->bulk = r->bulk;
	if (!r->adaptive || fs->paced)
		return;
	flowpace_init(&fs->pace, r->level, helpers_of(fs));
	fs->paced = true;
}

static void
on_opened(struct flowset *fs, struct linkstream *st)
{
	const struct linkopen *o = linkstream_open(st);
	struct flow_rules r = { .dedup = true, .compress = true,
	    .adaptive = true, .level = 1, .bulk = o->bulk };
	struct flow *f;
	int fd;

	if (!is_admitted(fs, o, &r)) {
		refuse(fs, st, FLOWREASON_DENIED);
		return;
	}
	fd = flowsocket_connect(&o->dest, &o->source, fs->config.mark);
	if (fd == -1) {
		refuse(fs, st, reason_of(errno, o));
		return;
	}
	flowsocket_prepare(fd);
	f = flow_new(fs, st, fd, true);
	if (f == NULL) {
		flowsocket_reset(fd);
		refuse(fs, st, FLOWREASON_RESOURCES);
		return;
	}
	f->by_peer = true;
	r.bulk = r.bulk || o->bulk;
	r.dedup = r.dedup && !o->alone;
	set_rules(f, &r);
}

/* ---- news ---- */

static void
on_news(struct flowset *fs, const struct linknews *n)
{
	struct flow *f;

	if ((n->what & LINKNEWS_OPENED) != 0)
		on_opened(fs, n->stream);
	/* Whoever was refused is nobody's any more. */
	if ((n->what & LINKNEWS_OPENED) != 0)
		return;
	f = linkstream_user(n->stream);
	if (f == NULL)
		return;
	if ((n->what & LINKNEWS_RESET) != 0) {
		flow_drop(f, flowreason_of_reset(n->reason));
		return;
	}
	if ((n->what & LINKNEWS_CLOSED) != 0) {
		flow_close(f);
		return;
	}
	if ((n->what & LINKNEWS_TAKEN) != 0)
		flowout_taken(f);
	if ((n->what & LINKNEWS_ASKED) != 0 &&
	    flowout_again(f) == FLOW_STEP_GONE)
		return;
	if ((n->what & (LINKNEWS_READABLE | LINKNEWS_ROOM |
	    LINKNEWS_BEGUN)) != 0)
		flow_run(f);
}

void
flowset_news(struct flowset *fs)
{
	struct linknews n;

	/* Who is called by admit need not look: that is within the loop below. */
	if (fs->depth > 0)
		return;
	flowset_enter(fs);
	while (linksession_news(fs->config.session, &n))
		on_news(fs, &n);
	flowset_leave(fs);
}

bool
flowset_adopt(struct flowset *fs, int fd, const struct linkopen *o,
    const struct flow_rules *r)
{
	struct linkopen open = *o;
	struct linkstream *st;
	struct flow *f;

	open.bulk = o->bulk || r->bulk;
	open.alone = o->alone || !r->dedup;
	st = linksession_open(fs->config.session, &open);
	if (st == NULL)
		return false;
	flowset_enter(fs);
	fs->owes_wake = true;
	f = flow_new(fs, st, fd, false);
	if (f == NULL) {
		refuse(fs, st, FLOWREASON_RESOURCES);
	} else {
		flowsocket_prepare(fd);
		set_rules(f, r);
	}
	flowset_leave(fs);
	return f != NULL;
}

void
flowset_hold(struct flowset *fs, bool on)
{
	if (fs->held == on)
		return;
	fs->held = on;
	if (on)
		return;
	flowset_enter(fs);
	LIST_EACH(&fs->all, it)
		flow_run(OBJ_OF(it, struct flow, in_all));
	flowset_leave(fs);
}

size_t
flowset_reset(struct flowset *fs, const char *application)
{
	size_t n = 0;

	flowset_enter(fs);
	LIST_EACH(&fs->all, it) {
		struct flow *f = OBJ_OF(it, struct flow, in_all);

		if (application != NULL && strcmp(application,
		    linkstream_open(f->stream)->application) != 0)
			continue;
		flow_reset(f, FLOWREASON_STOPPED);
		n++;
	}
	flowset_leave(fs);
	return n;
}

/* ---- birth and end ---- */

struct flowset *
flowset_new(const struct flowset_config *c)
{
	struct flowset *fs = mem_zalloc(1, sizeof(*fs));

	assert(c->block_max <= HISTORY_BLOCK_MAX);
	fs->magic = FLOWSET_MAGIC;
	fs->config = *c;
	if (c->block_max == 0)
		fs->config.block_max = FLOWSET_BLOCK;
	if (c->forming_max == 0)
		fs->config.forming_max = FLOWSET_FORMING;
	if (c->connect_ns == 0)
		fs->config.connect_ns = 30 * CLOCK_S;
	flowblocks_init(&fs->blocks, IDLE_MAX);
	flowpack_init(fs);
	flowpace_init(&fs->pace, 1, helpers_of(fs));
	/* A peer's next set goes on behind this one. */
	fs->next_id = (uint64_t)loop_now_ns(c->loop);
	list_init(&fs->all);
	list_init(&fs->busy);
	loop_timer_init(&fs->turn, c->loop, on_turn, fs);
	fs->encoded = mem_resize(NULL,
	    BLOCKHEAD_ENCODED_MAX(fs->config.block_max), 1);
	return fs;
}

void
flowset_free(struct flowset **pfs)
{
	struct flowset *fs = *pfs;

	*pfs = NULL;
	if (fs == NULL)
		return;
	OBJ_CHECK(fs, FLOWSET_MAGIC);
	assert(fs->depth == 0 && !fs->waking);
	LIST_EACH(&fs->all, it) {
		struct flow *f = OBJ_OF(it, struct flow, in_all);

		linkstream_set_user(f->stream, NULL);
		flow_drop(f, FLOWREASON_STOPPED);
	}
	flowpack_fini(fs);
	loop_timer_stop(&fs->turn);
	flowapps_fini(&fs->apps);
	flowblocks_fini(&fs->blocks);
	free(fs->encoded);
	fs->magic = 0;
	free(fs);
}

/* ---- what is seen from outside ---- */

static enum flow_state
state_of(const struct flow *f)
{
	if (f->connecting)
		return FLOW_CONNECTING;
	if (f->finished)
		return FLOW_HALF_LAN;
	return f->peer_at_end ? FLOW_HALF_WAN : FLOW_OPEN;
}

/* With the stalls that last. */
static void
counts_of(const struct flow *f, struct flow_counts *c)
{
	mono_ns now = loop_now_ns(f->set->config.loop);

	*c = f->counts;
	if (f->no_room_at != 0)
		c->stall_room_ns += now - f->no_room_at;
	if (f->no_reader_at != 0)
		c->stall_reader_ns += now - f->no_reader_at;
}

void
flowset_each(struct flowset *fs,
    void (*fn)(void *arg, const struct flowview *v), void *arg)
{
	LIST_EACH(&fs->all, it) {
		const struct flow *f = OBJ_OF(it, struct flow, in_all);
		struct flowview v = { .id = f->id, .open = &f->open,
		    .client = f->client, .by_peer = f->by_peer, .bulk = f->bulk,
		    .bypassing = f->guess.passing, .state = state_of(f),
		    .age_ns = loop_now_ns(fs->config.loop) - f->since,
		    .lan_rtt_us = flowsocket_rtt_us(f->fd) };

		counts_of(f, &v.counts);
		fn(arg, &v);
	}
}

void
flowset_each_app(struct flowset *fs,
    void (*fn)(void *arg, const struct flowapp *a), void *arg)
{
	const struct flowapp *a;
	size_t at = 0;

	while ((a = map_next(&fs->apps.by_name, &at, NULL)) != NULL) {
		struct flowapp sum = *a;
		struct flow_counts c;

		for (struct list *it = fs->all.next;
		    a->open > 0 && it != &fs->all; it = it->next) {
			const struct flow *f = OBJ_OF(it, struct flow, in_all);

			if (f->app != a)
				continue;
			counts_of(f, &c);
			flowapps_add(&sum.counts, &c);
		}
		fn(arg, &sum);
	}
}

size_t
flowset_count(const struct flowset *fs)
{
	return fs->count;
}

size_t
flowset_held(const struct flowset *fs)
{
	return fs->blocks.used + fs->blocks.idle + fs->pack.held;
}

int
flowset_level(const struct flowset *fs)
{
	return flowpace_level(&fs->pace);
}

const char *
flowset_refused(const struct flowset *fs)
{
	return fs->refused;
}
