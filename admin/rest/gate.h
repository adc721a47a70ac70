/* admin/rest/gate.h - the one place where requests are let in.
 *
 * Knows who asks (token or Basic), what that role may (roles.h) and who answers:
 * logins and tokens here, everything else the daemon behind its control socket,
 * to whom the request is written anew. Knows no sockets and no HTTP library.
 * From any thread. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_GATE_H
#define ADMIN_REST_GATE_H

#include <pthread.h>

#include "admin/rest/claim.h"
#include "admin/rest/proven.h"
#include "admin/rest/seats.h"
#include "admin/rest/tokens.h"
#include "core/base/addr.h"

struct budget;
struct clock;
struct err;
struct hasher;
struct json;
struct lockout;
struct response;
struct upstream;

/* A request whose head was read. Strings are borrowed but for path and query. */
struct ask {
	const char	*method;	/* "GET", "POST", "PATCH", "PUT", "DELETE" */
	char		*path, *query;	/* canonical, see urlpath.h; owned */
	const char	*token;		/* X-F5-Auth-Token, or a bearer's; NULL = none */
	const char	*authorization;	/* NULL = none */
	const char	*if_match;	/* NULL = none */
	const char	*transaction;	/* X-F5-REST-Coordination-Id or NULL */
	const char	*last_event;	/* Last-Event-ID or NULL */
	struct addr	 from;		/* where the connection comes from */
	/* gate_admit fills: */
	char		 user[USERS_NAME_MAX];	/* "" = nobody, a login */
	enum roles_role	 role;
	size_t		 body_max;	/* octets that it may send */
};

struct gate {
	const struct clock *clock;	/* borrowed */
	char		*users_path, *log_path;	/* log-ins: loginlog.h */
	pthread_mutex_t	 lock;		/* of all that follow */
	struct users	 users;
	int64_t		 users_stamp;	/* which version of the file it is */
	struct tokens	 tokens;
	struct lockout	*lockout;
	struct proven	 proven;
	struct seats	 seats;		/* of those who watch */
	struct claim	 claim;		/* open while there is no user */
	struct hasher	*hasher;	/* locks itself, as what follows */
	struct budget	*budget;	/* borrowed: memory of requests and replies */
	struct upstream	*upstream;	/* borrowed: ways to gtmd, */
	struct upstream	*wom;		/* to womd, */
	struct upstream	*net;		/* and to etheripd */
};

/* Who watches, and as whom he was let in. */
struct gate_watcher {
	const struct ask *ask;		/* borrowed */
	struct user	 is;
};

/* Reads the users in the state directory, of whom there may be none. 0, or a
 * code with its sentence; then g is to be finished all the same. */
int gate_init(struct gate *g, const char *state_dir,
    const struct clock *clock, struct err *e);
void gate_fini(struct gate *g);

/* Whose branch of the tree a path is in. */
struct upstream *gate_upstream(const struct gate *g, const char *path);

/* Reads the users anew when their file has changed; one that does not read
 * leaves them as they were. The caller holds the lock. 0 or its code. */
int gate_refresh_users(struct gate *g);

/* By the head alone: who is it, and may he? 0, or r says why not. Reads the
 * users anew when their file has changed. */
int gate_admit(struct gate *g, struct ask *q, struct response *r);

/* Answers a request that was admitted. body NULL = none. */
void gate_answer(struct gate *g, const struct ask *q, const char *body,
    size_t len, struct response *r);

/* Is it a GET whose answer has no end? Then stream.h gives it, not
 * gate_answer. */
bool gate_is_endless(const struct ask *q);
/* A seat for who was admitted: 0, or r says why not. q is borrowed until
 * gate_leave. */
int gate_seat(struct gate *g, const struct ask *q, struct gate_watcher *w,
    struct response *r);
/* May he watch on? false as soon as his token ends or is anybody's no more, or
 * his role or password has changed. Watching is no use of a token. */
bool gate_check_watcher(struct gate *g, const struct gate_watcher *w);
void gate_leave(struct gate *g, const struct gate_watcher *w);

#endif
