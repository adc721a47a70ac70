/* monitors/probepipe.c - see probepipe.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probepipe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
probepipe_init(struct probepipe *p)
{
	*p = (struct probepipe){ .fd = -1 };
	strbuf_init(&p->in);
	strbuf_init(&p->out);
}

void
probepipe_fini(struct probepipe *p)
{
	probepipe_close(p);
	strbuf_fini(&p->in);
	strbuf_fini(&p->out);
}

int
probepipe_open(struct probepipe *p, struct loop *l, int fd, loop_io_fn fn,
    void *arg)
{
	p->io = loop_io_start(l, fd, LOOP_READ, fn, arg);
	if (p->io == NULL)
		return -1;
	p->fd = fd;
	return 0;
}

void
probepipe_close(struct probepipe *p)
{
	loop_io_stop(&p->io);
	p->fd = -1;
	strbuf_clear(&p->in);
	strbuf_clear(&p->out);
	p->out_off = 0;
}

bool
probepipe_write(struct probepipe *p)
{
	while (p->out_off < p->out.len) {
		ssize_t n = write(p->fd, p->out.text + p->out_off,
		    p->out.len - p->out_off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p->out_off += (size_t)n;
	}
	strbuf_clear(&p->out);
	p->out_off = 0;
	return true;
}

void
probepipe_mind(struct probepipe *p)
{
	loop_io_change(p->io, p->out.len > 0 ? LOOP_READ | LOOP_WRITE :
	    LOOP_READ);
}

enum probepipe_end
probepipe_read(struct probepipe *p,
    bool (*hear)(void *arg, const struct probewire_frame *f), void *arg)
{
	char octets[PROBEPIPE_READ_MAX];
	struct probewire_frame f;
	ssize_t n = read(p->fd, octets, sizeof(octets));
	size_t off = 0;
	long len;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return PROBEPIPE_OPEN;
	if (n <= 0)
		return PROBEPIPE_ENDED;
	strbuf_add_len(&p->in, octets, (size_t)n);
	while ((len = probewire_next(p->in.text + off, p->in.len - off,
	    &f)) > 0) {
		if (!hear(arg, &f))
			return PROBEPIPE_BAD;
		off += (size_t)len;
	}
	p->in.len -= off;
	memmove(p->in.text, p->in.text + off, p->in.len);
	return len == 0 ? PROBEPIPE_OPEN : PROBEPIPE_BAD;
}
