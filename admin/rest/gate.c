/* admin/rest/gate.c - see gate.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/gate.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "admin/rest/bashline.h"
#include "admin/rest/enrol.h"
#include "admin/rest/hasher.h"
#include "admin/rest/lockout.h"
#include "admin/rest/login.h"
#include "admin/rest/platform.h"
#include "admin/rest/relay.h"
#include "admin/rest/response.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"

#define BODY_MAX	((size_t)1 << 20)
#define VALUES_MAX	((size_t)64 << 10)	/* see needs_values */
#define LOGIN_BODY_MAX	((size_t)4096)	/* of strangers */
#define BASH_PATH	"/mgmt/tm/util/bash"

/* ---- users: a change of the file holds from the next request on ---- */

/* Tells versions of the file apart; 0 = there is none. A rename gives a new
 * inode. */
static int64_t
stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec +
	    (int64_t)st.st_ino;
}

static int
load_users(struct gate *g, int64_t stamp, struct err *e)
{
	struct users fresh = { 0 };
	int rc = users_load(&fresh, g->users_path, e);

	g->users_stamp = stamp;
	if (rc != 0)
		return rc;
	users_fini(&g->users);
	g->users = fresh;
	return 0;
}

int
gate_refresh_users(struct gate *g)
{
	int64_t stamp = stamp_of(g->users_path);
	struct err e = { 0 };

	if (stamp == g->users_stamp)
		return 0;
	if (load_users(g, stamp, &e) != 0) {
		log_at(LOG_ERROR, "rest", "users", "refused", "%s", e.text);
		return e.code;
	}
	log_at(LOG_NOTICE, "rest", "users", "read", "count=%zu",
	    g->users.count);
	if (g->users.count > 0)
		claim_close(&g->claim);
	return 0;
}

int
gate_init(struct gate *g, const char *state_dir, const struct clock *clock,
    struct err *e)
{
	int rc;

	*g = (struct gate){ .clock = clock,
	    .users_path = mem_printf("%s/users", state_dir),
	    .log_path = mem_printf("%s/audit.log", state_dir),
	    .lockout = lockout_new() };
	(void)pthread_mutex_init(&g->lock, NULL);
	proven_init(&g->proven);
	g->hasher = hasher_new(e);
	if (g->hasher == NULL)
		return ERR_IO;
	rc = load_users(g, stamp_of(g->users_path), e);
	return rc == ERR_NOTFOUND ? 0 : rc;
}

void
gate_fini(struct gate *g)
{
	hasher_free(&g->hasher);
	lockout_free(&g->lockout);
	tokens_fini(&g->tokens);
	users_fini(&g->users);
	proven_fini(&g->proven);
	claim_close(&g->claim);
	free(g->users_path);
	free(g->log_path);
	(void)pthread_mutex_destroy(&g->lock);
}

/* ---- letting in ---- */

static int
admit_token(struct gate *g, struct ask *q, struct response *r)
{
	const struct token *one;

	(void)pthread_mutex_lock(&g->lock);
	one = tokens_use(&g->tokens, &g->users, q->token,
	    clock_mono(g->clock));
	if (one != NULL) {
		memcpy(q->user, one->user, sizeof(q->user));
		q->role = one->role;
	}
	(void)pthread_mutex_unlock(&g->lock);
	return one != NULL ? 0 : response_error(r, 401,
	    "X-F5-Auth-Token does not exist.");
}

static int
admit_basic(struct gate *g, struct ask *q, struct response *r)
{
	struct user user;
	int rc = login_check_basic(g, q, &user, r);

	if (rc != 0)
		return rc;
	memcpy(q->user, user.name, sizeof(q->user));
	q->role = user.role;
	return 0;
}

/* RFC 6750 2.1: what clients of no F5 make know a token as. NULL = it is no
 * such header. */
static const char *
bearer_of(const char *authorization)
{
	static const char scheme[] = "Bearer ";
	size_t len = sizeof(scheme) - 1;

	if (authorization == NULL ||
	    strncasecmp(authorization, scheme, len) != 0)
		return NULL;
	return authorization + len + strspn(authorization + len, " ");
}

static bool
is_for_strangers(const char *path)
{
	return strcmp(path, LOGIN_PATH) == 0 || strcmp(path, ENROL_PATH) == 0;
}

static bool
is_tokens(const char *path)
{
	return strncmp(path, LOGIN_TOKENS, sizeof(LOGIN_TOKENS) - 1) == 0;
}

/* Must the body be read as values here? They take many times its octets, so
 * these bodies are short. */
static bool
needs_values(const struct ask *q)
{
	return is_for_strangers(q->path) || is_tokens(q->path) ||
	    strcmp(q->path, BASH_PATH) == 0 ||
	    roles_judges_body(q->role, q->method, q->path);
}

int
gate_admit(struct gate *g, struct ask *q, struct response *r)
{
	struct err e = { 0 };
	int rc;

	(void)pthread_mutex_lock(&g->lock);
	(void)gate_refresh_users(g);
	(void)pthread_mutex_unlock(&g->lock);
	q->user[0] = '\0';
	q->role = ROLES_NONE;
	q->body_max = LOGIN_BODY_MAX;
	if (is_for_strangers(q->path))
		return strcmp(q->method, "POST") == 0 ? 0 :
		    response_error(r, 405, "log in by POST");
	if (q->token == NULL)
		q->token = bearer_of(q->authorization);
	if (q->token != NULL)
		rc = admit_token(g, q, r);
	else if (q->authorization != NULL)
		rc = admit_basic(g, q, r);
	else
		rc = response_error(r, 401, "Authorization failed: no user "
		    "authentication header or token detected.");
	if (rc != 0)
		return rc;
	if (roles_check(q->role, q->method, q->path, &e) != 0)
		return response_err(r, &e);
	q->body_max = needs_values(q) ? VALUES_MAX : BODY_MAX;
	return 0;
}

/* ---- util/bash ---- */

/* As iControl REST tells it: no commandResult when nothing was printed. */
static void
tell_run(const struct json *body, const char *printed, struct response *r)
{
	struct json *j = json_new_object();

	json_put_text(j, "kind", "tm:util:bash:runstate");
	json_put_text(j, "command", "run");
	json_put_text(j, "utilCmdArgs", json_get_text(json_find(body,
	    "utilCmdArgs")));
	if (*printed != '\0')
		json_put_text(j, "commandResult", printed);
	response_json(r, 200, &j);
}

/* The path itself, or something below it? */
static bool
is_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return strncmp(path, top, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/');
}

/* Below which names whose branch of the tree is. */
static const struct {
	const char	*top;
	size_t		 off;	/* of struct gate's member */
} branches[] = {
	{ "/mgmt/tm/wom", offsetof(struct gate, wom) },
	{ "/mgmt/tm/ltm", offsetof(struct gate, wom) },
	{ "/mgmt/tm/net", offsetof(struct gate, net) },
	{ "/mgmt/tm/cm/traffic-group", offsetof(struct gate, net) },
};

struct upstream *
gate_upstream(const struct gate *g, const char *path)
{
	for (size_t i = 0; i < OBJ_COUNT(branches); i++)
		if (is_below(path, branches[i].top))
			return *(struct upstream *const *)(const void *)
			    ((const char *)g + branches[i].off);
	return g->upstream;
}

/* The request that the command stands for, with the rights of who sent it. */
static void
run_request(struct gate *g, const struct ask *q, const struct bashline *b,
    const struct json *body, struct response *r)
{
	struct ask as = *q;
	char *text = json_line(b->body);
	struct err e = { 0 };

	as.method = b->method;
	as.path = b->path;
	as.query = NULL;
	as.if_match = NULL;
	if (roles_check(q->role, b->method, b->path, &e) != 0 ||
	    roles_check_body(q->role, b->method, b->body, &e) != 0) {
		(void)response_err(r, &e);
	} else {
		relay_call(g->upstream, &as, text, r);
		if (r->status == 200)
			tell_run(body, b->prints, r);
	}
	free(text);
}

static void
answer_bash(struct gate *g, const struct ask *q, const struct json *body,
    struct response *r)
{
	struct bashline b;
	struct err e = { 0 };
	char *printed;

	if (strcmp(q->method, "POST") != 0) {
		(void)response_error(r, 405, "a command is run by POST");
		return;
	}
	if (bashline_parse(&b, body, &e) != 0) {
		(void)response_err(r, &e);
		return;
	}
	if (b.want == BASHLINE_REQUEST) {
		run_request(g, q, &b, body, r);
	} else {
		printed = platform_print(b.want);
		tell_run(body, printed, r);
		free(printed);
	}
	bashline_fini(&b);
}

/* ---- who answers ---- */

/* What only few requests need: the body as values. NULL with r answered. */
static struct json *
parse_body(const char *body, size_t len, struct response *r)
{
	struct err e = { 0 };
	struct json *j = body == NULL ? json_new_object() :
	    json_parse(body, len, &e);

	if (j != NULL && json_kind_of(j) != JSON_KIND_OBJECT) {
		json_free(&j);
		(void)err_set(&e, ERR_PARSE, "an object is expected");
	}
	if (j == NULL)
		(void)response_error(r, 400, "body: %s", e.text);
	return j;
}

static void
answer_with_values(struct gate *g, const struct ask *q, const char *body,
    size_t len, struct response *r)
{
	struct json *j = parse_body(body, len, r);
	struct err e = { 0 };

	if (j == NULL)
		return;
	if (strcmp(q->path, LOGIN_PATH) == 0)
		login_answer(g, q, j, r);
	else if (strcmp(q->path, ENROL_PATH) == 0)
		enrol_answer(g, q, j, r);
	else if (is_tokens(q->path))
		login_answer_tokens(g, q, j, r);
	else if (strcmp(q->path, BASH_PATH) == 0)
		answer_bash(g, q, j, r);
	else if (roles_check_body(q->role, q->method, j, &e) != 0)
		(void)response_err(r, &e);
	else
		relay_call(gate_upstream(g, q->path), q, body, r);
	json_free(&j);
}

/* Clients ask for self IP addresses of every box: where no etheripd runs there are none. */
static void
answer_of_net(struct gate *g, const struct ask *q, const char *body,
    const struct platform_ask *box, struct response *r)
{
	struct response empty = { .budget = r->budget };

	relay_call(g->net, q, body, r);
	if (r->status != 503 || strcmp(q->method, "GET") != 0 ||
	    !platform_answer(box, &empty)) {
		response_fini(&empty);
		return;
	}
	response_fini(r);
	*r = empty;
}

void
gate_answer(struct gate *g, const struct ask *q, const char *body,
    size_t len, struct response *r)
{
	const struct platform_ask box = { q->method, q->path, q->query,
	    clock_real(g->clock) };

	if (len == 0)
		body = NULL;
	if (body != NULL && memchr(body, '\0', len) != NULL)
		(void)response_error(r, 400, "body: octet 0");
	else if (gate_is_endless(q))	/* HEAD: what has no end has no head */
		(void)response_error(r, 405, "events are watched by GET");
	else if (needs_values(q))
		answer_with_values(g, q, body, len, r);
	else if (gate_upstream(g, q->path) == g->net)
		answer_of_net(g, q, body, &box, r);
	else if (!platform_answer(&box, r))
		relay_call(gate_upstream(g, q->path), q, body, r);
}

/* ---- answers without an end ---- */

bool
gate_is_endless(const struct ask *q)
{
	return strcmp(q->method, "GET") == 0 &&
	    (is_below(q->path, "/mgmt/tm/gtm/events") ||
	    is_below(q->path, "/mgmt/tm/wom/events") ||
	    is_below(q->path, "/mgmt/tm/net/events"));
}

int
gate_seat(struct gate *g, const struct ask *q, struct gate_watcher *w,
    struct response *r)
{
	const struct user *user;
	bool taken;

	(void)pthread_mutex_lock(&g->lock);
	user = users_find(&g->users, q->user);
	taken = user != NULL && seats_take(&g->seats, q->user);
	if (taken)
		*w = (struct gate_watcher){ .ask = q, .is = *user };
	(void)pthread_mutex_unlock(&g->lock);
	if (taken)
		return 0;
	(void)response_error(r, 503, "%d watch at a time, %d of one user",
	    SEATS_MAX, SEATS_PER_USER);
	r->retry_s = 5;
	return r->status;
}

bool
gate_check_watcher(struct gate *g, const struct gate_watcher *w)
{
	const struct ask *q = w->ask;
	const struct user *user;
	bool ok;

	(void)pthread_mutex_lock(&g->lock);
	(void)gate_refresh_users(g);
	user = users_find(&g->users, w->is.name);
	ok = user != NULL && user->role == w->is.role &&
	    memcmp(user->salt, w->is.salt, sizeof(user->salt)) == 0 &&
	    (q->token == NULL || tokens_check(&g->tokens, &g->users, q->token,
	    clock_mono(g->clock)));
	(void)pthread_mutex_unlock(&g->lock);
	return ok;
}

void
gate_leave(struct gate *g, const struct gate_watcher *w)
{
	(void)pthread_mutex_lock(&g->lock);
	seats_give(&g->seats, w->is.name);
	(void)pthread_mutex_unlock(&g->lock);
}
