/* core/rest/restreply.h - a response as a value. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTREPLY_H
#define CORE_REST_RESTREPLY_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct err;
struct json;
struct restevents;
struct strbuf;

/* A long body that is made while it is sent, a piece at a time. */
struct restreply_stream {
	/* Appends the next piece, not empty but for the last; false: it was
	 * the last. Called between other events of the loop. */
	bool	(*more)(void *arg, struct strbuf *out);
	void	(*free)(void *arg);
	void	*arg;
};

struct restreply {
	int		 status;	/* HTTP status; 0 = not answered yet */
	struct json	*body;		/* NULL = empty */
	char		 etag[32];	/* with its quotes; "" = none */
	const char	*type;		/* media type; NULL = JSON */
	struct restreply_stream stream;	/* more not NULL: in body's place */
	struct restevents *events;	/* in body's place: what happens from
					 * here on. NULL = no; borrowed */
	uint64_t	 held;		/* goes out when this commit is on
					 * disk; 0 = at once */
};

void restreply_fini(struct restreply *r);

/* A new object that says what it is and where: kind, and selfLink of a URL
 * ("/mgmt/tm/sys/version"). */
struct json *restreply_document(const char *kind, const char *url);

/* Takes *pj. */
void restreply_json(struct restreply *r, int status, struct json **pj);
/* 200 with a body of this media type (a literal). Takes what arg is. */
void restreply_stream(struct restreply *r, const char *type,
    const struct restreply_stream *s);

/* {code, message, errorStack: [], apiError: 3}, in the place of whatever was
 * there. Returns status. */
int restreply_error(struct restreply *r, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failure that was told in a sentence: 400, 403, 404, 409, 500,
 * 503 or 507 after its code. Returns the status. */
int restreply_err(struct restreply *r, const struct err *e);
/* The same for findings: the first error decides, all of them are told. */
int restreply_diag(struct restreply *r, const struct diag *d);

/* The status that belongs to an ERR_… code. */
int restreply_status_of(int code);

#endif
