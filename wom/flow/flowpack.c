/* wom/flow/flowpack.c - see flowpack.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowpack.h"

#include <sys/eventfd.h>

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/blockhead.h"
#include "wom/codec/encoder.h"
#include "wom/flow/flow.h"
#include "wom/flow/flowout.h"

/* What is under way at once for each helper: at it, waiting for it, back and not heard
 * of. */
#define SLOTS_EACH	4u

static void
strip(struct flowset *fs, struct flowpack_slot *s)
{
	if (s->encoded == NULL)
		return;
	free(s->encoded);
	free(s->packed);
	s->encoded = s->packed = NULL;
	fs->pack.held -= 2 * BLOCKHEAD_ENCODED_MAX(fs->config.block_max);
}

/* ---- what comes back ---- */

static void
finish(struct flowset *fs, struct flowpack_slot *s)
{
	const struct packcrew_job *j = &s->job;
	struct flow *f = s->flow;

	s->taken = false;
	s->flow = NULL;
	if (j->packed > 0)
		encoder_packed(fs->config.encoder, s->left,
		    s->left - (j->len - j->packed));
	if (f == NULL) {
		if (fs->count == 0)
			strip(fs, s);
		return;
	}
	f->packing--;
	s->cost.spent += j->spent;
	s->cost.elsewhere = j->spent;
	flowout_packed(f, s);
}

static void
on_bell(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct flowset *fs = arg;
	struct packcrew_job *j;
	uint64_t rung;

	(void)io;
	(void)events;
	flowset_enter(fs);
	(void)!read(fd, &rung, sizeof(rung));
	while ((j = packcrew_fetch(fs->pack.crew, &fs->pack.line)) != NULL)
		finish(fs, OBJ_OF(j, struct flowpack_slot, job));
	flowset_leave(fs);
}

/* ---- birth and end ---- */

void
flowpack_init(struct flowset *fs)
{
	struct flowpack *p = &fs->pack;
	struct packcrew *crew = fs->config.crew;

	p->line.bell = -1;
	list_init(&p->line.done);
	if (crew == NULL)
		return;
	p->line.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->line.bell != -1)
		p->io = loop_io_start(fs->config.loop, p->line.bell, LOOP_READ,
		    on_bell, fs);
	if (p->io == NULL) {
		flowpack_fini(fs);
		return;
	}
	p->crew = crew;
	p->slots = SLOTS_EACH * packcrew_threads(crew);
	if (p->slots > FLOWPACK_SLOTS)
		p->slots = FLOWPACK_SLOTS;
	for (unsigned i = 0; i < p->slots; i++) {
		list_init(&p->slot[i].job.node);
		p->slot[i].job.line = &p->line;
	}
}

void
flowpack_fini(struct flowset *fs)
{
	struct flowpack *p = &fs->pack;

	for (unsigned i = 0; i < p->slots; i++) {
		struct flowpack_slot *s = &p->slot[i];

		if (s->taken)
			packcrew_recall(p->crew, &s->job);
		strip(fs, s);
	}
	loop_io_stop(&p->io);
	if (p->line.bell != -1)
		(void)close(p->line.bell);
	p->line.bell = -1;
	p->slots = 0;
}

/* ---- slots ---- */

static void
furnish(struct flowset *fs, struct flowpack_slot *s)
{
	size_t cap = BLOCKHEAD_ENCODED_MAX(fs->config.block_max);

	s->encoded = mem_resize(NULL, cap, 1);
	s->packed = mem_resize(NULL, cap, 1);
	fs->pack.held += 2 * cap;
}

struct flowpack_slot *
flowpack_find(struct flowset *fs)
{
	struct flowpack *p = &fs->pack;

	if (p->crew == NULL || packcrew_is_full(p->crew))
		return NULL;
	for (unsigned i = 0; i < p->slots; i++) {
		struct flowpack_slot *s = &p->slot[i];

		if (s->taken)
			continue;
		if (s->encoded == NULL)
			furnish(fs, s);
		return s;
	}
	return NULL;
}

void
flowpack_give(struct flow *f, struct flowpack_slot *s, size_t len, int level)
{
	assert(!s->taken);
	s->taken = true;
	s->flow = f;
	f->packing++;
	s->job.level = level;
	s->job.in = s->encoded;
	s->job.len = len;
	s->job.out = s->packed;
	packcrew_give(f->set->pack.crew, &s->job);
}

void
flowpack_forget(struct flow *f)
{
	struct flowpack *p = &f->set->pack;

	for (unsigned i = 0; f->packing > 0 && i < p->slots; i++) {
		if (p->slot[i].flow != f)
			continue;
		p->slot[i].flow = NULL;
		f->packing--;
	}
}

void
flowpack_rest(struct flowset *fs)
{
	for (unsigned i = 0; i < fs->pack.slots; i++)
		if (!fs->pack.slot[i].taken)
			strip(fs, &fs->pack.slot[i]);
}
