/* admin/rest/enrol.c - see enrol.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/enrol.h"

#include <stdio.h>
#include <string.h>

#include "admin/rest/gate.h"
#include "admin/rest/hasher.h"
#include "admin/rest/lockout.h"
#include "admin/rest/login.h"
#include "admin/rest/loginlog.h"
#include "admin/rest/response.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/json.h"

void
enrol_begin(struct gate *g)
{
	char text[CLAIM_TEXT_LEN + 1];

	claim_open(&g->claim, clock_mono(g->clock), text);
	/* Whatever the log leaves out, a person has to act on this. */
	log_at(LOG_ERROR, "rest", "gtmrestd", "first-start", "token=%s "
	    "minutes=%d post=" ENROL_PATH, text, CLAIM_LIFE_S / 60);
	secret_wipe(text, sizeof(text));
}

/* The user to be made, without his password. */
static int
read_wish(const struct json *body, struct user *user, struct response *r)
{
	const struct json *given = json_find(body, "username");
	const char *name = given != NULL ? json_get_text(given) : "admin";
	const char *password = json_get_text(json_find(body, "password"));
	size_t len = password != NULL ? strlen(password) : 0;

	if (json_get_text(json_find(body, "token")) == NULL || name == NULL)
		return response_error(r, 400, "token, username and password "
		    "are expected");
	if (!users_check_name(name))
		return response_error(r, 400, "username: letters, digits, "
		    "\".\", \"_\" and \"-\", at most %d", USERS_NAME_MAX - 1);
	if (len < USERS_PASSWORD_MIN || len > USERS_PASSWORD_MAX)
		return response_error(r, 400, "a password has %d to %d octets",
		    USERS_PASSWORD_MIN, USERS_PASSWORD_MAX);
	*user = (struct user){ .role = ROLES_ADMIN };
	(void)snprintf(user->name, sizeof(user->name), "%s", name);
	secret_random(user->salt, sizeof(user->salt));
	return 0;
}

/* Nobody else can use the token from here on. The caller holds the lock. */
static int
take_claim(struct gate *g, const struct ask *q, const char *text,
    struct claim *taken, struct response *r)
{
	mono_ns now = clock_mono(g->clock);
	char key[LOCKOUT_KEY_MAX];
	struct err e = { 0 };
	unsigned wait;
	int rc;

	login_key_from(&q->from, key);
	wait = lockout_wait_s(g->lockout, key, now);
	if (wait > 0)
		return login_refuse_locked(r, wait);
	rc = claim_check(&g->claim, text, now, &e);
	if (rc == ERR_DENIED)
		lockout_fail(g->lockout, key, now);
	if (rc != 0)
		return response_error(r, rc == ERR_DENIED ? 401 : rc ==
		    ERR_RANGE ? 410 : 409, "%s", e.text);
	*taken = g->claim;
	claim_close(&g->claim);
	return 0;
}

/* The caller holds the lock. */
static int
save(struct gate *g, const struct user *user, struct response *r)
{
	struct users fresh = { 0 };
	struct err e = { 0 };
	int rc = gate_refresh_users(g);

	if (rc != 0 || g->users.count > 0)
		return response_error(r, 409, "there are users by now");
	users_put(&fresh, user);
	rc = users_save(&fresh, g->users_path, &e);
	users_fini(&fresh);
	if (rc != 0)
		return response_err(r, &e);
	(void)gate_refresh_users(g);
	return 0;
}

/* Not 0: the token may be used again, and r says why it was not. */
static int
make_user(struct gate *g, struct user *user, const struct hasher_job *job,
    struct response *r)
{
	int rc;

	if (hasher_hash(g->hasher, job, user->hash) != 0)
		return login_refuse_busy(r);
	(void)pthread_mutex_lock(&g->lock);
	rc = save(g, user, r);
	(void)pthread_mutex_unlock(&g->lock);
	return rc;
}

void
enrol_answer(struct gate *g, const struct ask *q, const struct json *body,
    struct response *r)
{
	struct user user;
	struct claim taken;
	struct hasher_job job = {
		.password = json_get_text(json_find(body, "password")),
		.salt = user.salt, .user = user.name, .from = "",
	};
	int rc = read_wish(body, &user, r);

	if (rc != 0)
		return;
	(void)pthread_mutex_lock(&g->lock);
	rc = take_claim(g, q, json_get_text(json_find(body, "token")),
	    &taken, r);
	(void)pthread_mutex_unlock(&g->lock);
	loginlog_write(g->log_path, &(struct loginlog_event){
	    .what = "first-password", .user = user.name, .from = &q->from,
	    .result = rc == 0 ? "ok" : rc == 429 ? "locked" : "wrong" },
	    clock_real(g->clock));
	if (rc != 0)
		return;
	if (make_user(g, &user, &job, r) == 0) {
		login_issue(g, q, &user, r);
	} else {
		(void)pthread_mutex_lock(&g->lock);
		if (g->users.count == 0)
			g->claim = taken;
		(void)pthread_mutex_unlock(&g->lock);
	}
	secret_wipe(&user, sizeof(user));
	secret_wipe(&taken, sizeof(taken));
}
