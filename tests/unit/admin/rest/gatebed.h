/* tests/unit/admin/rest/gatebed.h - a gate with users and a clock of its own, and
 * nobody behind it: what would be passed on is 503.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ADMIN_REST_GATEBED_H
#define TESTS_UNIT_ADMIN_REST_GATEBED_H

#include "admin/rest/budget.h"
#include "admin/rest/gate.h"
#include "admin/rest/response.h"
#include "tests/unit/core/base/tempdir.h"

#define GATEBED_PASSWORD	"correct horse"

struct gatebed {
	struct tempdir	 dir;
	struct clock	 clock;
	struct budget	 budget;
	struct gate	 gate;
	struct addr	 from;		/* where requests come from */
	struct response	 reply;		/* to the last one */
};

/* One request: strings may be NULL. */
struct gatebed_ask {
	const char	*method, *path, *body;
	const char	*token, *authorization;
};

/* With the users admin, operator and guest, each of the role of that name and
 * with the same password; or with none. */
void gatebed_make(struct gatebed *b, bool users);
void gatebed_clear(struct gatebed *b);
/* Changes where the next requests come from. */
void gatebed_from(struct gatebed *b, const char *address);
/* The status; the rest is in b->reply. */
int gatebed_ask(struct gatebed *b, const struct gatebed_ask *a);
/* POST of name and password to log in. */
int gatebed_login(struct gatebed *b, const char *name, const char *password);
/* The token in the reply to a log-in; the caller frees it. */
char *gatebed_token(const struct gatebed *b);

#endif
