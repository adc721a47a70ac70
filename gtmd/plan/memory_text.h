/* gtmd/plan/memory_text.h - what is remembered over a restart, as text.
 *
 *	gtmd-memory 1
 *	monitor /Common/http 10.133.39.51:80 up
 *	held a /Common/Local_pool /Common/L:v
 *	end 2 9c1185a5c5e9fc54
 *
 * Words are quoted as tmsh quotes them. The last line counts the lines between
 * and carries their checksum, so that a file that was cut or edited is known.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_MEMORY_TEXT_H
#define GTMD_PLAN_MEMORY_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "monitors/health.h"

struct addrport;
struct err;

/* A text in the making. */
struct memory_text {
	struct strbuf	 text;
	size_t		 lines;
	uint64_t	 checksum;
};

/* init, then lines in any order, then end; then text.text is the file. */
void memory_text_init(struct memory_text *m);
void memory_text_fini(struct memory_text *m);
void memory_text_monitor(struct memory_text *m, const char *monitor,
    const struct addrport *to, enum health_state state);
void memory_text_held(struct memory_text *m, const char *type,
    const char *pool, const char *member);
void memory_text_end(struct memory_text *m);

/* What a text tells; either function may be NULL. */
struct memory_text_sink {
	void	(*monitor)(void *arg, const char *monitor,
		    const struct addrport *to, enum health_state state);
	void	(*held)(void *arg, const char *type, const char *pool,
		    const char *member);
	void	*arg;
};

/*
 * memory_text_read - tell the sink what a text says.
 *
 * in     text  len octets, any octets
 * ret    0, or ERR_PARSE with a sentence; then the sink was told nothing
 */
int memory_text_read(const char *text, size_t len,
    const struct memory_text_sink *sink, struct err *e);

#endif
