/* monitors/probepipe.h - one end of the socket between gtmd and its prober: frames
 * in, octets out, as far as the other end takes them.
 *
 * The descriptor is non-blocking and the owner's. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_PROBEPIPE_H
#define MONITORS_PROBEPIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "monitors/probewire.h"

#define PROBEPIPE_READ_MAX	65536	/* octets a turn */

/* Whoever has something to say adds it to out. */
struct probepipe {
	int		 fd;		/* -1 = closed */
	struct loop_io	*io;
	struct strbuf	 in, out;
	size_t		 out_off;	/* octets of out that are gone */
};

enum probepipe_end {
	PROBEPIPE_OPEN,
	PROBEPIPE_ENDED,	/* the other end has closed, or is gone */
	PROBEPIPE_BAD		/* a frame makes no sense */
};

void probepipe_init(struct probepipe *p);
void probepipe_fini(struct probepipe *p);

/* Minds fd from here on; fn is called when there is something to read, or room to
 * write again. 0, or -1 with errno. */
int probepipe_open(struct probepipe *p, struct loop *l, int fd, loop_io_fn fn,
    void *arg);
/* What was said and heard is forgotten; fd stays as it is. */
void probepipe_close(struct probepipe *p);

/* Writes out, as much of it as there is room for; true when all is gone. An end
 * that is lost is told by reading. */
bool probepipe_write(struct probepipe *p);
/* After writing: to be told of room while something is left. */
void probepipe_mind(struct probepipe *p);
/* Reads once and hands on each whole frame; hear says false when it makes no
 * sense, and may not close the pipe. */
enum probepipe_end probepipe_read(struct probepipe *p,
    bool (*hear)(void *arg, const struct probewire_frame *f), void *arg);

#endif
