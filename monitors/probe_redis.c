/* monitors/probe_redis.c - one probe: AUTH, where there is a password, and PING;
 * +PONG means up, whatever else a server says means down: a replica that loads
 * or has lost its master speaks as well.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_redis.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/wire/wbuf.h"
#include "monitors/attempt.h"
#include "monitors/monitor_redis.h"
#include "monitors/parley.h"
#include "monitors/redisreply.h"

struct spec {
	struct parley_spec parley;
	char		*ask;		/* AUTH and PING, owned */
	size_t		 ask_len;
	bool		 auth;
};

static enum parley_next
turn(const void *spec, const struct parley *at, struct probe_result *r)
{
	const struct spec *s = spec;
	enum redisreply_word word;

	if (at->said == 0) {
		wbuf_octets(at->out, s->ask, s->ask_len);
		return PARLEY_SAY;
	}
	switch (redisreply_read(at->in, at->len, s->auth, at->ended, &word)) {
	case REDISREPLY_MORE:
		return PARLEY_READ;
	case REDISREPLY_PONG:
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
		break;
	case REDISREPLY_ERROR:
		r->code = PROBE_REDIS;
		r->status = (int)word;
		break;
	case REDISREPLY_GARBLED:
		r->code = PROBE_GARBLED;
		break;
	}
	return PARLEY_DONE;
}

/* A string of the protocol may hold any octets. */
static void
add_word(struct strbuf *b, const char *word)
{
	strbuf_printf(b, "$%zu\r\n%s\r\n", strlen(word), word);
}

static void *
spec_new(const struct monitor *m)
{
	const struct monitor_redis *d = (const struct monitor_redis *)m;
	struct spec *s = mem_zalloc(1, sizeof(*s));
	struct strbuf b = { 0 };

	s->parley = (struct parley_spec){ .turn = turn,
	    .in_max = REDISREPLY_MAX, .abrupt = true };
	s->auth = d->password != NULL;
	strbuf_init(&b);
	if (s->auth) {
		strbuf_add(&b, d->username != NULL ? "*3\r\n" : "*2\r\n");
		add_word(&b, "AUTH");
		if (d->username != NULL)
			add_word(&b, d->username);
		add_word(&b, d->password);
	}
	strbuf_add(&b, "*1\r\n");
	add_word(&b, "PING");
	s->ask_len = b.len;
	s->ask = strbuf_take(&b);
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;

	*pspec = NULL;
	if (s == NULL)
		return;
	explicit_bzero(s->ask, s->ask_len);
	free(s->ask);
	free(s);
}

const struct probe_type probe_redis_type = {
	.object = &monitor_redis_type,
	.engine_new = parley_engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = parley_start,
	.stop = attempt_stop,
};
