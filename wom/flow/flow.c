/* wom/flow/flow.c - see flow.h. Layer: wom/flow. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flow.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/sock.h"
#include "wom/codec/encoder.h"
#include "wom/flow/flowended.h"
#include "wom/flow/flowin.h"
#include "wom/flow/flowout.h"
#include "wom/flow/flowshare.h"
#include "wom/flow/flowsocket.h"
#include "wom/link/linksession.h"

/* A flow that is not bulk makes so many steps at once before it waits its turn. */
#define STEPS_AT_ONCE	4

/* ---- stalls ---- */

void
flow_stall(const struct flow *f, mono_ns *since)
{
	if (*since == 0)
		*since = loop_now_ns(f->set->config.loop);
}

void
flow_unstall(const struct flow *f, mono_ns *since, uint64_t *sum)
{
	if (*since == 0)
		return;
	*sum += loop_now_ns(f->set->config.loop) - *since;
	*since = 0;
}

/* ---- steps ---- */

enum flow_step
flow_step(struct flow *f)
{
	enum flow_step in, out;

	if (f->connecting)
		return FLOW_STEP_RESTS;
	in = flowin_step(f);
	if (in == FLOW_STEP_GONE)
		return in;
	out = flowout_step(f);
	return out == FLOW_STEP_RESTS ? in : out;
}

static void
queue(struct flow *f)
{
	if (!list_empty(&f->in_busy))
		return;
	list_append(&f->set->busy, &f->in_busy);
	if (!loop_timer_running(&f->set->turn))
		loop_timer_start(&f->set->turn, 0, 0);
}

void
flow_run(struct flow *f)
{
	/* One that waits its turn has much to do. */
	if (f->bulk || !list_empty(&f->in_busy)) {
		queue(f);
		return;
	}
	for (int i = 0; i < STEPS_AT_ONCE; i++)
		if (flow_step(f) != FLOW_STEP_MORE)
			return;
	queue(f);
}

/* ---- the socket ---- */

/* What has become of the connection to the destination; last: it is waited for no
 * longer. */
static void
look_connected(struct flow *f, bool last)
{
	int rc = sock_connected(f->fd);

	if (rc == EINPROGRESS && !last)
		return;
	if (rc != 0) {
		flow_reset(f, rc == EINPROGRESS ? FLOWREASON_TIMEOUT :
		    flowreason_of_errno(rc));
		return;
	}
	f->connecting = false;
	loop_timer_stop(&f->patience);
	f->writable = f->readable = true;
	flow_run(f);
}

/* Told by edges: what is ready stays so until the system says otherwise. One that is
 * told again of what it has not used may have been reset, which it would not see as
 * long as it neither reads nor writes. */
static void
on_ready(struct flow *f, unsigned events)
{
	bool again = (f->readable && (events & LOOP_READ) != 0) ||
	    (f->writable && (events & LOOP_WRITE) != 0);
	int rc = again ? sock_error(f->fd) : 0;

	if (rc != 0) {
		flow_reset(f, flowreason_of_errno(rc));
		return;
	}
	if ((events & LOOP_READ) != 0)
		f->readable = true;
	if ((events & LOOP_WRITE) != 0)
		f->writable = true;
	flow_run(f);
}

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct flow *f = arg;
	struct flowset *fs = f->set;

	(void)io;
	OBJ_CHECK(f, FLOW_MAGIC);
	assert(fd == f->fd);
	flowset_enter(fs);
	if (f->connecting)
		look_connected(f, false);
	else
		on_ready(f, events);
	flowset_leave(fs);
}

static void
on_patience(struct loop_timer *t, void *arg)
{
	struct flow *f = arg;
	struct flowset *fs = f->set;

	(void)t;
	flowset_enter(fs);
	/* It may stand since a moment of which the loop has not told yet. */
	look_connected(f, true);
	flowset_leave(fs);
}

/* ---- birth ---- */

/* At the near end who has connected; at the far one who that was, if it is told. */
static void
know_client(struct flow *f)
{
	struct addrport peer;

	f->client = f->open.source.addr;
	if (f->connecting)
		return;
	sock_peer(f->fd, &peer);
	f->client = peer.addr;
}

struct flow *
flow_new(struct flowset *fs, struct linkstream *st, int fd, bool connecting)
{
	struct flow *f = mem_zalloc(1, sizeof(*f));

	f->magic = FLOW_MAGIC;
	f->set = fs;
	f->stream = st;
	f->open = *linkstream_open(st);
	f->fd = fd;
	f->connecting = connecting;
	know_client(f);
	f->since = loop_now_ns(fs->config.loop);
	list_init(&f->in_all);
	list_init(&f->in_busy);
	list_init(&f->kept);
	loop_timer_init(&f->patience, fs->config.loop, on_patience, f);
	f->io = loop_io_start(fs->config.loop, fd,
	    LOOP_READ | LOOP_WRITE | LOOP_EDGE, on_io, f);
	if (f->io == NULL) {
		free(f);
		return NULL;
	}
	if (connecting)
		loop_timer_start_at(&f->patience,
		    f->since + fs->config.connect_ns);
	f->id = fs->next_id++;
	f->domain = encoder_domain(fs->config.encoder, f->open.domain);
	f->app = flowapps_get(&fs->apps, f->open.application);
	f->app->opened++;
	f->app->open++;
	list_append(&fs->all, &f->in_all);
	fs->count++;
	linkstream_set_user(st, f);
	linkstream_watch(st);
	return f;
}

/* ---- the end ---- */

static void
free_blocks(struct flow *f)
{
	struct flowblocks *p = &f->set->blocks;

	f->set->forming -= f->formed;
	flowpack_forget(f);
	flowblocks_put(p, &f->forming);
	flowblocks_put(p, &f->rest);
	flowshare_forget(f);
	LIST_EACH(&f->kept, it) {
		struct flowblock *b = OBJ_OF(it, struct flowblock, node);

		list_remove(&b->node);
		flowblocks_put(p, &b);
	}
}

/* All but the socket. */
static void
bury(struct flow *f, enum flowreason r)
{
	flow_unstall(f, &f->no_room_at, &f->counts.stall_room_ns);
	flow_unstall(f, &f->no_reader_at, &f->counts.stall_reader_ns);
	flowapps_add(&f->app->counts, &f->counts);
	if (f->set->config.ended != NULL)
		flowended_add(f->set->config.ended, &(struct flowended){
		    .id = f->id, .since = f->since, .open = f->open,
		    .client = f->client, .counts = f->counts });
	f->app->open--;
	f->app->ended[flowreason_index(r)]++;
	free_blocks(f);
	loop_timer_stop(&f->patience);
	list_remove(&f->in_all);
	list_remove(&f->in_busy);
	if (--f->set->count == 0)
		flowpack_rest(f->set);
	f->magic = 0;
	free(f);
}

void
flow_close(struct flow *f)
{
	loop_io_stop(&f->io);
	flowsocket_close(f->fd);
	flowout_taken(f);
	bury(f, FLOWREASON_NONE);
}

void
flow_drop(struct flow *f, enum flowreason r)
{
	loop_io_stop(&f->io);
	flowsocket_reset(f->fd);
	bury(f, r);
}

void
flow_reset(struct flow *f, enum flowreason r)
{
	linksession_reset(f->set->config.session, f->stream, (uint32_t)r);
	f->set->owes_wake = true;
	flow_drop(f, r);
}
