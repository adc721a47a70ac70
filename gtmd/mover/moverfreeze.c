/* gtmd/mover/moverfreeze.c - see moverfreeze.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverfreeze.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "gtmd/mover/movercall.h"
#include "gtmd/mover/moverop.h"
#include "gtmd/mover/moverplace.h"

struct moverfreeze {
	unsigned	 magic;
#define MOVERFREEZE_MAGIC	0xf4ee2e01u
	const struct moverop_means *means;
	struct moverplace_way way;
	struct movercall *call;
	struct loop_timer due;
};

static void
on_called(void *arg, const struct movercall_result *r)
{
	struct moverfreeze *f = arg;

	(void)r;
	OBJ_CHECK(f, MOVERFREEZE_MAGIC);
	f->call = NULL;
}

static void
on_due(struct loop_timer *t, void *arg)
{
	struct moverfreeze *f = arg;
	const struct movercall_owner owner = { on_called, f };
	struct moverplace at;
	const struct movercall_ask ask = { .kind = MOVERPART_EIP_FREEZE,
	    .at = &at };
	struct err e;

	OBJ_CHECK(f, MOVERFREEZE_MAGIC);
	assert(t == &f->due);
	if (f->call == NULL && moverplace_find(store_model(f->means->store),
	    &f->way, &at, &e) == 0)
		f->call = movercall_start(f->means->fetcher, &ask, &owner);
}

struct moverfreeze *
moverfreeze_start(const struct moverop_means *means,
    const struct moverplace_way *way)
{
	struct moverfreeze *f = mem_zalloc(1, sizeof(*f));

	f->magic = MOVERFREEZE_MAGIC;
	f->means = means;
	f->way = *way;
	loop_timer_init(&f->due, means->loop, on_due, f);
	loop_timer_start(&f->due, MOVERFREEZE_AGAIN_MS, MOVERFREEZE_AGAIN_MS);
	return f;
}

void
moverfreeze_stop(struct moverfreeze **pf)
{
	struct moverfreeze *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, MOVERFREEZE_MAGIC);
	loop_timer_stop(&f->due);
	movercall_stop(&f->call);
	f->magic = 0;
	free(f);
}
