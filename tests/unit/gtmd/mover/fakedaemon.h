/* tests/unit/gtmd/mover/fakedaemon.h - an HTTP server that the test plays, in the
 * loop of what it tests: answers by a table, keeps what it was asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MOVER_FAKEDAEMON_H
#define TESTS_UNIT_GTMD_MOVER_FAKEDAEMON_H

#include <stddef.h>

#include "core/base/addr.h"

struct loop;
struct loop_io;

#define FAKEDAEMON_TALKS	16	/* open at a time */

/* What is answered to a question in which text stands: "POST /mgmt/tm/net/thaw". */
struct fakedaemon_rule {
	const char	*text;		/* NULL: the end of the table */
	int		 status;	/* 0: there is no answer, ever */
	const char	*body;
};

struct fakedaemon_talk {
	struct fakedaemon *daemon;
	int		 fd;		/* -1 = free */
	struct loop_io	*io;
	char		 in[16384];
	size_t		 len;
};

struct fakedaemon {
	struct loop	*loop;
	int		 door_fd;
	struct loop_io	*door;
	struct addrport	 at;		/* of a page; port 0: a socket */
	/* The first that fits; 404 when none does. Set by the test. */
	const struct fakedaemon_rule *rules;
	unsigned	 asked;		/* whole questions */
	char		 host[128];	/* that the latest one names */
	char		 heard[32768];	/* "METHOD /path body\n" of each */
	size_t		 heard_len;
	struct fakedaemon_talk talks[FAKEDAEMON_TALKS];
};

/* Behind a UNIX socket of that path, which is made. */
void fakedaemon_open(struct fakedaemon *d, struct loop *l, const char *path);
/* On a port of 127.0.0.1. */
void fakedaemon_open_page(struct fakedaemon *d, struct loop *l);
void fakedaemon_close(struct fakedaemon *d);
/* Who waits for an answer that there was none to has it now; nobody is harmless. */
void fakedaemon_answer(struct fakedaemon_talk *t, int status, const char *body);
/* "http://127.0.0.1:PORT/path", for the caller to free. */
char *fakedaemon_url(const struct fakedaemon *d, const char *path);
/* What was heard is forgotten. */
void fakedaemon_forget(struct fakedaemon *d);
/* How often does a text stand in what was heard? */
unsigned fakedaemon_count(const struct fakedaemon *d, const char *text);

#endif
