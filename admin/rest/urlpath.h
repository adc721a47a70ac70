/* admin/rest/urlpath.h - the one reading of a request target.
 *
 * What roles are checked against and what is sent on are the same text, made
 * here: an octet has one way to be written, and what two programs might read
 * in two ways is refused. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_URLPATH_H
#define ADMIN_REST_URLPATH_H

struct err;

#define URLPATH_TARGET_MAX	8192	/* octets of path and query */

/*
 * urlpath_parse - path and query of a request line.
 *
 * in     target  as it came over the wire
 * out    path    canonical, owned by the caller: starts with '/', no slash at
 *                the end; what RFC 3986 2.3 lets stand is never escaped, but
 *                %7E, which is a tilde and not a slash in a name, stays
 *        query   the same without its '?', NULL = none
 * ret    0, or ERR_PARSE, ERR_RANGE with nothing given: another form than
 *        origin form (RFC 9112 3.2.1), too long, "." or ".." or nothing
 *        between slashes, ';', a broken %XX, an escaped control character, an
 *        octet that no URI has
 */
int urlpath_parse(const char *target, char **path, char **query,
    struct err *e);

#endif
