/* gtmd/query/cookie.h - DNS cookies: proof that an asker owns its address.
 *
 * Server cookies are those of RFC 9018: version 1, three octets that are zero,
 * a time, and SipHash-2-4 over client cookie, these eight octets and the
 * client's address. All servers that share a secret take one another's.
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_COOKIE_H
#define GTMD_QUERY_COOKIE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/siphash.h"

struct addr;

#define COOKIE_CLIENT		8	/* octets, RFC 7873 section 4 */
#define COOKIE_WHOLE		24	/* client's and ours */
#define COOKIE_MAX		40	/* client's and anybody's */
#define COOKIE_SECRETS_MAX	4

/* The first one makes cookies, all check them: a new secret is put second
 * everywhere, then first everywhere (RFC 9018 section 5). */
struct cookie_secrets {
	uint8_t	count;
	uint8_t	key[COOKIE_SECRETS_MAX][SIPHASH_KEY];
};

enum cookie_kind {
	COOKIE_NONE,	/* no cookie, or none that could be one */
	COOKIE_HALF,	/* the client's part alone */
	COOKIE_BAD,	/* a server part that we did not make, or too old */
	COOKIE_GOOD,
};

/* What this option of len octets proves about an asker at that address.
 * now_s: seconds since 1970, as 32 bits that wrap (RFC 1982). A server part is
 * good for an hour, and 5 minutes ahead of our clock (RFC 9018 4.3). */
enum cookie_kind cookie_check(const struct cookie_secrets *s,
    const struct addr *from, uint32_t now_s, const uint8_t *cookie,
    size_t len);

/* Writes the whole cookie that goes back: the client's part of *in, and a
 * server part made now. in and out may be the same. */
void cookie_make(const struct cookie_secrets *s, const struct addr *from,
    uint32_t now_s, const uint8_t *in, uint8_t out[COOKIE_WHOLE]);

#endif
