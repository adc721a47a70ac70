/* core/rest/restrequest.h - a request as a value: what is asked for, by whom,
 * with which body. Knows nothing of sockets. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTREQUEST_H
#define CORE_REST_RESTREQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/rest/restpeer.h"

struct err;
struct json;

#define RESTREQUEST_TARGET_MAX	8192	/* octets of path and query */
#define RESTREQUEST_BODY_MAX	(1024 * 1024)
#define RESTREQUEST_SEGMENTS	16
#define RESTREQUEST_PARAMS	32

/* Bits, so that a route can say which it takes. */
enum restrequest_method {
	RESTREQUEST_GET = 1, RESTREQUEST_POST = 2, RESTREQUEST_PATCH = 4,
	RESTREQUEST_PUT = 8, RESTREQUEST_DELETE = 16
};

/* One part of the path between two slashes, decoded. In a name clients write
 * '~' for '/'; a tilde that is meant comes as %7E. */
struct restsegment {
	char	*name;		/* with '~' read as '/' */
	char	*text;		/* with '~' left alone */
};

struct restparam {
	char	*key, *value;
};

struct restrequest {
	enum restrequest_method method;
	struct restsegment segments[RESTREQUEST_SEGMENTS];
	size_t		 segment_count;
	struct restparam params[RESTREQUEST_PARAMS];
	size_t		 param_count;
	const char	*target;	/* as it came, borrowed; for logs */
	struct json	*body;		/* an object; NULL = none was sent */
	char		*if_match;	/* the header, or NULL */
	char		*transaction;	/* X-F5-REST-Coordination-Id, or NULL */
	char		*last_event;	/* Last-Event-ID, or NULL */
	struct restpeer	 peer;
};

/*
 * restrequest_parse_target - path and query of a request line.
 *
 * in     target  origin form (RFC 9112 3.2.1), as it came over the wire
 * out    q       segments and params are appended; the trailing slash that
 *                clients like to write is no segment
 * ret    0, or ERR_PARSE, ERR_RANGE: not starting with '/', longer than
 *        RESTREQUEST_TARGET_MAX, a broken %XX, control characters, "." or ".."
 *        or nothing between slashes, a fragment, too many parts
 */
int restrequest_parse_target(struct restrequest *q, const char *target,
    struct err *e);

/* The body, which must be a JSON object, or nothing. 0, ERR_PARSE, ERR_RANGE. */
int restrequest_parse_body(struct restrequest *q, const char *text, size_t len,
    struct err *e);

/* The bit of "GET", or 0. HEAD is not served. */
unsigned restrequest_method_parse(const char *word);
/* "GET" */
const char *restrequest_method_name(enum restrequest_method m);

/* The query parameter of this name, or NULL. */
const char *restrequest_param(const struct restrequest *q, const char *key);
/* Is the parameter there and neither "0" nor "false"? */
bool restrequest_flag(const struct restrequest *q, const char *key);

/* Frees what the request owns. */
void restrequest_fini(struct restrequest *q);

#endif
