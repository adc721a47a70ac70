/* etherip/path/pathtunnel.c - see pathtunnel.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathtunnel.h"

#include <linux/virtio_net.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "etherip/frame/cutframe.h"
#include "etherip/frame/etheriphead.h"
#include "etherip/frame/ethframe.h"
#include "etherip/path/pathin.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathout.h"
#include "etherip/path/pathrule.h"
#include "etherip/path/wansock.h"

/* The loop takes so many notes at a time, and looks at others in between. */
#define NOTES_AT_ONCE	256

struct pathtunnel *
pathtunnel_new(unsigned member, const char *device, int taken, struct err *e)
{
	struct pathtunnel *t = mem_zalloc_lines(1, sizeof(*t));

	t->member = member;
	t->wan = t->heads = -1;
	t->up = true;
	if (tapdev_open(&t->tap, device, taken, e) == 0)
		return t;
	free(t);
	return NULL;
}

/* ---- notes ---- */

static void
take_notes(struct pathtunnel *t, struct pathnotes *notes)
{
	static uint8_t octets[PATHNOTE_OCTETS_MAX];	/* of the loop's thread */
	struct pathnote n;

	for (int i = 0; i < NOTES_AT_ONCE; i++) {
		if (!pathnote_take(notes, &n, octets))
			return;
		t->on_note(t->arg, t, &n, octets);
	}
	/* There may be more: to be called again. */
	pathnote_again(notes);
}

static void
on_notes(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct pathtunnel *t = arg;

	(void)fd;
	(void)events;
	for (int i = 0; i < 2; i++)
		if (t->io[i] == io) {
			pathnote_hush(t->notes[i]);
			take_notes(t, t->notes[i]);
			return;
		}
}

/* ---- threads ---- */

static size_t
room_of(int lane)
{
	return lane == PATHTUNNEL_OUT ? pathout_room() : pathin_room();
}

/* Some megabytes, of which the system gives only what is used. NULL: none. */
static void *
make_room(int lane)
{
	void *p = mmap(NULL, room_of(lane), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

static void
stop(struct pathtunnel *t)
{
	for (int i = 0; i < 2; i++)
		if (t->worker[i] != NULL)
			worker_stop(t->worker[i]);
	for (int i = 0; i < 2; i++) {
		worker_join(&t->worker[i]);
		loop_io_stop(&t->io[i]);
		pathnote_free(&t->notes[i]);
		if (t->lane[i].room != NULL)
			(void)munmap(t->lane[i].room, room_of(i));
		t->lane[i].room = NULL;
	}
}

static void
close_later(void *arg)
{
	(void)close((int)(intptr_t)arg);
}

/* Threads of other tunnels may have its number until their next batch. */
static void
disconnect(struct pathtunnel *t)
{
	stop(t);
	if (t->wan != -1)
		rcu_defer(close_later, (void *)(intptr_t)t->wan);
	if (t->heads != -1)
		(void)close(t->heads);
	t->wan = t->heads = -1;
}

void
pathtunnel_free(struct pathtunnel **pt, bool keep)
{
	struct pathtunnel *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	disconnect(t);
	tapdev_close(&t->tap, keep);
	free(t->rule);
	free(t);
}

void
pathtunnel_publish(struct pathtunnel *t, struct pathrule **r)
{
	struct pathrule *was;

	assert((*r)->member == t->member);
	was = RCU_SWAP(t->rule, *r);
	*r = NULL;
	if (was != NULL)
		rcu_defer(free, was);
}

static int
start_lane(struct pathtunnel *t, int i, struct err *e)
{
	struct worker_config c = { .cpu = WORKER_ANY_CPU,
	    .run = i == PATHTUNNEL_OUT ? pathout_run : pathin_run,
	    .arg = &t->lane[i] };
	char name[16];

	(void)snprintf(name, sizeof(name), "%s %.10s",
	    i == PATHTUNNEL_OUT ? "out" : "in", t->tap.name);
	c.name = name;
	t->notes[i] = pathnote_new();
	if (t->notes[i] == NULL)
		return err_sys(e, errno, "events of %s", t->tap.name);
	t->lane[i] = (struct pathlane){ .tap = t->tap.fd, .wan = t->wan,
	    .heads = t->heads,
	    .v6 = t->plan.local.family == AF_INET6, .rule = &t->rule,
	    .notes = t->notes[i], .count = &t->count[i],
	    .room = make_room(i) };
	if (t->lane[i].room == NULL)
		return err_sys(e, errno, "memory of %s", t->tap.name);
	t->io[i] = loop_io_start(t->loop, pathnote_fd(t->notes[i]), LOOP_READ,
	    on_notes, t);
	if (t->io[i] == NULL)
		return err_sys(e, errno, "events of %s", t->tap.name);
	t->worker[i] = worker_start(&c, e);
	return t->worker[i] != NULL ? 0 : e != NULL ? e->code : ERR_IO;
}

/* ---- the socket ---- */

static struct wansock_config
config_of(const struct vgroup_tunnel *p)
{
	return (struct wansock_config){ .local = p->local,
	    .remote = p->remote, .use_pmtu = p->use_pmtu,
	    .fragment = p->oversize != VGROUP_DROP,
	    .ipsec = p->protection == VGROUP_IPSEC };
}

static bool
is_same(const struct vgroup_tunnel *p, const struct vgroup_tunnel *q)
{
	const struct wansock_config a = config_of(p), b = config_of(q);

	return addr_equal(&a.local, &b.local) &&
	    addr_equal(&a.remote, &b.remote) &&
	    a.use_pmtu == b.use_pmtu && a.fragment == b.fragment && a.ipsec == b.ipsec;
}

int
pathtunnel_connect(struct pathtunnel *t, struct err *e)
{
	const struct wansock_config c = config_of(&t->plan);
	int rc = 0;

	assert(t->rule != NULL);
	if (t->wan != -1 && is_same(&t->plan, &t->used)) {
		(void)pathtunnel_look(t);
		return 0;
	}
	disconnect(t);
	t->wan = wansock_open(&c, e);
	if (t->wan < 0) {
		rc = t->wan;
		t->wan = -1;
		return rc;
	}
	if (!c.ipsec)
		t->heads = wansock_open_heads(&c, NULL);
	t->used = t->plan;
	(void)pathtunnel_look(t);
	for (int i = 0; rc == 0 && i < 2; i++)
		rc = start_lane(t, i, e);
	if (rc != 0)
		disconnect(t);
	return rc;
}

static void
note_lost(struct pathtunnel *t, const char *why)
{
	if (strcmp(t->lost, why) == 0)
		return;
	(void)snprintf(t->lost, sizeof(t->lost), "%s", why);
	log_at(*why != '\0' ? LOG_WARNING : LOG_NOTICE, "net", t->plan.name,
	    *why != '\0' ? "no-way" : "way", "%s", why);
}

bool
pathtunnel_look(struct pathtunnel *t)
{
	const struct wansock_config c = config_of(&t->plan);
	const struct wanroute led = t->route;
	uint16_t was = t->way;
	struct err e = { 0 };

	t->way = 0;
	/* Only the socket itself knows what IPsec takes of it. */
	if (t->wan != -1)
		t->way = c.ipsec ? wansock_mtu(t->wan, c.local.family) :
		    wansock_way(&c, &e);
	note_lost(t, e.text);
	/* Without a way what comes is still measured by the last one. */
	(void)wanroute_find(&c.local, &c.remote, &t->route);
	return t->way != was || memcmp(&t->route, &led, sizeof(led)) != 0;
}

void
pathtunnel_show(const struct pathtunnel *t)
{
	tapdev_carrier(&t->tap, t->up && t->wan != -1);
}

/* ---- frames of the loop's ---- */

static bool
send_piece(struct pathtunnel *t, uint8_t *head, const struct cutpiece *p)
{
	struct iovec part[2] = { { head, ETHERIPHEAD_OCTETS + p->head_len },
	    { (uint8_t *)(uintptr_t)p->body, p->body_len } };
	const struct msghdr m = { .msg_iov = part, .msg_iovlen = 2 };

	etheriphead_write(head);
	if (sendmsg(t->wan, &m, MSG_DONTWAIT) != -1)
		return true;
	/* What ICMP said of an earlier one is not this one's. */
	return errno == ECONNREFUSED && sendmsg(t->wan, &m, MSG_DONTWAIT) != -1;
}

unsigned
pathtunnel_send(struct pathtunnel *t, uint8_t *octets, size_t len, bool head)
{
	uint8_t first[ETHERIPHEAD_OCTETS + CUTFRAME_HEAD_MAX];
	struct virtio_net_hdr h = { 0 };
	size_t skip = head ? sizeof(h) : 0;
	struct ethframe f;
	struct cutframe c;
	struct cutpiece p;
	unsigned sent = 0;

	if (t->wan == -1 || len < skip)
		return 0;
	if (head)
		memcpy(&h, octets, sizeof(h));
	if (!ethframe_read(&f, octets + skip, len - skip) ||
	    !cutframe_start(&c, &h, &f, octets + skip, len - skip, 0))
		return 0;
	while (cutframe_next(&c, first + ETHERIPHEAD_OCTETS, &p))
		sent += send_piece(t, first, &p);
	return sent;
}
