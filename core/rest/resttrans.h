/* core/rest/resttrans.h - transactions: writes that are collected and then all
 * happen, or none. Layer: core/rest, pure.
 *
 * At most 16 at a time, 1,000 writes and 1 MiB of bodies in each; one that is
 * not committed within 120 s is forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTTRANS_H
#define CORE_REST_RESTTRANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/rest/restrequest.h"

struct err;
struct json;

#define RESTTRANS_MAX		16
#define RESTTRANS_COMMANDS_MAX	1000
#define RESTTRANS_OCTETS_MAX	(1024 * 1024)
#define RESTTRANS_TIMEOUT_S	120

#define RESTTRANS_COLLECTION	"transaction"	/* below /mgmt/tm */
#define RESTTRANS_COMMANDS	"commands"	/* below a transaction */

struct resttrans_command {
	enum restrequest_method method;
	char		*target;
	char		*if_match;
	struct json	*body;		/* owned; NULL = none */
};

struct resttrans {
	struct list	 node;
	uint64_t	 id;
	mono_ns		 end;
	uid_t		 uid;		/* whose it is */
	char		 user[RESTPEER_TEXT_MAX];
	struct resttrans_command *commands;
	size_t		 count, room, octets;
	bool		 mixed;		/* not every write is an operator's */
};

struct resttrans_set {
	struct list	 all;
	uint64_t	 last;
	size_t		 count;
};

void resttrans_set_init(struct resttrans_set *s);
void resttrans_set_fini(struct resttrans_set *s);

/* A new one; NULL with ERR_BUSY when there are too many. */
struct resttrans *resttrans_open(struct resttrans_set *s, mono_ns now,
    const struct restpeer *peer, struct err *e);
/* The one of this number that the peer opened, or NULL. Forgets old ones. */
struct resttrans *resttrans_find(struct resttrans_set *s, const char *id,
    mono_ns now, const struct restpeer *peer);
/* Adds a write. 0 or ERR_RANGE. */
int resttrans_add(struct resttrans *t, const struct restrequest *q,
    struct err *e);
/* The write of this number, counted from "1", or NULL. */
const struct resttrans_command *resttrans_command_find(
    const struct resttrans *t, const char *number);

/* As REST shows them, for the caller to free: the transaction, what waits in
 * it, and one of those (NULL for NULL). only: it is tried, not made. */
struct json *resttrans_json(const struct resttrans *t, const char *state,
    bool only);
struct json *resttrans_commands_json(const struct resttrans *t);
struct json *resttrans_command_json(const struct resttrans *t,
    const struct resttrans_command *c);

/* Ends it. */
void resttrans_close(struct resttrans_set *s, struct resttrans **pt);

#endif
