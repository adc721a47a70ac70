/* tests/unit/monitors/echoer.h - a UDP server on loopback that the test itself
 * plays, in the loop of what it tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_ECHOER_H
#define TESTS_UNIT_MONITORS_ECHOER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct loop;
struct loop_io;

struct echoer {
	/* The answer to what was heard, at most cap octets into to; 0 = none. */
	size_t		(*answer)(struct echoer *e, uint8_t *to, size_t cap);
	const char	*text;		/* for answers that are one */
	struct addrport	 at;
	int		 fd;
	struct loop_io	*io;
	unsigned	 heard_count;
	unsigned	 deaf;		/* the first so many are lost */
	uint8_t		 heard[65536];
	size_t		 heard_len;
};

void echoer_open(struct echoer *e, struct loop *l);
/* From here on ICMP says that nobody is there. */
void echoer_close(struct echoer *e);
/* Is an answer: text. */
size_t echoer_say_text(struct echoer *e, uint8_t *to, size_t cap);

#endif
