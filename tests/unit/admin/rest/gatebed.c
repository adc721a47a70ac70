/* tests/unit/admin/rest/gatebed.c - see gatebed.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/admin/rest/gatebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/login.h"
#include "admin/rest/upstream.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"

static void
write_users(const struct gatebed *b)
{
	static const enum roles_role roles[] = { ROLES_ADMIN, ROLES_OPERATOR,
	    ROLES_GUEST };
	struct users u = { 0 };
	struct user one = { .role = ROLES_NONE };

	users_set_password(&one, GATEBED_PASSWORD);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		one.role = roles[i];
		(void)snprintf(one.name, sizeof(one.name), "%s",
		    roles_name(roles[i]));
		users_put(&u, &one);
	}
	assert_int_equal(users_save(&u, tempdir_file(&b->dir, "users"), NULL),
	    0);
	users_fini(&u);
}

void
gatebed_make(struct gatebed *b, bool users)
{
	*b = (struct gatebed){ .budget = { .limit = (size_t)1 << 20 } };
	tempdir_make(&b->dir);
	clock_fake_init(&b->clock, 1000 * CLOCK_S, 1700000000);
	if (users)
		write_users(b);
	assert_int_equal(gate_init(&b->gate, b->dir.path, &b->clock, NULL), 0);
	b->gate.budget = &b->budget;
	b->gate.upstream = upstream_new("/nonexistent");
	b->gate.wom = upstream_new("/nonexistent/wom");
	b->gate.net = upstream_new("/nonexistent/net");
	gatebed_from(b, "10.0.0.1");
}

void
gatebed_clear(struct gatebed *b)
{
	response_fini(&b->reply);
	upstream_free(&b->gate.upstream);
	upstream_free(&b->gate.wom);
	upstream_free(&b->gate.net);
	gate_fini(&b->gate);
	tempdir_remove(&b->dir);
}

void
gatebed_from(struct gatebed *b, const char *address)
{
	assert_int_equal(addr_parse(address, &b->from), 0);
}

int
gatebed_ask(struct gatebed *b, const struct gatebed_ask *a)
{
	struct ask q = { .method = a->method, .path = mem_strdup(a->path),
	    .token = a->token, .authorization = a->authorization,
	    .from = b->from };
	size_t len = a->body != NULL ? strlen(a->body) : 0;

	response_fini(&b->reply);
	b->reply.budget = &b->budget;
	if (gate_admit(&b->gate, &q, &b->reply) == 0) {
		if (len > q.body_max)
			(void)response_error(&b->reply, 413, "%zu", q.body_max);
		else
			gate_answer(&b->gate, &q, a->body, len, &b->reply);
	}
	free(q.path);
	return b->reply.status;
}

int
gatebed_login(struct gatebed *b, const char *name, const char *password)
{
	char *body = mem_printf("{\"username\":\"%s\",\"password\":\"%s\"}",
	    name, password);
	int status = gatebed_ask(b, &(struct gatebed_ask){ .method = "POST",
	    .path = LOGIN_PATH, .body = body });

	free(body);
	return status;
}

char *
gatebed_token(const struct gatebed *b)
{
	struct json *j = json_parse(b->reply.body, strlen(b->reply.body), NULL);
	char *text;

	assert_non_null(j);
	text = mem_strdup(json_get_text(json_find(json_find(j, "token"),
	    "token")));
	assert_non_null(text);
	json_free(&j);
	return text;
}
