/* core/rest/restclients.c - see restclients.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restclients.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

#define SWEEP_MS	1000

static void
on_sweep(struct loop_timer *t, void *arg)
{
	struct restclients *c = arg;
	mono_ns now = loop_now_ns(c->loop);

	(void)t;
	LIST_EACH(&c->all, n) {
		const struct restclient *x = OBJ_OF(n, struct restclient, node);

		if (!c->patient &&
		    now - x->since > RESTCLIENTS_REQUEST_MS * CLOCK_MS)
			(void)shutdown(x->fd, SHUT_RDWR);
	}
	if (!list_empty(&c->all))
		loop_timer_start(&c->sweep, SWEEP_MS, 0);
}

void
restclients_init(struct restclients *c, struct loop *l)
{
	*c = (struct restclients){ .loop = l };
	list_init(&c->all);
	loop_timer_init(&c->sweep, l, on_sweep, c);
}

void
restclients_fini(struct restclients *c)
{
	loop_timer_stop(&c->sweep);
}

struct restclient *
restclients_add(struct restclients *c, int fd)
{
	struct restclient *x = mem_zalloc(1, sizeof(*x));

	x->fd = fd;
	x->since = loop_now_ns(c->loop);
	list_append(&c->all, &x->node);
	if (!loop_timer_running(&c->sweep))
		loop_timer_start(&c->sweep, SWEEP_MS, 0);
	return x;
}

void
restclients_remove(struct restclient **px)
{
	struct restclient *x = *px;

	*px = NULL;
	list_remove(&x->node);
	free(x);
}

void
restclients_answered(const struct restclients *c, struct restclient *x)
{
	x->since = loop_now_ns(c->loop);
}

void
restclients_wait(struct restclients *c, bool patient)
{
	c->patient = patient;
	LIST_EACH(&c->all, n)
		restclients_answered(c, OBJ_OF(n, struct restclient, node));
}
