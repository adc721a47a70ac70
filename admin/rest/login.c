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
#include "admin/rest/loginlog.h"
#include "admin/rest/response.h"
#include "admin/rest/source.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/json.h"

#define BUSY_RETRY_S	2	/* a full queue is worked off in that time */

/* What a wrong password counts against: the user and the source, or the two
 * together alone when he is known there. */
struct keys {
	char	user[LOCKOUT_KEY_MAX], from[LOCKOUT_KEY_MAX];
	char	pair[LOCKOUT_KEY_MAX];
};

void
login_key_from(const struct addr *from, char *key)
{
	struct addr source = source_of(from);
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, LOCKOUT_KEY_MAX, "from %s",
	    addr_format(&source, text));
}

/* A name that is too long for any user is nobody's, whatever follows. */
static void
make_keys(struct keys *k, const char *name, const struct addr *from)
{
	login_key_from(from, k->from);
	(void)snprintf(k->user, sizeof(k->user), "user %.*s", USERS_NAME_MAX,
	    name);
	(void)snprintf(k->pair, sizeof(k->pair), "%.*s %.48s", USERS_NAME_MAX,
	    name, k->from);
}

/* The caller holds the lock, here and below. */
static unsigned
wait_s(const struct gate *g, const struct keys *k)
{
	mono_ns now = clock_mono(g->clock);
	unsigned user, from;

	if (lockout_is_known(g->lockout, k->pair))
		return lockout_wait_s(g->lockout, k->pair, now);
	user = lockout_wait_s(g->lockout, k->user, now);
	from = lockout_wait_s(g->lockout, k->from, now);
	return user > from ? user : from;
}

static void
count_failure(const struct gate *g, const struct keys *k)
{
	mono_ns now = clock_mono(g->clock);

	if (lockout_is_known(g->lockout, k->pair)) {
		lockout_fail(g->lockout, k->pair, now);
		return;
	}
	lockout_fail(g->lockout, k->user, now);
	lockout_fail(g->lockout, k->from, now);
}

static void
count_success(const struct gate *g, const struct keys *k)
{
	lockout_clear(g->lockout, k->pair);
	lockout_clear(g->lockout, k->user);
	lockout_know(g->lockout, k->pair, clock_mono(g->clock));
}

int
login_refuse_locked(struct response *r, unsigned wait)
{
	(void)response_error(r, 429, "too many wrong passwords, try again in "
	    "%u s", wait);
	r->retry_s = wait;
	return r->status;
}

int
login_refuse_busy(struct response *r)
{
	(void)response_error(r, 503, "too many log in at this moment");
	r->retry_s = BUSY_RETRY_S;
	return r->status;
}

/* A wrong password is counted; what the log says about it helps nobody guess. */
static int
refuse_wrong(struct gate *g, const struct keys *k, struct response *r)
{
	char quoted[LOCKOUT_KEY_MAX * 4];
	unsigned wait;

	count_failure(g, k);
	wait = wait_s(g, k);
	if (wait > 0)
		log_at(LOG_WARNING, "rest", k->from, "locked",
		    "user=%s wait_s=%u",
		    log_quote(k->user + sizeof("user ") - 1, quoted,
		    sizeof(quoted)), wait);
	return response_error(r, 401, "Authentication failed.");
}

/* The user of that name as he is now, or nobody with some salt. */
static void
snapshot(const struct gate *g, const char *name, struct user *user)
{
	const struct user *found = users_find(&g->users, name);

	*user = (struct user){ .role = ROLES_NONE };
	if (found != NULL)
		*user = *found;
}

/* What came of a password whose hash is known now. */
static int
judge(struct gate *g, const struct keys *k, bool right, struct response *r)
{
	/* Locked meanwhile by guesses made at the same time: this one shall
	 * not learn whether it was right. */
	unsigned wait = wait_s(g, k);

	if (wait > 0)
		return login_refuse_locked(r, wait);
	if (!right)
		return refuse_wrong(g, k, r);
	count_success(g, k);
	return 0;
}

/* By the hash: a tenth of a second, off the lock. */
static int
verify(struct gate *g, const struct login_claim *c, const struct user *user,
    const struct keys *k, struct response *r)
{
	struct hasher_job job = { .password = c->password, .salt = user->salt,
	    .user = k->user, .from = k->from };
	uint8_t hash[SECRET_HASH_LEN], digest[SECRET_HASH_LEN];
	bool right;
	int rc;

	if (strlen(job.password) > USERS_PASSWORD_MAX)
		job.password = "";	/* nobody's: users have 8 octets */
	if (hasher_hash(g->hasher, &job, hash) != 0)
		return login_refuse_busy(r);
	right = secret_equal(hash, user->hash, sizeof(hash)) &&
	    user->role != ROLES_NONE;
	(void)pthread_mutex_lock(&g->lock);
	rc = judge(g, k, right, r);
	if (rc == 0) {
		proven_digest(&g->proven, user, c->password, digest);
		proven_add(&g->proven, digest, clock_mono(g->clock));
	}
	(void)pthread_mutex_unlock(&g->lock);
	secret_wipe(hash, sizeof(hash));
	loginlog_write(g->log_path, &(struct loginlog_event){ .what = "login",
	    .user = c->name, .from = c->from, .result = rc == 0 ? "ok" :
	    rc == 429 ? "locked" : "wrong" }, clock_real(g->clock));
	return rc;
}

int
login_check(struct gate *g, const struct login_claim *c, struct user *user,
    struct response *r)
{
	uint8_t digest[SECRET_HASH_LEN];
	struct keys k;
	unsigned wait;
	bool proven;

	make_keys(&k, c->name, c->from);
	(void)pthread_mutex_lock(&g->lock);
	wait = wait_s(g, &k);
	snapshot(g, c->name, user);
	proven_digest(&g->proven, user, c->password, digest);
	proven = proven_check(&g->proven, digest, clock_mono(g->clock));
	(void)pthread_mutex_unlock(&g->lock);
	if (wait > 0)
		return login_refuse_locked(r, wait);
	return proven ? 0 : verify(g, c, user, &k, r);
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
		return response_error(r, 401, "Authorization: only Basic and "
		    "Bearer are known");
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

void
login_issue(struct gate *g, const struct ask *q, const struct user *user,
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
		login_issue(g, q, &user, r);
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
	if (strcmp(q->method, "DELETE") == 0 && r->status == 200)
		loginlog_write(g->log_path, &(struct loginlog_event){
		    .what = "logout", .user = q->user, .from = &q->from,
		    .result = "ok" }, clock_real(g->clock));
}
