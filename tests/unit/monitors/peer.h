/* tests/unit/monitors/peer.h - a server on loopback that the test itself
 * plays, in the loop of what it tests: answers whole or in drips, hangs,
 * resets, never ends. Real sockets, virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_PEER_H
#define TESTS_UNIT_MONITORS_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct loop;
struct loop_io;

enum peer_mood {
	PEER_ANSWER,		/* reads a request, sends text, closes */
	PEER_KEEP,		/* the same, but leaves it open */
	PEER_GREET,		/* sends text without being asked, stays open */
	PEER_HANG,		/* takes the connection and does nothing */
	PEER_RESET,		/* resets on the first octet */
	PEER_CLOSE,		/* closes without a word */
	PEER_ENDLESS,		/* sends text, then fill for ever */
};

struct peer {
	enum peer_mood	 mood;
	const char	*text, *fill;
	size_t		 text_len;	/* 0 = strlen(text) */
	size_t		 drip;		/* octets per write; 0 = all at once */

	struct loop	*loop;
	struct addrport	 at;
	struct loop_io	*door, *io;
	int		 door_fd, fd;
	size_t		 sent;		/* octets of text */
	uint64_t	 poured;	/* octets of fill */
	unsigned	 accepted;
	char		 heard[4096];	/* what the client sent */
	size_t		 heard_len;
};

/* mood, text and what else is wanted are set before or between probes. */
void peer_open(struct peer *p, struct loop *l);
/* The same behind a UNIX socket of that path, which is made. */
void peer_open_socket(struct peer *p, struct loop *l, const char *path);
/* From here on connections are refused. */
void peer_close_door(struct peer *p);
void peer_shut(struct peer *p);

#endif
