/* monitors/sight.c - see sight.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sight.h"

#include <stdio.h>
#include <string.h>

#include "core/model/type.h"
#include "monitors/monitor.h"

#define HISTORY_BITS	64
#define RECV_SHOWN	64	/* octets; a recv may have 4,096 */

void
sight_push(struct sight *s, const struct probe_result *r, mono_ns now)
{
	uint64_t rtt_us8 = (uint64_t)r->rtt_us * 8;

	s->last = *r;
	s->last_ns = now;
	s->results++;
	if (r->outcome == PROBE_ABSTAIN) {
		s->abstained++;
		return;
	}
	s->history = s->history << 1 | (r->outcome == PROBE_UP);
	if (r->outcome != PROBE_UP)
		return;
	if (rtt_us8 > UINT32_MAX)
		rtt_us8 = UINT32_MAX;
	s->latency_us8 = s->latency_us8 == 0 ? (uint32_t)rtt_us8 :
	    s->latency_us8 - s->latency_us8 / 8 + (uint32_t)rtt_us8 / 8;
}

uint32_t
sight_latency_us(const struct sight *s)
{
	return s->latency_us8 / 8;
}

const char *
sight_history(const struct sight *s, char text[SIGHT_HISTORY_MAX])
{
	uint64_t verdicts = s->results - s->abstained;
	size_t n = verdicts < HISTORY_BITS ? (size_t)verdicts : HISTORY_BITS;

	for (size_t i = 0; i < n; i++)
		text[i] = (s->history >> (n - 1 - i) & 1) != 0 ? '1' : '0';
	text[n] = '\0';
	return text;
}

/* The monitor's recv; NULL = it has none, or its type has not. */
static const char *
recv_of(const struct monitor *m)
{
	const struct prop *p = prop_find(m->obj.type->props, "recv", NULL);

	if (p == NULL || p->kind != PROP_STRING || p->refused != NULL)
		return NULL;
	return *(char *const *)(const void *)((const char *)m + p->off);
}

/* As much of a long text as is shown, whole characters of UTF-8. */
static int
shown(const char *text)
{
	size_t n = strnlen(text, RECV_SHOWN + 1);

	if (n <= RECV_SHOWN)
		return (int)n;
	for (n = RECV_SHOWN; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
		n--;
	return (int)n;
}

const char *
sight_words(const struct monitor *m, const struct probe_result *r, char *text,
    size_t cap)
{
	const char *recv = recv_of(m);
	int n;

	if (recv == NULL || (r->code != PROBE_NO_MATCH &&
	    r->code != PROBE_MATCH))
		return probe_reason(r, text, cap);
	n = shown(recv);
	(void)snprintf(text, cap, "%s for \"%.*s%s\" in the first %u octets%s",
	    r->code == PROBE_MATCH ? "match" : "no match", n, recv,
	    recv[n] != '\0' ? "..." : "", r->octets,
	    r->code == PROBE_MATCH ? ", and reverse is enabled" : "");
	return text;
}
