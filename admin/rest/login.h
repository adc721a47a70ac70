/* admin/rest/login.h - passwords and tokens as iControl REST speaks of them:
 * POST /mgmt/shared/authn/login, and /mgmt/shared/authz/tokens.
 *
 * Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_LOGIN_H
#define ADMIN_REST_LOGIN_H

struct addr;
struct ask;
struct gate;
struct json;
struct response;
struct user;

/* Who says he is who, borrowed. */
struct login_claim {
	const char	*name, *password;
	const struct addr *from;
};

/* What a source is called in lockout.h; key has LOCKOUT_KEY_MAX octets. */
void login_key_from(const struct addr *from, char *key);
/* Each fills r and returns its status. */
int login_refuse_locked(struct response *r, unsigned wait_s);
int login_refuse_busy(struct response *r);
/* A token for this user, as POST of a log-in answers. */
void login_issue(struct gate *g, const struct ask *q, const struct user *user,
    struct response *r);

#define LOGIN_PATH	"/mgmt/shared/authn/login"
#define LOGIN_TOKENS	"/mgmt/shared/authz/tokens"

/*
 * login_check - is it his password?
 *
 * Takes a tenth of a second, whether or not there is such a user, unless the
 * same was right a moment ago (proven.h). Five wrong ones within a minute lock
 * the user and the source (429); a user who has logged in from that source
 * before is locked by his own five alone.
 *
 * out    user  filled when 0 is returned
 * ret    0, or r holds 401, 429 or 503 and its status is returned
 */
int login_check(struct gate *g, const struct login_claim *c,
    struct user *user, struct response *r);

/* Basic (RFC 7617): the credentials of an Authorization header. As above. */
int login_check_basic(struct gate *g, const struct ask *q, struct user *user,
    struct response *r);

/* The two resources; body is an object or NULL. */
void login_answer(struct gate *g, const struct ask *q,
    const struct json *body, struct response *r);
void login_answer_tokens(struct gate *g, const struct ask *q,
    const struct json *body, struct response *r);

#endif
