/* admin/rest/users.h - who may log in: the file of names, roles and password
 * hashes.
 *
 * One user a line: "NAME ROLE scrypt$15$8$1$SALT$HASH", salt and hash in
 * hexadecimal; empty lines and those that start with '#' are skipped. The file
 * is whole or refused. Layer: admin/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_USERS_H
#define ADMIN_REST_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/rest/roles.h"
#include "admin/rest/secret.h"

struct err;
struct strbuf;

#define USERS_NAME_MAX		64	/* octets with NUL */
#define USERS_COUNT_MAX		1024
#define USERS_PASSWORD_MIN	8	/* octets */
#define USERS_PASSWORD_MAX	256

struct user {
	char		name[USERS_NAME_MAX];	/* letters, digits, . _ - */
	enum roles_role	role;
	uint8_t		salt[SECRET_SALT_LEN];
	uint8_t		hash[SECRET_HASH_LEN];
};

/* All zero is a valid empty one. */
struct users {
	struct user	*list;
	size_t		 count, room;
};

void users_fini(struct users *u);

/* Is it a name that a user can have? */
bool users_check_name(const char *name);
/* NULL when there is none; lives until the next change. */
const struct user *users_find(const struct users *u, const char *name);
/* Adds a user, or replaces the one of that name. */
void users_put(struct users *u, const struct user *one);
/* A fresh salt, and the hash of the password with it; ~0.1 s. */
void users_set_password(struct user *one, const char *password);

/* The file's text into an empty u. 0, or ERR_PARSE, ERR_RANGE, ERR_EXISTS
 * with the line named; then u is empty. */
int users_parse(struct users *u, const char *text, struct err *e);
/* The text that users_parse reads, appended. */
void users_format(const struct users *u, struct strbuf *b);

/* Reads the file into an empty u. ERR_NOTFOUND when there is none, ERR_DENIED
 * when others than its owner may read or write it, and as users_parse. */
int users_load(struct users *u, const char *path, struct err *e);
/* Writes it durably, mode 0600, for the owner of its directory. */
int users_save(const struct users *u, const char *path, struct err *e);

#endif
