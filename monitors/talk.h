/* monitors/talk.h - one exchange on a connection that stands: sends a text,
 * reads a bounded reply, until the judge has a verdict. Where no reply is
 * wanted (no recv, not HTTP), having sent all of it is the verdict.
 *
 * How octets travel is the owner's (a socket, or TLS over one). The reply is
 * held in a buffer of 4 KiB that grows to JUDGE_REPLY_MAX at most and lasts
 * over exchanges. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_TALK_H
#define MONITORS_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "monitors/judge.h"
#include "monitors/probe.h"

struct loop_io;
struct monitor_text;

/* What an http or tcp monitor says and wants to hear; shared by its probes. */
struct talk_spec {
	char		 *send;		/* owned */
	size_t		  send_len;
	struct judge_spec want;
};

struct talk_spec *talk_spec_new(const struct monitor_text *m, bool http);
/* Takes *pspec, a struct talk_spec; NULL is harmless. */
void talk_spec_free(void **pspec);

/* Is there a reply to wait for? */
bool talk_wants_reply(const struct talk_spec *s);

/* Octets moved, 0 = the other side has ended (recv only), -1 with errno. */
struct talk_ops {
	ssize_t	(*send)(void *arg, const void *octets, size_t len);
	ssize_t	(*recv)(void *arg, void *octets, size_t cap);
};

/* r holds outcome, code, status or sys_errno; the talk has stopped. */
typedef void (*talk_done_fn)(void *arg, struct probe_result *r);

/* Embedded in a probe. All zero is one that has not started. */
struct talk {
	const struct talk_spec *spec;
	const struct talk_ops  *ops;
	talk_done_fn	 done;
	void		*arg;		/* of ops and done */
	struct loop_io	*io;		/* the owner's; NULL = not running */
	bool		 edge;		/* it watches by edges */
	struct judge	 judge;
	size_t		 sent;
	uint8_t		*reply;		/* owned */
	size_t		 reply_len, reply_room;
};

/* Starts on a connection that takes octets now; io is its watch, whose calls are
 * the talk's until it stops, and the owner's to end. spec, ops, done and arg are
 * set. ready: LOOP_WRITE, LOOP_READ where it is known that there is something to
 * read, and LOOP_EDGE where io watches by edges. done may come from in here. */
void talk_start(struct talk *t, struct loop_io *io, unsigned ready);
/* probe-timeout: stops and gives the verdict on what has come so far. */
void talk_expire(struct talk *t, struct probe_result *r);
/* After this done does not come. Harmless when it is not running. */
void talk_stop(struct talk *t);
/* Stops, and frees the buffer. */
void talk_fini(struct talk *t);

#endif
