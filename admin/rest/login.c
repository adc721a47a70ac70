/* admin/rest/login.c - see login.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "admin/rest/gate.h"
#include "admin/rest/hasher.h"
#include "admin/rest/lockout.h"
#include "admin/rest/response.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/json.h"

#define BUSY_RETRY_S	2	/* a full queue is worked off in that time */

struct keys {
	char	user[LOCKOUT_KEY_MAX], from[LOCKOUT_KEY_MAX];
};

/* Who holds an IPv6 address holds its whole /64 (RFC 4291 2.5.4). */
static void
make_keys(struct keys *k, const char *name, const struct addr *from)
{
	char text[ADDR_TEXT_MAX];
	struct addr net = *from;

	if (addr_len(&net) == 16)
		memset(net.octets + 8, 0, 8);
	(void)snprintf(k->user, sizeof(k->user), "user %s", name);
	(void)snprintf(k->from, sizeof(k->from), "from %s",
	    addr_format(&net, text));
}

static unsigned
wait_s(const struct gate *g, const struct keys *k)
{
	mono_ns now = clock_mono(g->clock);
	unsigned user = lockout_wait_s(g->lockout, k->user, now);
	unsigned from = lockout_wait_s(g->lockout, k->from, now);

	return user > from ? user : from;
}

static int
refuse_locked(struct response *r, unsigned wait)
{
	(void)response_error(r, 429, "too many wrong passwords, try again in "
	    "%u s", wait);
	r->retry_s = wait;
	return r->status;
}

/* A wrong password is counted; what the log says about it helps nobody guess. */
static int
refuse_wrong(struct gate *g, const struct keys *k, struct response *r)
{
	mono_ns now = clock_mono(g->clock);
	char quoted[LOCKOUT_KEY_MAX * 4];
	unsigned wait;

	lockout_fail(g->lockout, k->user, now);
	lockout_fail(g->lockout, k->from, now);
	wait = wait_s(g, k);
	if (wait > 0)
		log_at(LOG_WARNING, "rest", k->from, "locked",
		    "user=%s wait_s=%u",
		    log_quote(k->user + sizeof("user ") - 1, quoted,
		    sizeof(quoted)), wait);
	return response_error(r, 401, "Authentication failed.");
}

/* The user of that name as he is now, or nobody with some salt. */
static bool
snapshot(const struct gate *g, const char *name, struct user *user)
{
	const struct user *found = users_find(&g->users, name);

	*user = (struct user){ .role = ROLES_NONE };
	if (found != NULL)
		*user = *found;
	return found != NULL;
}

int
login_check(struct gate *g, const struct login_claim *c, struct user *user,
    struct response *r)
{
	const char *password = c->password;
	uint8_t hash[SECRET_HASH_LEN];
	struct keys k;
	unsigned wait;
	bool known;
	int rc;

	make_keys(&k, c->name, c->from);
	(void)pthread_mutex_lock(&g->lock);
	wait = wait_s(g, &k);
	known = snapshot(g, c->name, user);
	(void)pthread_mutex_unlock(&g->lock);
	if (wait > 0)
		return refuse_locked(r, wait);
	if (strlen(password) > USERS_PASSWORD_MAX)
		password = "";		/* nobody's: users have 8 octets */
	if (hasher_hash(g->hasher, password, user->salt, hash) != 0) {
		(void)response_error(r, 503, "too many log in at this moment");
		r->retry_s = BUSY_RETRY_S;
		return r->status;
	}
	/* Locked meanwhile by guesses made at the same time: this one shall
	 * not learn whether it was right. */
	(void)pthread_mutex_lock(&g->lock);
	wait = wait_s(g, &k);
	if (wait > 0)
		rc = refuse_locked(r, wait);
	else if (!secret_equal(hash, user->hash, sizeof(hash)) || !known)
		rc = refuse_wrong(g, &k, r);
	else {
		lockout_clear(g->lockout, k.user);
		rc = 0;
	}
	(void)pthread_mutex_unlock(&g->lock);
	secret_wipe(hash, sizeof(hash));
	return rc;
}

int
login_check_basic(struct gate *g, const struct ask *q, struct user *user,
    struct response *r)
{
	static const char scheme[] = "Basic ";
	char text[USERS_NAME_MAX + USERS_PASSWORD_MAX + 4];
	const char *given = q->authorization;
	struct login_claim c = { .name = text, .from = &q->from };
	char *colon = NULL;
	int rc;

	if (strncasecmp(given, scheme, sizeof(scheme) - 1) != 0)
		return response_error(r, 401, "Authorization: only Basic is "
		    "known");
	given += sizeof(scheme) - 1;
	given += strspn(given, " ");
	if (secret_from_base64(given, text, sizeof(text)))
		colon = strchr(text, ':');
	if (colon == NULL)
		return response_error(r, 401, "Authentication failed.");
	*colon = '\0';
	c.password = colon + 1;
	rc = login_check(g, &c, user, r);
	secret_wipe(text, sizeof(text));
	return rc;
}

static void
put_micros(struct json *j, const char *key, real_s s)
{
	json_put_int(j, key, s * 1000000);
}

/* text is the token as its user writes it. */
static struct json *
make_token(const struct gate *g, const struct token *one, const char *text,
    const struct addr *from)
{
	char start[40], address[ADDR_TEXT_MAX], link[160];
	real_s now = clock_real(g->clock);
	struct json *j = json_new_object();
	time_t t = (time_t)one->start;
	struct tm tm;

	(void)strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%S.000+0000",
	    gmtime_r(&t, &tm));
	(void)snprintf(link, sizeof(link), "https://localhost" LOGIN_TOKENS
	    "/%s", text);
	json_put_text(j, "token", text);
	json_put_text(j, "name", text);
	json_put_text(j, "userName", one->user);
	json_put_text(j, "authProviderName", "tmos");
	json_put_int(j, "timeout", one->timeout_s);
	json_put_text(j, "startTime", start);
	json_put_text(j, "address", addr_format(from, address));
	json_put_text(j, "partition", "[All]");
	json_put_int(j, "generation", 1);
	put_micros(j, "lastUpdateMicros", now);
	put_micros(j, "expirationMicros", now + one->timeout_s);
	json_put_text(j, "kind", "shared:authz:tokens:authtokenitemstate");
	json_put_text(j, "selfLink", link);
	return j;
}

static void
issue(struct gate *g, const struct ask *q, const struct user *user,
    struct response *r)
{
	struct json *j, *item;
	char text[TOKENS_TEXT_LEN + 1];
	const struct token *one;
	struct err e = { 0 };

	(void)pthread_mutex_lock(&g->lock);
	one = tokens_issue(&g->tokens, user, g->clock, text, &e);
	item = one != NULL ? make_token(g, one, text, &q->from) : NULL;
	(void)pthread_mutex_unlock(&g->lock);
	if (item == NULL) {
		(void)response_err(r, &e);
		return;
	}
	j = json_new_object();
	json_put_text(j, "username", user->name);
	json_put_text(j, "loginProviderName", "tmos");
	json_put(j, "token", &item);
	json_put_int(j, "generation", 0);
	json_put_int(j, "lastUpdateMicros", 0);
	response_json(r, 200, &j);
	secret_wipe(text, sizeof(text));
}

void
login_answer(struct gate *g, const struct ask *q, const struct json *body,
    struct response *r)
{
	const struct login_claim c = {
		.name = json_get_text(json_find(body, "username")),
		.password = json_get_text(json_find(body, "password")),
		.from = &q->from,
	};
	struct user user;

	if (c.name == NULL || c.password == NULL) {
		(void)response_error(r, 400, "username and password are "
		    "expected");
		return;
	}
	if (login_check(g, &c, &user, r) == 0)
		issue(g, q, &user, r);
	secret_wipe(&user, sizeof(user));
}

/* One's own, or anybody's for an admin. The caller holds the lock. */
static struct token *
find_own(struct gate *g, const struct ask *q, const char *text)
{
	struct token *one = tokens_use(&g->tokens, &g->users, text,
	    clock_mono(g->clock));

	if (one == NULL || (q->role != ROLES_ADMIN &&
	    strcmp(one->user, q->user) != 0))
		return NULL;
	return one;
}

static int
set_timeout(struct token *one, const struct json *body, struct response *r)
{
	const struct json *given = json_find(body, "timeout");
	int64_t n = json_get_int(given);

	if (json_kind_of(given) != JSON_KIND_INT || n < 1 ||
	    n > TOKENS_TIMEOUT_MAX_S)
		return response_error(r, 400, "timeout: a number of 1..%d is "
		    "expected", TOKENS_TIMEOUT_MAX_S);
	one->timeout_s = (unsigned)n;
	return 0;
}

/* Answers with the token as it is afterwards, or as it was. */
static void
answer_token(struct gate *g, const struct ask *q, const struct json *body,
    struct response *r)
{
	const char *text = q->path + sizeof(LOGIN_TOKENS);
	struct token *one = find_own(g, q, text);
	struct json *j;

	if (one == NULL) {
		(void)response_error(r, 404, "there is no such token of yours");
		return;
	}
	if (strcmp(q->method, "PATCH") == 0 && set_timeout(one, body, r) != 0)
		return;
	j = make_token(g, one, text, &q->from);
	if (strcmp(q->method, "DELETE") == 0)
		tokens_drop(&g->tokens, one);
	response_json(r, 200, &j);
}

void
login_answer_tokens(struct gate *g, const struct ask *q,
    const struct json *body, struct response *r)
{
	if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "PATCH") != 0 &&
	    strcmp(q->method, "DELETE") != 0) {
		(void)response_error(r, 405, "%s is not for tokens", q->method);
		return;
	}
	if (q->path[sizeof(LOGIN_TOKENS) - 1] != '/') {
		(void)response_error(r, 404, "which token?");
		return;
	}
	(void)pthread_mutex_lock(&g->lock);
	answer_token(g, q, body, r);
	(void)pthread_mutex_unlock(&g->lock);
}
