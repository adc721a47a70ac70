/* monitors/judge.h - is this reply what the monitor wanted?
 *
 * Shared by the probes that send a text and read a text. Pure: octets and
 * events in, a verdict out; the verdict does not depend on how the reply was
 * cut into pieces. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_JUDGE_H
#define MONITORS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitors/httpreply.h"
#include "monitors/probe.h"

struct pattern;

/* A reply is read and searched up to here, status line and headers included.
 * (F5 searches the first 5,120 octets.) */
#define JUDGE_REPLY_MAX	65536u

#define JUDGE_CODES_MAX	16

struct judge_spec {
	struct pattern	*recv;		/* owned; NULL = any reply will do */
	bool		 reverse;	/* recv in the reply means down */
	bool		 http;		/* the reply has HTTP's ends and status */
	bool		 head;		/* http: asked with HEAD */
	uint16_t	 codes[JUDGE_CODES_MAX];	/* http: wanted ones */
	size_t		 code_count;	/* 0 = any */
};

struct judge {
	const struct judge_spec *spec;
	struct httpreply reply;
	size_t		 searched;	/* length of the reply last searched */
	size_t		 work;		/* octets of all searches so far */
	bool		 found;
};

enum judge_event {
	JUDGE_MORE,		/* octets came */
	JUDGE_END,		/* no more will come: closed, or full */
	JUDGE_TIME,		/* probe-timeout */
};

void judge_init(struct judge *j, const struct judge_spec *spec);

/*
 * judge_push - look at the reply as far as it has come.
 *
 * in     data  the whole reply from its first octet; len <= JUDGE_REPLY_MAX;
 *              a NUL stands behind it (see pattern_match)
 * out    r     outcome, code, status; only when true is returned
 * ret    true when that is the verdict; always after JUDGE_END, JUDGE_TIME
 * cost   searches 128 KiB as octets come, and after that only when the reply
 *        has doubled or ends: a server that drips cannot make it dear
 */
bool judge_push(struct judge *j, const uint8_t *data, size_t len,
    enum judge_event ev, struct probe_result *r);

/* "200 204 301" into spec->codes. NULL is none. */
int judge_parse_codes(struct judge_spec *spec, const char *text,
    struct err *e);

#endif
