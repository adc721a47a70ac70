/* etherip/control/netpair.c - see netpair.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netpair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/keyfile.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "etherip/control/netplan.h"
#include "etherip/pair/leaselink.h"

#define AGAIN_MS	2000

struct netpair {
	unsigned	 magic;
#define NETPAIR_MAGIC	0x9a12e701u
	struct netpair_config config;
	const struct netplan_pair *want;
	struct leaselink *link;
	bool		 quiet;		/* the end of a pair is no change of roles */
	struct loop_timer again;
	char		 why[ERR_TEXT_MAX];
};

static void
tell(const struct netpair *p, bool active)
{
	const struct lease *l = leaselink_lease(p->link);
	const char *why = lease_why_text(l->why);
	const char *role = active ? "active" : "standby";
	struct json *j;

	log_at(LOG_NOTICE, "net", "failover", "role", "role=%s cause=\"%s\"",
	    role, why);
	if (p->config.events == NULL)
		return;
	j = json_new_object();
	json_put_text(j, "role", role);
	json_put_text(j, "reason", why);
	restevents_add(p->config.events, "failover", &j);
}

static void
on_role(void *arg, bool active)
{
	struct netpair *p = arg;

	OBJ_CHECK(p, NETPAIR_MAGIC);
	if (p->quiet)
		return;
	p->config.role(p->config.arg, active);
	if (p->link != NULL)
		tell(p, active);
}

static void
on_body(void *arg, const uint8_t *octets, size_t len)
{
	const struct netpair *p = arg;

	p->config.body(p->config.arg, octets, len);
}

/* 0, or the code with why told. */
static int
read_config(struct netpair *p, struct leaselink_config *c)
{
	const struct netplan_pair *w = p->want;
	struct err e = { .text = "" };
	int rc;

	_Static_assert(KEYFILE_OCTETS == LEASEWIRE_KEY, "one for the other");
	*c = (struct leaselink_config){ .local = w->local, .peer = w->peer,
	    .port = w->port, .term_ms = w->lease_ms,
	    .level = w->prefers_active ? LEASE_PREFERRED :
	    w->prefers_standby ? LEASE_RATHER_NOT : LEASE_WILLING,
	    .role = on_role, .body = on_body, .arg = p };
	rc = keyfile_load(w->key_file, c->key, &e);
	if (strcmp(p->why, e.text) != 0 && rc != 0)
		log_at(LOG_ERROR, "net", "failover", "not-done", "%s", e.text);
	(void)snprintf(p->why, sizeof(p->why), "%s", e.text);
	return rc;
}

/* A key that cannot be read: the link goes on with what it has; none is begun. */
static void
apply(struct netpair *p)
{
	struct leaselink_config c;

	loop_timer_stop(&p->again);
	if (read_config(p, &c) != 0) {
		loop_timer_start(&p->again, AGAIN_MS, 0);
		return;
	}
	if (p->link != NULL && !leaselink_set(p->link, &c))
		leaselink_free(&p->link);
	if (p->link == NULL)
		p->link = leaselink_new(p->config.loop, &c);
	explicit_bzero(c.key, sizeof(c.key));
}

static void
on_again(struct loop_timer *timer, void *arg)
{
	struct netpair *p = arg;

	OBJ_CHECK(p, NETPAIR_MAGIC);
	(void)timer;
	apply(p);
}

struct netpair *
netpair_new(const struct netpair_config *c)
{
	struct netpair *p = mem_zalloc(1, sizeof(*p));

	p->magic = NETPAIR_MAGIC;
	p->config = *c;
	loop_timer_init(&p->again, c->loop, on_again, p);
	return p;
}

void
netpair_free(struct netpair **pp)
{
	struct netpair *p = *pp;

	if (p == NULL)
		return;
	OBJ_CHECK(p, NETPAIR_MAGIC);
	loop_timer_stop(&p->again);
	leaselink_free(&p->link);	/* whom it tells may look here */
	*pp = NULL;
	p->magic = 0;
	free(p);
}

void
netpair_set(struct netpair *p, const struct netplan_pair *want)
{
	bool was = netpair_is_on(p);

	OBJ_CHECK(p, NETPAIR_MAGIC);
	p->want = want;
	if (want->enabled) {
		if (!was)
			p->config.role(p->config.arg, false);
		apply(p);
		return;
	}
	loop_timer_stop(&p->again);
	p->why[0] = '\0';
	p->quiet = true;
	leaselink_free(&p->link);
	p->quiet = false;
	p->config.role(p->config.arg, true);
}

bool
netpair_is_on(const struct netpair *p)
{
	return p->want != NULL && (p->link != NULL ||
	    loop_timer_running(&p->again));
}

struct leaselink *
netpair_link(const struct netpair *p)
{
	OBJ_CHECK(p, NETPAIR_MAGIC);
	return p->link;
}

const char *
netpair_why(const struct netpair *p)
{
	OBJ_CHECK(p, NETPAIR_MAGIC);
	return p->why;
}
