/* wom/peer/mailbox.c - see mailbox.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/mailbox.h"

#include <sys/eventfd.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"

struct node {
	struct node *next;
	void	*letter;
};

struct mailbox {
	unsigned	 magic;
#define MAILBOX_MAGIC	0x3a11b0c5u
	struct mailbox_config config;
	int		 bell;		/* eventfd */
	struct loop_io	*io;
	pthread_mutex_t	 lock;		/* guards the two below */
	struct node	*first, **last;
};

static struct node *
empty(struct mailbox *m)
{
	struct node *n;

	pthread_mutex_lock(&m->lock);
	n = m->first;
	m->first = NULL;
	m->last = &m->first;
	pthread_mutex_unlock(&m->lock);
	return n;
}

static void
on_bell(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct mailbox *m = arg;
	uint64_t rung;

	(void)io;
	(void)events;
	(void)!read(fd, &rung, sizeof(rung));
	for (struct node *n = empty(m), *next; n != NULL; n = next) {
		next = n->next;
		m->config.read(m->config.arg, n->letter);
		free(n);
	}
}

struct mailbox *
mailbox_new(const struct mailbox_config *c, struct err *e)
{
	struct mailbox *m = mem_zalloc(1, sizeof(*m));

	m->magic = MAILBOX_MAGIC;
	m->config = *c;
	m->last = &m->first;
	(void)pthread_mutex_init(&m->lock, NULL);
	m->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->bell != -1)
		m->io = loop_io_start(c->loop, m->bell, LOOP_READ, on_bell, m);
	if (m->io == NULL) {
		(void)err_sys(e, errno, "eventfd");
		mailbox_free(&m);
	}
	return m;
}

void
mailbox_free(struct mailbox **pm)
{
	struct mailbox *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MAILBOX_MAGIC);
	loop_io_stop(&m->io);
	if (m->bell != -1)
		(void)close(m->bell);
	for (struct node *n = empty(m), *next; n != NULL; n = next) {
		next = n->next;
		m->config.drop(n->letter);
		free(n);
	}
	(void)pthread_mutex_destroy(&m->lock);
	m->magic = 0;
	free(m);
}

void
mailbox_put(struct mailbox *m, void *letter)
{
	static const uint64_t one = 1;
	struct node *n = mem_zalloc(1, sizeof(*n));
	bool first;

	n->letter = letter;
	pthread_mutex_lock(&m->lock);
	first = m->first == NULL;
	*m->last = n;
	m->last = &n->next;
	pthread_mutex_unlock(&m->lock);
	if (first)
		(void)!write(m->bell, &one, sizeof(one));
}
