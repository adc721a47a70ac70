/* wom/lan/lanaccept.c - see lanaccept.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/lanaccept.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

struct lanaccept {
	unsigned	  magic;
#define LANACCEPT_MAGIC	0x1a9acce7u
	struct loop_io	 *io;
	struct loop_timer pause;
	lanaccept_fn	  fn;
	void		 *arg;
	uint64_t	 *starved;
	bool		  told;		/* that descriptors have run out */
	int		  fd;
};

static bool
is_shortage(int sys_errno)
{
	return sys_errno == EMFILE || sys_errno == ENFILE ||
	    sys_errno == ENOMEM || sys_errno == ENOBUFS;
}

/* Level-triggered, it would be told of the same connection at once. */
static void
stand_aside(struct lanaccept *a, int why)
{
	(*a->starved)++;
	if (!a->told)
		log_at(LOG_WARNING, "wom", "lan", "starved", "error=\"%s\"",
		    strerrordesc_np(why));
	a->told = true;
	loop_io_change(a->io, 0);
	loop_timer_start(&a->pause, LANACCEPT_PAUSE_MS, 0);
}

static void
on_pause_over(struct loop_timer *t, void *arg)
{
	struct lanaccept *a = arg;

	(void)t;
	OBJ_CHECK(a, LANACCEPT_MAGIC);
	loop_io_change(a->io, LOOP_READ);
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct lanaccept *a = arg;
	struct addrport from;
	int conn;

	(void)io;
	(void)events;
	OBJ_CHECK(a, LANACCEPT_MAGIC);
	for (unsigned i = 0; i < LANACCEPT_BURST; i++) {
		conn = sock_accept(fd, &from);
		if (conn == -1 && is_shortage(errno))
			stand_aside(a, errno);
		if (conn == -1 && errno == ECONNABORTED)
			continue;
		if (conn == -1)
			break;
		a->told = false;
		a->fn(a->arg, conn, &from);
	}
}

struct lanaccept *
lanaccept_start(struct loop *l, int fd, lanaccept_fn fn, void *arg,
    uint64_t *starved)
{
	struct lanaccept *a = mem_zalloc(1, sizeof(*a));

	a->magic = LANACCEPT_MAGIC;
	a->fd = fd;
	a->fn = fn;
	a->arg = arg;
	a->starved = starved;
	loop_timer_init(&a->pause, l, on_pause_over, a);
	a->io = loop_io_start(l, fd, LOOP_READ, on_ready, a);
	assert(a->io != NULL);	/* the kernel refuses no socket of ours */
	return a;
}

void
lanaccept_stop(struct lanaccept **ap)
{
	struct lanaccept *a = *ap;

	*ap = NULL;
	if (a == NULL)
		return;
	OBJ_CHECK(a, LANACCEPT_MAGIC);
	loop_timer_stop(&a->pause);
	loop_io_stop(&a->io);
	(void)close(a->fd);
	a->magic = 0;
	free(a);
}
