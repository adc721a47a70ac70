/* monitors/probe_udp.c - one probe: send goes out, and again; with recv the first
 * datagram that comes back is judged. Without recv any answer means up, and so
 * does silence: nobody said that there is nobody (ICMP port unreachable).
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_udp.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "monitors/attempt.h"
#include "monitors/datagram.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

struct spec {
	struct datagram_spec datagram;
	struct talk_spec *text;
};

static const void *
ask(const void *spec, uint64_t bits, uint8_t *to, size_t cap, size_t *len)
{
	const struct spec *s = spec;

	(void)bits;
	(void)to;
	(void)cap;
	*len = s->text->send_len;
	return s->text->send;
}

static bool
judge(const void *spec, uint64_t bits, const uint8_t *octets, size_t len,
    struct probe_result *r)
{
	const struct spec *s = spec;
	struct judge j;

	(void)bits;
	/* An empty datagram is an answer, too. */
	if (s->text->want.recv == NULL) {
		r->outcome = PROBE_UP;
		r->code = PROBE_OK;
		return true;
	}
	judge_init(&j, &s->text->want);
	return judge_push(&j, octets, len, JUDGE_END, r);
}

static void *
spec_new(const struct monitor *m)
{
	struct spec *s = mem_zalloc(1, sizeof(*s));

	s->text = talk_spec_new((const struct monitor_text *)m, false);
	s->datagram = (struct datagram_spec){
		.ask = ask,
		.judge = judge,
		.pace = probepace_of(m),
		.silence_is_up = s->text->want.recv == NULL,
	};
	return s;
}

static void
spec_free(void **pspec)
{
	struct spec *s = *pspec;
	void *text;

	*pspec = NULL;
	if (s == NULL)
		return;
	text = s->text;
	talk_spec_free(&text);
	free(s);
}

const struct probe_type probe_udp_type = {
	.object = &monitor_udp_type,
	.engine_new = datagram_engine_new,
	.engine_free = datagram_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = datagram_start,
	.stop = attempt_stop,
};
