/* wom/peer/hub_door.c - the hub's door: its sockets, and which peer has come in.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/peer/hub_inner.h"
#include "wom/peer/mailbox.h"
#include "wom/peer/remote.h"
#include "wom/peer/whois.h"
#include "wom/tunnel/tunneldoor.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

/* ---- who has come ---- */

static uint64_t
refused_by_door(const struct hub *h)
{
	struct tunneldoor_counts c;
	uint64_t sum = 0;

	tunneldoor_read_counts(h->door, &c);
	for (size_t i = 0; i < TUNNELTLS_REFUSALS; i++)
		sum += c.refused[i];
	return sum;
}

static void
refuse(struct hub *h, const struct tunnelwire *w, enum tunneltls_refusal why)
{
	struct hub_door_counts *c = h->door_counts;
	char from[ADDR_TEXT_MAX];

	addr_format_port(tunnelwire_remote(w), from);
	c->refused[why]++;
	h->door_refused = refused_by_door(h);
	(void)snprintf(c->last, sizeof(c->last), "%s: %s: %s", from,
	    tunneltls_refusal_texts[why], tunnelwire_subject(w));
	log_at(LOG_WARNING, "wom", from, "refused",
	    "cause=%s subject=\"%s\"", tunneltls_refusal_names[why],
	    tunnelwire_subject(w));
}

/* Rules may have changed while hands were shaken: who was let in by the ones before
 * comes again, as those do who are recalled. */
static bool
is_late(const struct hub *h, const struct tunnelwire *w)
{
	return h->door_tls == NULL ||
	    !tunneltls_equal(h->door_tls, tunnelwire_rules(w));
}

/* Whose it is, and there it goes. */
static void
admit(struct hub *h, struct remote_letter *l)
{
	size_t count = h->names.count, i = 0;
	struct whois_peer *who = mem_zalloc(count + 1, sizeof(*who));
	struct hub_peer **peers = mem_zalloc(count + 1, sizeof(*peers));
	enum tunneltls_refusal why;
	int found;

	LIST_EACH(&h->peers, it) {
		peers[i] = OBJ_OF(it, struct hub_peer, node);
		who[i].setup = peers[i]->setup;
		if (peers[i]->view->has_print)
			who[i].seen = &peers[i]->view->print;
		i++;
	}
	found = whois_find(who, count, &tunnelwire_remote(l->wire)->addr,
	    tunnelwire_print(l->wire), h->allow_nat, &why);
	if (found >= 0) {
		h->door_counts->admitted++;
		remote_take(peers[found]->remote, l->wire);
		l->wire = NULL;
	} else {
		refuse(h, l->wire, why);
	}
	free(peers);
	free(who);
}

void
hub_door_arrived(struct hub *h, struct remote_letter *l)
{
	if (!is_late(h, l->wire))
		admit(h, l);
}

/* In the door's thread. */
static void
on_arrived(void *arg, struct tunnelwire *wire)
{
	struct hub *h = arg;
	struct remote_letter *l = mem_zalloc(1, sizeof(*l));

	l->wire = wire;
	mailbox_put(h->mailbox, l);
}

/* ---- rules ---- */

static void
on_due(struct loop_timer *t, void *arg)
{
	struct hub *h = arg;
	struct addr *peers = mem_zalloc(h->names.count + 1,
	    sizeof(*peers));
	int *fds = mem_zalloc(h->sock_count + 1, sizeof(*fds));
	struct tunneldoor_rules r = { .fds = fds, .fd_count = h->sock_count,
	    .tls = h->door_tls, .peers = peers, .strangers = h->allow_nat };

	(void)t;
	for (size_t i = 0; i < h->sock_count; i++)
		fds[i] = h->socks[i].fd;
	LIST_EACH(&h->peers, it) {
		const struct hub_peer *p = OBJ_OF(it, struct hub_peer, node);

		if (p->setup->enabled && p->setup->at.addr.family != 0)
			peers[r.peer_count++] = p->setup->at.addr;
	}
	tunneldoor_set(h->door, &r);
	free(fds);
	free(peers);
}

void
hub_door_due(struct hub *h)
{
	if (!loop_timer_running(&h->door_due))
		loop_timer_start_at(&h->door_due, loop_now_ns(h->config.loop));
}

bool
hub_door_begin(struct hub *h, struct err *e)
{
	const struct tunneldoor_config c = { .arrived = on_arrived, .arg = h };

	loop_timer_init(&h->door_due, h->config.loop, on_due, h);
	h->door_counts = mem_zalloc(1, sizeof(*h->door_counts));
	h->door_shown = mem_zalloc(1, sizeof(*h->door_shown));
	h->door = tunneldoor_new(&c, e);
	return h->door != NULL;
}

static void
close_sock(struct hub_sock *s)
{
	(void)close(s->fd);
	free(s->device);
}

void
hub_door_end(struct hub *h)
{
	loop_timer_stop(&h->door_due);
	tunneldoor_free(&h->door);
	for (size_t i = 0; i < h->sock_count; i++)
		close_sock(&h->socks[i]);
	free(h->socks);
	h->socks = NULL;
	h->sock_count = h->sock_room = 0;
	tunneltls_free(&h->door_tls);
	free(h->door_counts);
	free(h->door_shown);
}

/* ---- sockets ---- */

/* The i-th that d asks for; false: there are no more. */
static bool
wanted(const struct hub_door *d, size_t i, struct hub_sock *out)
{
	size_t devices = d->device_count > 0 ? d->device_count : 1;

	if (d->tls == NULL || i >= d->count * devices)
		return false;
	*out = (struct hub_sock){ .at = d->at[i / devices], .fd = -1 };
	if (d->device_count > 0)
		out->device = (char *)(uintptr_t)d->devices[i % devices];
	return true;
}

static bool
same_sock(const struct hub_sock *a, const struct hub_sock *b)
{
	if (!addr_equal(&a->at.addr, &b->at.addr) || a->at.port != b->at.port)
		return false;
	if (a->device == NULL || b->device == NULL)
		return a->device == b->device;
	return strcmp(a->device, b->device) == 0;
}

static bool
is_open(const struct hub *h, const struct hub_sock *s)
{
	for (size_t i = 0; i < h->sock_count; i++)
		if (same_sock(&h->socks[i], s))
			return true;
	return false;
}

static bool
is_wanted(const struct hub_door *d, const struct hub_sock *s)
{
	struct hub_sock other;

	for (size_t i = 0; wanted(d, i, &other); i++)
		if (same_sock(&other, s))
			return true;
	return false;
}

static int
open_sock(struct hub *h, const struct hub_sock *s, struct err *e)
{
	int fd = tunnelsock_listen(&s->at, s->device, e);

	if (fd < 0)
		return fd;
	h->socks = mem_grow(h->socks, &h->sock_room, h->sock_count + 1,
	    sizeof(*h->socks));
	h->socks[h->sock_count++] = (struct hub_sock){ .at = s->at,
	    .device = mem_strdup(s->device), .fd = fd };
	return 0;
}

static void
close_last(struct hub *h, size_t down_to)
{
	while (h->sock_count > down_to)
		close_sock(&h->socks[--h->sock_count]);
}

int
hub_door_prepare(struct hub *h, const struct hub_door *d, struct err *e)
{
	size_t before = h->sock_count;
	struct hub_sock s;
	int rc = 0;

	for (size_t i = 0; rc == 0 && wanted(d, i, &s); i++)
		if (!is_open(h, &s))
			rc = open_sock(h, &s, e);
	if (rc != 0)
		close_last(h, before);
	return rc;
}

static void
close_unwanted(struct hub *h, const struct hub_door *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->sock_count; i++) {
		if (is_wanted(d, &h->socks[i]))
			h->socks[kept++] = h->socks[i];
		else
			close_sock(&h->socks[i]);
	}
	h->sock_count = kept;
}

/* Who came in by other rules proves himself by these. */
static void
use_tls(struct hub *h, struct tunneltls *tls)
{
	bool same = h->door_tls != NULL && tls != NULL &&
	    tunneltls_equal(h->door_tls, tls);

	if (!same && h->door_tls != NULL)
		LIST_EACH(&h->peers, it)
			remote_recall(OBJ_OF(it, struct hub_peer,
			    node)->remote);
	tunneltls_free(&h->door_tls);
	if (tls != NULL)
		h->door_tls = tunneltls_share(tls);
}

int
hub_door_listen(struct hub *h, const struct hub_door *d, struct err *e)
{
	struct hub_sock s;
	int rc = 0;

	close_unwanted(h, d);
	for (size_t i = 0; wanted(d, i, &s); i++) {
		int one = is_open(h, &s) ? 0 : open_sock(h, &s,
		    rc == 0 ? e : NULL);

		rc = rc == 0 ? one : rc;
	}
	use_tls(h, d->tls);
	h->allow_nat = d->allow_nat;
	on_due(&h->door_due, h);
	return rc;
}

const struct hub_door_counts *
hub_door_counts(const struct hub *h)
{
	struct hub_door_counts *c = h->door_shown;
	struct tunneldoor_counts door;

	tunneldoor_read_counts(h->door, &door);
	*c = *h->door_counts;
	c->accepted = door.accepted;
	c->crowded = door.crowded;
	c->shaking = door.shaking;
	for (size_t i = 0; i < TUNNELTLS_REFUSALS; i++)
		c->refused[i] += door.refused[i];
	if (refused_by_door(h) > h->door_refused)
		memcpy(c->last, door.last, sizeof(c->last));
	return c;
}
