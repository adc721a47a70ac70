/* wom/discover/seekbook.c - see seekbook.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/seekbook.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/timeq.h"

#define SECOND		UINT64_C(1000000000)
#define WAIT_MAX	((dur_ns)SEEKBOOK_REST_S * SECOND)
#define HEX_LEN		(2 * ASKWIRE_TOKEN + 1)

struct seek {
	struct timeq_node node;		/* due, or the end of its rest */
	struct addr	 to;
	uint8_t		 token[ASKWIRE_TOKEN];
	uint32_t	 times;		/* that it has been asked */
	dur_ns		 wait_ns;
	bool		 resting;
	char		 text[ADDR_TEXT_MAX], hex[HEX_LEN];
};

struct seekbook {
	struct seekbook_rules rules;
	struct map	 by_addr, by_token;	/* tokens: of those asked */
	struct timeq	 asked, resting;
};

struct seekbook *
seekbook_new(void)
{
	struct seekbook *b = mem_zalloc(1, sizeof(*b));

	map_init_borrowing(&b->by_addr);
	map_init_borrowing(&b->by_token);
	return b;
}

/* Its node is in a queue. */
static struct seek *
seek_of(struct timeq_node *n)
{
	return n != NULL ? OBJ_OF(n, struct seek, node) : NULL;
}

static void
leave_queue(struct seekbook *b, struct seek *s)
{
	timeq_remove(s->resting ? &b->resting : &b->asked, &s->node);
	if (!s->resting)
		(void)map_remove(&b->by_token, s->hex);
}

static void
forget(struct seekbook *b, struct seek *s)
{
	leave_queue(b, s);
	(void)map_remove(&b->by_addr, s->text);
	free(s);
}

void
seekbook_clear(struct seekbook *b)
{
	struct seek *s;

	while ((s = seek_of(timeq_first(&b->asked))) != NULL)
		forget(b, s);
	while ((s = seek_of(timeq_first(&b->resting))) != NULL)
		forget(b, s);
}

void
seekbook_free(struct seekbook **bp)
{
	struct seekbook *b = *bp;

	*bp = NULL;
	if (b == NULL)
		return;
	seekbook_clear(b);
	timeq_fini(&b->asked);
	timeq_fini(&b->resting);
	map_fini(&b->by_addr);
	map_fini(&b->by_token);
	free(b);
}

void
seekbook_set(struct seekbook *b, const struct seekbook_rules *r)
{
	b->rules = *r;
}

static void
to_hex(const uint8_t token[ASKWIRE_TOKEN], char hex[HEX_LEN])
{
	for (size_t i = 0; i < ASKWIRE_TOKEN; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", token[i]);
}

static void
rest(struct seekbook *b, struct seek *s, mono_ns now)
{
	leave_queue(b, s);
	s->resting = true;
	while (b->resting.count >= SEEKBOOK_RESTING_MAX)
		forget(b, seek_of(timeq_first(&b->resting)));
	timeq_add(&b->resting, &s->node, now + SEEKBOOK_REST_S * SECOND);
}

static void
end_rests(struct seekbook *b, mono_ns now)
{
	struct seek *s;

	while ((s = seek_of(timeq_first(&b->resting))) != NULL &&
	    s->node.at <= now)
		forget(b, s);
}

bool
seekbook_want(struct seekbook *b, const struct addr *to, mono_ns now)
{
	char text[ADDR_TEXT_MAX];
	struct seek *s;
	ssize_t n;

	end_rests(b, now);
	if (b->asked.count >= b->rules.asked_max ||
	    map_find(&b->by_addr, addr_format(to, text)) != NULL)
		return false;
	s = mem_zalloc(1, sizeof(*s));
	n = getrandom(s->token, sizeof(s->token), 0);
	assert(n == (ssize_t)sizeof(s->token));
	s->to = *to;
	s->wait_ns = b->rules.backoff_ns;
	(void)addr_format(to, s->text);
	to_hex(s->token, s->hex);
	(void)map_put(&b->by_addr, s->text, s);
	(void)map_put(&b->by_token, s->hex, s);
	timeq_add(&b->asked, &s->node, now);
	return true;
}

bool
seekbook_next(struct seekbook *b, mono_ns now, struct addr *to,
    uint8_t token[ASKWIRE_TOKEN])
{
	struct seek *s;

	while ((s = seek_of(timeq_first(&b->asked))) != NULL &&
	    s->node.at <= now) {
		if (s->times > b->rules.retries) {
			rest(b, s, now);
			continue;
		}
		s->times++;
		timeq_remove(&b->asked, &s->node);
		timeq_add(&b->asked, &s->node, now + s->wait_ns);
		s->wait_ns = s->wait_ns < WAIT_MAX / 2 ? 2 * s->wait_ns :
		    WAIT_MAX;
		*to = s->to;
		memcpy(token, s->token, ASKWIRE_TOKEN);
		return true;
	}
	return false;
}

mono_ns
seekbook_due(const struct seekbook *b)
{
	const struct timeq_node *n = timeq_first(&b->asked);

	return n != NULL ? n->at : UINT64_MAX;
}

bool
seekbook_answered(struct seekbook *b, const uint8_t token[ASKWIRE_TOKEN],
    mono_ns now, struct addr *to)
{
	char hex[HEX_LEN];
	struct seek *s;

	to_hex(token, hex);
	s = map_find(&b->by_token, hex);
	if (s == NULL || s->times == 0)
		return false;
	*to = s->to;
	rest(b, s, now);
	return true;
}

size_t
seekbook_asked(const struct seekbook *b)
{
	return b->asked.count;
}
