/* gtmd/handover.h - the messages in which one gtmd hands over to the next.
 *
 *	heir				holder
 *	HELLO path of control socket
 *					SOCKETS … , GRANT | REFUSE why
 *	(loads, binds what is new)
 *	READY | REFUSE why
 *					YIELD lock, states, measured, secrets
 *	(answers, too)
 *	TAKEN | REFUSE why
 *					LEFT
 *	(is alone)			COUNTS, … (ends)
 *
 * From GRANT on the holder writes nothing; until LEFT the heir writes nothing.
 * Whoever closes before LEFT without REFUSE has died. Numbers are in the
 * machine's own order: both run on it. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_HANDOVER_H
#define GTMD_HANDOVER_H

#include <stddef.h>
#include <stdint.h>

#include "core/io/parcel.h"

struct err;
struct inherit;

#define HANDOVER_VERSION	2
#define HANDOVER_BODY_MAX	4096	/* octets */

enum handover_kind {
	HANDOVER_HELLO = 1,	/* text: path of the control socket */
	HANDOVER_SOCKETS,	/* handover_send_sockets; their descriptors */
	HANDOVER_GRANT,		/* struct handover_grant; three descriptors */
	HANDOVER_READY,
	HANDOVER_YIELD,		/* struct cookie_secrets; three descriptors */
	HANDOVER_TAKEN,
	HANDOVER_LEFT,
	HANDOVER_COUNTS,	/* descriptor of a text, counts.h */
	HANDOVER_REFUSE,	/* text: why; the same in every version */
};

/* With the descriptors that listen for control and for the next heir, and the
 * table of what clients were answered (persist.h), which both serve from. */
struct handover_grant {
	int32_t	 pid;		/* the holder's */
};

/* Descriptors that come with YIELD: the state directory's lock, the states as
 * memory_text.h has them, and what was measured as counts.h has it. */
enum { HANDOVER_LOCK, HANDOVER_STATES, HANDOVER_MEASURED,
    HANDOVER_YIELD_FDS };
enum { HANDOVER_CONTROL, HANDOVER_NEXT, HANDOVER_RECORDS,
    HANDOVER_GRANT_FDS };

/* To be sent; all borrowed. */
struct handover_out {
	enum handover_kind kind;
	const void	*body;
	size_t		 len;
	const int	*fds;
	size_t		 fd_count;
};

/* What came. */
struct handover_in {
	enum handover_kind kind;
	size_t		 len;
	union {
		uint64_t align;
		char	 text[HANDOVER_BODY_MAX + 1];	/* terminated */
	} body;
	struct parcel	 parcel;	/* its descriptors */
};

/* DIR/replace.sock, for the caller to free. */
char *handover_path(const char *state_dir);

/* ret 0, or ERR_IO with a sentence. */
int handover_send(int fd, const struct handover_out *m, struct err *e);
/* A sentence, or nothing when it cannot be sent. */
void handover_refuse(int fd, const char *why);
/* All sockets, in as many messages as they take. */
int handover_send_sockets(int fd, const struct inherit *h, struct err *e);
/* An unnamed file of that text. */
int handover_send_text(int fd, enum handover_kind kind, const char *text,
    struct err *e);

#define HANDOVER_CLOSED	1

/*
 * handover_receive - the next message, within timeout_ms.
 *
 * ret    0; HANDOVER_CLOSED: the other end is gone; ERR_DENIED: it refuses, and
 *        e says why; ERR_UNSUPPORTED: it speaks another version; ERR_PARSE;
 *        ERR_BUSY: it says nothing; ERR_IO. Without 0 there are no descriptors.
 */
int handover_receive(int fd, struct handover_in *m, int timeout_ms,
    struct err *e);
/* The same, and it must be of this kind with so many descriptors. */
int handover_expect(int fd, struct handover_in *m, enum handover_kind kind,
    size_t fd_count, struct err *e);
/* Adds the sockets of a SOCKETS message, with their descriptors. ret 0 or
 * ERR_PARSE with nothing added. */
int handover_read_sockets(struct handover_in *m, struct inherit *h,
    struct err *e);

#endif
