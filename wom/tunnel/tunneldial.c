/* wom/tunnel/tunneldial.c - see tunneldial.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunneldial.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "wom/tunnel/tunnelshake.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

struct tunneldial {
	unsigned	 magic;
#define TUNNELDIAL_MAGIC 0x7e1d1a1au
	struct tunneldial_config config;
	char		*congestion;
	struct tunnelshake *calls[TUNNELDIAL_MAX];
	size_t		 under_way, lacking;
	uint64_t	 count;
	unsigned	 failures;	/* in a row */
	bool		 proven;	/* the last one was good */
	bool		 told;		/* that the kernel has no such congestion */
	struct loop_timer again;
	struct rand	 rand;
};

/* ---- waiting ---- */

/* Half of it is chance. */
static dur_ns
wait_of(struct tunneldial *d)
{
	dur_ns wait = TUNNELDIAL_WAIT_MIN;

	for (unsigned i = 1; i < d->failures && wait < TUNNELDIAL_WAIT_MAX; i++)
		wait *= 2;
	if (wait > TUNNELDIAL_WAIT_MAX)
		wait = TUNNELDIAL_WAIT_MAX;
	return wait / 2 + rand_u64(&d->rand) % (wait / 2);
}

static void
call_later(struct tunneldial *d)
{
	d->proven = false;
	/* Several that fail together are one failure. */
	if (loop_timer_running(&d->again))
		return;
	d->failures++;
	loop_timer_start_at(&d->again,
	    loop_now_ns(d->config.loop) + wait_of(d));
}

static void
call_now(struct tunneldial *d)
{
	if (!loop_timer_running(&d->again))
		loop_timer_start_at(&d->again, loop_now_ns(d->config.loop));
}

/* ---- calls ---- */

static void
failed(struct tunneldial *d, enum tunneltls_refusal refusal, const char *why)
{
	char text[256], to[ADDR_TEXT_MAX];

	(void)snprintf(text, sizeof(text), "%s: %s",
	    addr_format_port(&d->config.to, to), why);
	call_later(d);
	d->config.failed(d->config.arg, refusal, text);
}

static void
on_end(void *arg, struct tunnelshake *s, const struct tunnelshake_end *end)
{
	struct tunneldial *d = arg;
	size_t i = 0;

	while (d->calls[i] != s)
		i++;
	d->calls[i] = NULL;
	d->under_way--;
	if (end->wire != NULL)
		d->config.answered(d->config.arg, end->wire);
	else
		failed(d, end->refusal, end->why);
}

static void
tune(struct tunneldial *d, int fd)
{
	char to[ADDR_TEXT_MAX];

	if (tunnelsock_tune(fd, d->congestion) || d->told)
		return;
	d->told = true;
	log_at(LOG_WARNING, "wom", addr_format_port(&d->config.to, to),
	    "congestion-control", "wanted=%s why=\"the kernel has it not, the "
	    "system's own is used\"", d->congestion);
}

static void
call(struct tunneldial *d)
{
	int fd = tunnelsock_connect(&d->config.to, &d->config.from,
	    d->config.mark);
	struct tunnelshake_config c = { .loop = d->config.loop,
	    .tls = d->config.tls, .fd = fd, .remote = d->config.to,
	    .done = on_end, .arg = d };
	size_t i = 0;

	d->count++;
	if (fd == -1) {
		failed(d, TUNNELTLS_CLOSED, strerror(errno));
		return;
	}
	tune(d, fd);
	while (d->calls[i] != NULL)
		i++;
	d->calls[i] = tunnelshake_new(&c);
	d->under_way++;
}

/* One for each turn of the loop. */
static void
on_again(struct loop_timer *t, void *arg)
{
	struct tunneldial *d = arg;
	size_t at_once = d->proven ? TUNNELDIAL_MAX : 1;

	(void)t;
	if (d->under_way >= d->lacking || d->under_way >= at_once)
		return;
	call(d);
	if (d->under_way < d->lacking && d->under_way < at_once)
		call_now(d);
}

/* ---- birth, wishes, end ---- */

struct tunneldial *
tunneldial_new(const struct tunneldial_config *c)
{
	struct tunneldial *d = mem_zalloc(1, sizeof(*d));

	d->magic = TUNNELDIAL_MAGIC;
	d->config = *c;
	d->config.tls = tunneltls_share(c->tls);
	d->congestion = mem_strdup(c->congestion);
	loop_timer_init(&d->again, c->loop, on_again, d);
	rand_seed(&d->rand);
	return d;
}

void
tunneldial_free(struct tunneldial **pd)
{
	struct tunneldial *d = *pd;

	*pd = NULL;
	if (d == NULL)
		return;
	OBJ_CHECK(d, TUNNELDIAL_MAGIC);
	loop_timer_stop(&d->again);
	for (size_t i = 0; i < TUNNELDIAL_MAX; i++)
		tunnelshake_free(&d->calls[i]);
	tunneltls_free(&d->config.tls);
	free(d->congestion);
	d->magic = 0;
	free(d);
}

void
tunneldial_want(struct tunneldial *d, size_t lacking)
{
	d->lacking = lacking;
	if (d->under_way < lacking && (d->proven || d->under_way == 0))
		call_now(d);
}

void
tunneldial_good(struct tunneldial *d)
{
	d->failures = 0;
	d->proven = true;
	loop_timer_stop(&d->again);
}

void
tunneldial_bad(struct tunneldial *d)
{
	call_later(d);
}

uint64_t
tunneldial_count(const struct tunneldial *d)
{
	return d->count;
}

size_t
tunneldial_under_way(const struct tunneldial *d)
{
	return d->under_way;
}
