/* gtmd/serve/listeners.c - see listeners.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/listeners.h"

#include <assert.h>
#include <libgen.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/tls.h"
#include "core/model/draft.h"
#include "gtmd/serve/dnstcp.h"
#include "gtmd/serve/dnsudp.h"
#include "gtmd/serve/inherit.h"
#include "gtmd/serve/listenmanner.h"
#include "gtmd/serve/tcpstream.h"
#include "gtmd/serve/xdpport.h"
#include "gtmd/serve/xdpports.h"
#include "gtmd/serve/xdpwish.h"
#include "gtmd/types/listener.h"
#include "gtmd/types/settings.h"

/* One open listener. */
struct ear {
	struct addrport	 local;
	enum listener_proto proto;
	struct dnsudp	*udp;		/* NULL for TCP */
	struct tcpmanner manner;	/* its proxies; tls is with tcp */
	struct tcpmanner next;		/* of the draft being prepared */
	bool		 wanted;	/* by the draft being prepared */
	bool		 fresh;		/* opened by it */
};

/* How UDP threads run: gtm global-settings dns, resolved. */
struct manner {
	unsigned	threads, batch, coalesce_us;
	int		rcvbuf;
	int		cpus[CPU_SETSIZE];
	size_t		cpu_count;
};

struct listeners {
	unsigned	 magic;
#define LISTENERS_MAGIC	0x11573e25u
	const struct world *world;
	char		*base_dir;
	struct dnstcp	*tcp;
	struct xdpports	*xdp;		/* beside the ears' own sockets */
	struct xdpwishes wishes;	/* of the draft being prepared */
	struct ear	*ears;
	size_t		 count, room;
	struct manner	 now, next;
	struct inherit	*heirloom;	/* NULL = bind all */
	bool		 reread;	/* the next prepare trusts no old file */
	bool		 untouched;	/* by the draft being prepared */
	bool		 running;
	bool		 guest;		/* another process still answers */
};

struct listeners *
listeners_new(const struct world *world, const char *config_path,
    struct err *e)
{
	struct listeners *l = mem_zalloc(1, sizeof(*l));
	char *copy;

	l->magic = LISTENERS_MAGIC;
	l->world = world;
	l->tcp = dnstcp_new(world, e);
	if (l->tcp == NULL) {
		free(l);
		return NULL;
	}
	copy = mem_strdup(config_path);
	l->base_dir = mem_strdup(dirname(copy));
	free(copy);
	l->xdp = xdpports_new(world);
	return l;
}

void
listeners_follow(struct listeners *l, struct loop *loop)
{
	OBJ_CHECK(l, LISTENERS_MAGIC);
	xdpports_follow(l->xdp, loop);
}

void
listeners_reread(struct listeners *l)
{
	l->reread = true;
}

static void
ear_close(struct listeners *l, struct ear *ear)
{
	if (ear->proto == LISTENER_TCP)
		dnstcp_unlisten(l->tcp, &ear->local);
	dnsudp_close(&ear->udp);
	tls_free(&ear->next.tls);
}

void
listeners_free(struct listeners **pl)
{
	struct listeners *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LISTENERS_MAGIC);
	xdpports_free(&l->xdp);
	xdpwish_fini(&l->wishes);
	for (size_t i = 0; i < l->count; i++)
		ear_close(l, &l->ears[i]);
	dnstcp_close(&l->tcp);
	free(l->ears);
	free(l->base_dir);
	l->magic = 0;
	free(l);
}

/* The CPUs of the setting, each one that this process may use. */
static int
manner_cpus(struct manner *m, const struct settings_dns *s, struct diag *out)
{
	cpu_set_t may;
	int rc = 0;

	CPU_ZERO(&may);
	(void)sched_getaffinity(0, sizeof(may), &may);
	for (size_t i = 0; i < s->cpu_affinity.count; i++) {
		unsigned long cpu = strtoul(s->cpu_affinity.v[i], NULL, 10);

		if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &may))
			rc = diag_error(out, &s->obj.pos, ERR_RANGE,
			    "global-settings dns: cpu-affinity: CPU %s is not "
			    "one that this process may use",
			    s->cpu_affinity.v[i]);
		else
			m->cpus[m->cpu_count++] = (int)cpu;
	}
	if (m->threads > DNSUDP_THREADS_MAX)
		m->threads = DNSUDP_THREADS_MAX;
	return rc;
}

static int
manner_read(struct manner *m, const struct draft *d, struct diag *out)
{
	const struct settings_dns *s = (const struct settings_dns *)
	    draft_find(d, &settings_dns_type, NULL);

	*m = (struct manner){
		.threads = settings_dns_threads(s),
		.batch = s->batch,
		.rcvbuf = (int)s->udp_receive_buffer,
		.coalesce_us = s->udp_coalesce_us,
	};
	return manner_cpus(m, s, out);
}

static struct dnsudp_config
manner_config(const struct listeners *l, const struct manner *m,
    const struct ear *ear)
{
	return (struct dnsudp_config){
		.world = l->world,
		.local = ear->local,
		.threads = m->threads,
		.batch = m->batch,
		.rcvbuf = m->rcvbuf,
		.cpus = m->cpus,
		.cpu_count = m->cpu_count,
		.coalesce_us = m->coalesce_us,
		.proxies = &ear->manner.proxies,
	};
}

static struct ear *
ear_find(struct listeners *l, const struct addrport *local,
    enum listener_proto proto)
{
	for (size_t i = 0; i < l->count; i++) {
		struct ear *ear = &l->ears[i];

		if (ear->proto == proto && ear->local.port == local->port &&
		    addr_equal(&ear->local.addr, &local->addr))
			return ear;
	}
	return NULL;
}

static int
ear_open(struct listeners *l, struct ear *ear, struct err *e)
{
	bool tcp = ear->proto == LISTENER_TCP;
	struct dnsudp_config c;
	int fds[DNSUDP_THREADS_MAX];
	size_t n = inherit_take(l->heirloom, tcp, &ear->local, fds, tcp ? 1 :
	    OBJ_COUNT(fds));

	if (tcp && n > 0) {
		dnstcp_inherit(l->tcp, &ear->local, fds[0], &ear->next);
		return 0;
	}
	if (tcp)
		return dnstcp_listen(l->tcp, &ear->local, &ear->next, e);
	ear->manner.proxies = ear->next.proxies;
	c = manner_config(l, &l->next, ear);
	c.fds = fds;
	c.fd_count = (unsigned)n;
	ear->udp = dnsudp_open(&c, e);
	return ear->udp != NULL ? 0 : e->code;
}

static int
want(struct listeners *l, const struct listener *cfg, struct diag *out)
{
	struct ear ear = {
		.local = { cfg->address, (uint16_t)cfg->port },
		.proto = (enum listener_proto)cfg->proto,
		.wanted = true, .fresh = true,
	};
	struct ear *had = ear_find(l, &ear.local, ear.proto);
	struct err e = { 0 };
	int rc;

	if ((rc = listenmanner_read(&ear.next, cfg, l->base_dir, out)) != 0)
		return rc;
	if (had != NULL) {
		had->wanted = true;
		had->next = ear.next;
		return 0;
	}
	if (ear_open(l, &ear, &e) != 0) {
		tls_free(&ear.next.tls);
		(void)err_wrap(&e, "listener %s", cfg->obj.name);
		return diag_err(out, &cfg->obj.pos, &e);
	}
	l->ears = mem_grow(l->ears, &l->room, l->count + 1, sizeof(*l->ears));
	l->ears[l->count++] = ear;
	return 0;
}

int
listeners_prepare(struct listeners *l, const struct draft *d, struct diag *out)
{
	const struct object *o;
	size_t at = 0;
	int rc;

	OBJ_CHECK(l, LISTENERS_MAGIC);
	l->untouched = !l->reread && !draft_touches(d, &listener_type) &&
	    !draft_touches(d, &settings_dns_type);
	if (l->untouched)
		return 0;
	l->reread = false;
	rc = manner_read(&l->next, d, out);
	while ((o = draft_next(d, &listener_type, &at)) != NULL) {
		const struct listener *cfg = (const struct listener *)o;
		int r = cfg->enabled ? want(l, cfg, out) : 0;

		if (cfg->enabled && cfg->proto == LISTENER_UDP)
			xdpwish_add(&l->wishes, cfg);

		rc = rc != 0 ? rc : r;
	}
	if (rc != 0)
		listeners_settle(l, false);
	return rc;
}

static void
ear_log(const struct ear *ear, enum log_level level, const char *event,
    const char *cause)
{
	char text[ADDR_TEXT_MAX];

	log_at(level, "gtmd", ear->proto == LISTENER_TCP ? "listener tcp" :
	    "listener udp", event, "address=%s%s%s",
	    addr_format_port(&ear->local, text), *cause != '\0' ? " cause=" : "",
	    cause);
}

static int
ear_start(struct listeners *l, struct ear *ear, struct err *e)
{
	(void)l;
	if (ear->udp == NULL)
		return 0;
	return dnsudp_start(ear->udp, e);
}

/* A listener that stays takes up what the draft says of proxies and files.
 * Returns true when its UDP threads have to be told. */
static bool
ear_renew(struct listeners *l, struct ear *ear)
{
	bool other = memcmp(&ear->manner.proxies, &ear->next.proxies,
	    sizeof(ear->next.proxies)) != 0;

	ear->manner.proxies = ear->next.proxies;
	if (ear->proto == LISTENER_TCP && !ear->fresh)
		dnstcp_change(l->tcp, &ear->local, &ear->next);
	return other;
}

/* Brings one listener that stays to the new manner. Its old threads go on when
 * the system refuses, and a person is told. */
static void
ear_adjust(struct listeners *l, struct ear *ear, bool changed)
{
	bool other = ear_renew(l, ear);
	struct dnsudp_config c = manner_config(l, &l->now, ear);
	struct err e = { 0 };
	int rc = 0;

	if (ear->fresh && l->running)
		rc = ear_start(l, ear, &e);
	else if (!ear->fresh && (changed || other) && ear->udp != NULL &&
	    l->running)
		rc = dnsudp_adjust(ear->udp, &c, &e);
	if (ear->fresh)
		ear_log(ear, LOG_INFO, "opened", "");
	if (rc != 0)
		ear_log(ear, LOG_ERROR, "threads", e.text);
	ear->wanted = ear->fresh = false;
}

/* Before a listener closes, so that nothing is taken for it any more. */
static void
settle_xdp(struct listeners *l, bool made)
{
	const struct xdpport_manner m = {
		.threads = l->now.threads, .batch = l->now.batch,
		.coalesce_us = l->now.coalesce_us, .cpus = l->now.cpus,
		.cpu_count = l->now.cpu_count,
	};

	if (made)
		xdpports_wish(l->xdp, &l->wishes, &m);
	xdpwish_fini(&l->wishes);
}

void
listeners_settle(struct listeners *l, bool made)
{
	bool changed = memcmp(&l->now, &l->next, sizeof(l->now)) != 0;
	size_t kept = 0;

	OBJ_CHECK(l, LISTENERS_MAGIC);
	if (l->untouched)
		return;
	if (made)
		l->now = l->next;
	settle_xdp(l, made);
	for (size_t i = 0; i < l->count; i++) {
		struct ear *ear = &l->ears[i];

		if (made ? !ear->wanted : ear->fresh) {
			if (made)
				ear_log(ear, LOG_INFO, "closed", "");
			ear_close(l, ear);
			continue;
		}
		if (made)
			ear_adjust(l, ear, changed);
		tls_free(&ear->next.tls);
		ear->wanted = false;
		l->ears[kept++] = *ear;
	}
	l->count = kept;
}

int
listeners_start(struct listeners *l, struct err *e)
{
	int rc;

	OBJ_CHECK(l, LISTENERS_MAGIC);
	assert(!l->running);
	for (size_t i = 0; i < l->count; i++)
		if ((rc = ear_start(l, &l->ears[i], e)) != 0)
			return rc;
	l->running = true;
	if (!l->guest)
		xdpports_start(l->xdp);
	return dnstcp_start(l->tcp, e);
}

void
listeners_inherit(struct listeners *l, struct inherit *from)
{
	OBJ_CHECK(l, LISTENERS_MAGIC);
	l->heirloom = from;
	l->guest = l->guest || from != NULL;
}

void
listeners_own(struct listeners *l)
{
	OBJ_CHECK(l, LISTENERS_MAGIC);
	assert(l->running);
	l->heirloom = NULL;
	l->guest = false;
	for (size_t i = 0; i < l->count; i++) {
		struct ear *ear = &l->ears[i];
		struct dnsudp_config c = manner_config(l, &l->now, ear);
		struct err e = { 0 };

		if (ear->udp != NULL && dnsudp_adjust(ear->udp, &c, &e) != 0)
			ear_log(ear, LOG_ERROR, "threads", e.text);
	}
	xdpports_start(l->xdp);
}

void
listeners_lend(const struct listeners *l, struct inherit *to)
{
	OBJ_CHECK(l, LISTENERS_MAGIC);
	for (size_t i = 0; i < l->count; i++) {
		const struct ear *ear = &l->ears[i];
		unsigned n = 0;
		const int *fds;

		if (ear->proto == LISTENER_TCP) {
			inherit_add(to, true, &ear->local,
			    dnstcp_fd(l->tcp, &ear->local));
			continue;
		}
		fds = dnsudp_fds(ear->udp, &n);
		for (unsigned k = 0; k < n; k++)
			inherit_add(to, false, &ear->local, fds[k]);
	}
}

void
listeners_leave(struct listeners *l, void (*gone)(void *arg), void *arg)
{
	OBJ_CHECK(l, LISTENERS_MAGIC);
	xdpports_stop(l->xdp);
	dnstcp_leave(l->tcp, gone, arg);
	for (size_t i = 0; i < l->count; i++)
		dnsudp_leave(&l->ears[i].udp);
	l->count = 0;
}

size_t
listeners_count(const struct listeners *l)
{
	return l->count;
}
