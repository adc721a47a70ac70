/* gtmd/control/replay.h - asks a world one question on the control loop, by the code
 * that answers packets, and watches which way it goes. Nothing is counted, no
 * rotation moves: every place is at its first turn. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_REPLAY_H
#define GTMD_CONTROL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/query/chain.h"

struct asker;
struct json;
struct world;

#define REPLAY_PACKET_MAX	16384	/* as far as compression reaches */

struct replay {
	struct chain_watch way;		/* at least one step */
	bool		 silent;	/* no reply: drop-packet */
	uint8_t		 rcode;
	size_t		 len;
	uint8_t		 packet[REPLAY_PACKET_MAX];
};

/* Class IN, by TCP, without EDNS but for what the asker knows of a client. */
struct replay_question {
	const uint8_t	*name;		/* lower-case wire form */
	uint16_t	 type;		/* a data type */
	struct asker	*asker;		/* its scope grows by what was used */
};

/* Fills *out. */
void replay_ask(const struct world *w, const struct replay_question *ask,
    struct replay *out);

/* {"rcode":"NOERROR","authoritative":true,"answer":["www.example. 60 IN A
 * 192.0.2.1"],…}, or {"silent":true}. */
struct json *replay_json(const struct replay *r);

#endif
