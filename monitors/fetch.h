/* monitors/fetch.h - a page by HTTP or HTTPS, handed on as it comes.
 *
 * For pages that are looked at now and then, and for calls over HTTP/2; plain
 * checks have a cheaper way (probe_http.c). libcurl reads the
 * protocol, in its multi interface on our loop. No redirects, no content coding,
 * no proxies, no names to resolve; FETCH_HEAD_MAX octets of headers, as many of
 * the page as the caller says, and one deadline for all of it. Control loop only.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MONITORS_FETCH_H
#define MONITORS_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"

struct err;
struct fetch;
struct fetcher;
struct loop;

#define FETCH_HEAD_MAX	65536u

enum fetch_code {
	FETCH_OK,
	FETCH_TIMEOUT,
	FETCH_REFUSED,		/* connection refused */
	FETCH_UNREACHABLE,	/* no way to it, see sys_errno */
	FETCH_BROKEN,		/* reset, cut, or not HTTP */
	FETCH_TLS,		/* no TLS with it, or its certificate is not good */
	FETCH_STATUS,		/* any but 200 */
	FETCH_LARGE,		/* page or headers over what they may be */
	FETCH_LOCAL,		/* the fault is ours: no descriptor, no CA file */
	FETCH_CODES
};

struct fetch_result {
	enum fetch_code	 code;
	int		 sys_errno;	/* 0 = none */
	int		 status;	/* HTTP status, 0 = none */
	size_t		 octets;	/* of the page */
	struct addr	 from;		/* our address; family 0 = not known */
	bool		 untrusted;	/* TLS: the certificate it was */
};

/* A line of the headers, or of the trailers behind the page; arg is the owner's. */
typedef void fetch_line_fn(void *arg, const char *octets, size_t len);

/* Texts are copied. */
struct fetch_spec {
	struct addrport	 to;		/* family set, port not 0 */
	const char	*socket;	/* path of a UNIX socket, instead; NULL */
	bool		 tls, verify;
	const char	*host;		/* NULL = the address */
	const char	*path;		/* "/…" */
	const char	*user, *password;	/* NULL = none */
	const char	*ca_file;	/* NULL = the system's */
	const void	*body;		/* to be posted; NULL = a page is had */
	size_t		 body_len;
	const char	*method;	/* NULL = POST or GET, by that */
	bool		 any_status;	/* a page of any status is had: FETCH_OK */
	bool		 http2;		/* and no other: known, or by ALPN */
	const char *const *headers;	/* instead of ours, NULL at the end */
	fetch_line_fn	*line;		/* NULL = not of interest */
	size_t		 max;		/* octets of the page */
	dur_ns		 timeout_ns;
};

/* The next octets of a page that is had: of status 200, or any. */
typedef void fetch_data_fn(void *arg, const void *octets, size_t len);
/* The end, called once, later, never out of start; the fetch is gone. */
typedef void fetch_done_fn(void *arg, const struct fetch_result *r);

struct fetch_owner {
	fetch_data_fn	*data;
	fetch_done_fn	*done;
	void		*arg;
};

/* NULL with a sentence when libcurl does not start. */
struct fetcher *fetch_engine_new(struct loop *l, struct err *e);
/* All fetches have ended. Takes *pf; NULL is harmless. */
void fetch_engine_free(struct fetcher **pf);

/* Never NULL; the owner is told from the loop. */
struct fetch *fetch_start(struct fetcher *f, const struct fetch_spec *s,
    const struct fetch_owner *owner);
/* Nothing is called any more; not from within data. Takes *pf; NULL is
 * harmless. */
void fetch_stop(struct fetch **pf);

/* "status 503", "connection refused", … Returns text. */
const char *fetch_words(const struct fetch_result *r, char *text, size_t cap);
/* "ok", "timeout", … for counters. */
const char *fetch_code_name(enum fetch_code code);

#endif
