/* tests/unit/gtmd/drive/qmpdoor.h - a QEMU's socket, on the loop of who connects:
 * takes one client at a time, hands on its commands, says what it is told to.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_DRIVE_QMPDOOR_H
#define TESTS_UNIT_GTMD_DRIVE_QMPDOOR_H

#include <stddef.h>

#include "core/base/strbuf.h"

struct json;
struct loop;
struct loop_io;

#define QMPDOOR_GREETING	"{\"QMP\": {\"version\": {}}}\r\n"

struct qmpdoor {
	struct loop	*loop;
	char		 path[64];
	int		 listener, fd;	/* -1 = nobody */
	struct loop_io	*door_io, *io;
	struct strbuf	 in;
	const char	*greeting;	/* NULL: says nothing */
	/* A command but qmp_capabilities, which it takes care of. */
	void		(*command)(void *arg, struct qmpdoor *d,
			    const struct json *j);
	void		*arg;
	unsigned	 clients;
};

/* Fields but loop, path, greeting, command and arg are its own. */
void qmpdoor_open(struct qmpdoor *d);
/* As if QEMU had ended; a path that nobody listens at stays. */
void qmpdoor_close(struct qmpdoor *d);
/* Sends text as it is, to who is connected. */
void qmpdoor_say(struct qmpdoor *d, const char *text);
/* An answer to a command; value NULL: an error of that text. Takes *pvalue. */
void qmpdoor_answer(struct qmpdoor *d, const struct json *command,
    struct json **pvalue, const char *wrong);

#endif
