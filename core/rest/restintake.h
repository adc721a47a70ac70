/* core/rest/restintake.h - the body of a request while it comes in, and how
 * much of it is taken.
 *
 * A path may have a bound of its own; no more than four bodies over the bound
 * of most paths come in at a time, a fifth is refused. What is refused is not
 * kept, and said once it has come in whole. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTINTAKE_H
#define CORE_REST_RESTINTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

struct restreply;

#define RESTINTAKE_ROOMY_MAX	4

/* A path whose bodies may be larger than RESTREQUEST_BODY_MAX. A table ends
 * with a NULL path. */
struct restintake_room {
	const char	*path;		/* "/mgmt/tm/sys/config" */
	size_t		 body_max;	/* octets */
};

/* What all requests of a server share. */
struct restintake_limits {
	const struct restintake_room *rooms;	/* borrowed, or NULL */
	unsigned	 roomy;		/* large bodies that are coming in */
};

struct restintake {
	struct restintake_limits *limits;
	struct strbuf	 text;
	size_t		 max;		/* octets */
	bool		 roomy;		/* counted: larger than most may be */
	bool		 crowded;	/* too many such come in already */
	bool		 large;		/* over its bound */
};

enum restintake_verdict { RESTINTAKE_FINE, RESTINTAKE_LARGE,
    RESTINTAKE_CROWDED };

/* With the bound of the path asked for; a query may stand behind it. */
void restintake_init(struct restintake *in, struct restintake_limits *l,
    const char *target);
void restintake_fini(struct restintake *in);

/* Is a body of so many octets worth reading? 0: it tells no length. */
enum restintake_verdict restintake_announce(const struct restintake *in,
    uint64_t len);
/* One more piece. */
void restintake_add(struct restintake *in, const char *data, size_t len);
/* That was all: is it in text? */
enum restintake_verdict restintake_end(const struct restintake *in);

/* Fills r with 413 or 503. */
void restintake_refuse(const struct restintake *in,
    enum restintake_verdict why, struct restreply *r);

#endif
