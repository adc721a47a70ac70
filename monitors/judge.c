/* monitors/judge.c - the rules of judge.h:
 *
 *   nothing came               timed out, or closed without a reply
 *   status not wanted          down, reverse or not
 *   recv found                 up; reverse: down
 *   ended, recv not found      down; reverse: up
 *   time is over before that   silent
 *
 * Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/judge.h"

#include <assert.h>
#include <string.h>

#include "core/base/err.h"
#include "monitors/pattern.h"

/* Octets to search before the reply has ended or doubled: enough for each of
 * the first 500 octets to come alone, some milliseconds at the most. */
#define EARLY_WORK	131072u

void
judge_init(struct judge *j, const struct judge_spec *spec)
{
	*j = (struct judge){ .spec = spec };
	httpreply_init(&j->reply, spec->head);
}

static bool
verdict(struct probe_result *r, enum probe_outcome outcome,
    enum probe_code code)
{
	r->outcome = outcome;
	r->code = code;
	return true;
}

/* Is the status known, and which? HTTPREPLY_START and an interim reply are
 * not; what is not HTTP/1.x has status 0 for good. */
static bool
status_known(const struct httpreply *h)
{
	return h->part != HTTPREPLY_START && (h->status == 0 ||
	    h->status >= 200 || h->status == 101);
}

static bool
status_wanted(const struct judge_spec *s, int status)
{
	for (size_t i = 0; i < s->code_count; i++) {
		if (s->codes[i] == status)
			return true;
	}
	return s->code_count == 0;
}

static void
search(struct judge *j, const uint8_t *data, size_t len, bool last)
{
	if (j->spec->recv == NULL || j->found || len == 0)
		return;
	if (!last && (len == j->searched ||
	    (j->work + len > EARLY_WORK && len < 2 * j->searched)))
		return;
	j->searched = len;
	j->work += len;
	j->found = pattern_match(j->spec->recv, data, len, !last);
}

/* The verdict on recv once it is found or the reply has ended. */
static bool
settle(const struct judge *j, bool ended, struct probe_result *r)
{
	const struct judge_spec *s = j->spec;

	if (j->found)
		return s->reverse ? verdict(r, PROBE_DOWN, PROBE_MATCH) :
		    verdict(r, PROBE_UP, PROBE_OK);
	if (s->recv == NULL)
		return verdict(r, PROBE_UP, PROBE_OK);
	if (!ended)
		return false;
	return s->reverse ? verdict(r, PROBE_UP, PROBE_OK) :
	    verdict(r, PROBE_DOWN, PROBE_NO_MATCH);
}

bool
judge_push(struct judge *j, const uint8_t *data, size_t len,
    enum judge_event ev, struct probe_result *r)
{
	const struct judge_spec *s = j->spec;
	bool complete = false, known = true;

	assert(len <= JUDGE_REPLY_MAX);
	if (s->http) {
		complete = httpreply_push(&j->reply, data, len);
		if (complete)
			len = j->reply.at;
		known = s->code_count == 0 || status_known(&j->reply);
		r->status = j->reply.status;
	}
	r->octets = (uint32_t)len;
	search(j, data, len, complete || ev != JUDGE_MORE);
	if (s->code_count != 0 && len != 0 && (known || ev == JUDGE_END) &&
	    !status_wanted(s, r->status))
		return verdict(r, PROBE_DOWN, PROBE_STATUS);
	if (len != 0 && known && settle(j, complete || ev == JUDGE_END, r))
		return true;
	switch (ev) {
	case JUDGE_MORE:
		return false;
	case JUDGE_END:
		return verdict(r, PROBE_DOWN, PROBE_CLOSED);
	case JUDGE_TIME:
		return verdict(r, PROBE_SILENT, PROBE_TIMEOUT);
	}
	return false;
}

/* One code at *s, which moves past it; 0 when there is none. */
static uint16_t
take_code(const char **s)
{
	size_t n = strspn(*s, "0123456789");
	uint16_t code;

	if (n != 3)
		return 0;
	code = (uint16_t)(((*s)[0] - '0') * 100 + ((*s)[1] - '0') * 10 +
	    ((*s)[2] - '0'));
	*s += n;
	return code >= 100 && code <= 599 ? code : 0;
}

int
judge_parse_codes(struct judge_spec *spec, const char *text, struct err *e)
{
	const char *s = text != NULL ? text : "";

	spec->code_count = 0;
	for (s += strspn(s, " "); *s != '\0'; s += strspn(s, " ")) {
		uint16_t code = take_code(&s);

		if (code == 0 || (*s != ' ' && *s != '\0'))
			return err_set(e, ERR_PARSE,
			    "\"%s\" is not a list of HTTP status codes 100..599",
			    text);
		if (spec->code_count == JUDGE_CODES_MAX)
			return err_set(e, ERR_RANGE,
			    "\"%s\" has more than %d status codes", text,
			    JUDGE_CODES_MAX);
		spec->codes[spec->code_count++] = code;
	}
	return 0;
}
