/* admin/rest/users.c - see users.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/statefile.h"

#define SCHEME	"scrypt$15$8$1$"

void
users_fini(struct users *u)
{
	if (u->list != NULL)
		secret_wipe(u->list, u->count * sizeof(*u->list));
	free(u->list);
	*u = (struct users){ 0 };
}

bool
users_check_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return len > 0 && len < USERS_NAME_MAX && name[len] == '\0' &&
	    name[0] != '-';
}

const struct user *
users_find(const struct users *u, const char *name)
{
	for (size_t i = 0; i < u->count; i++)
		if (strcmp(u->list[i].name, name) == 0)
			return &u->list[i];
	return NULL;
}

void
users_put(struct users *u, const struct user *one)
{
	for (size_t i = 0; i < u->count; i++) {
		if (strcmp(u->list[i].name, one->name) == 0) {
			u->list[i] = *one;
			return;
		}
	}
	u->list = mem_grow(u->list, &u->room, u->count + 1, sizeof(*u->list));
	u->list[u->count++] = *one;
}

void
users_set_password(struct user *one, const char *password)
{
	secret_random(one->salt, sizeof(one->salt));
	secret_hash(password, one->salt, one->hash);
}

/* Cuts the next word off *at; NULL when there is none. */
static char *
next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t len = strcspn(word, " \t");

	if (len == 0)
		return NULL;
	*at = word + len;
	if (**at != '\0')
		*(*at)++ = '\0';
	return word;
}

static bool
parse_hash(const char *text, struct user *one)
{
	const size_t scheme = sizeof(SCHEME) - 1;
	const char *salt = text + scheme;
	const char *hash = salt + sizeof(one->salt) * 2;

	return strncmp(text, SCHEME, scheme) == 0 &&
	    strlen(salt) == sizeof(one->salt) * 2 + 1 + sizeof(one->hash) * 2 &&
	    *hash == '$' &&
	    secret_from_hex(salt, sizeof(one->salt), one->salt) &&
	    secret_from_hex(hash + 1, sizeof(one->hash), one->hash);
}

/* line is cut to pieces. */
static int
parse_line(struct users *u, char *line, struct err *e)
{
	char *name = next_word(&line), *role, *hash;
	struct user one = { .role = ROLES_NONE };

	if (name == NULL || *name == '#')
		return 0;
	role = next_word(&line);
	hash = next_word(&line);
	if (hash == NULL || next_word(&line) != NULL)
		return err_set(e, ERR_PARSE, "a name, a role and a hash are "
		    "expected");
	if (!users_check_name(name))
		return err_set(e, ERR_PARSE, "\"%s\" is no user's name", name);
	(void)snprintf(one.name, sizeof(one.name), "%s", name);
	if (users_find(u, name) != NULL)
		return err_set(e, ERR_EXISTS, "user %s is there twice", name);
	one.role = roles_parse(role);
	if (one.role == ROLES_NONE)
		return err_set(e, ERR_PARSE, "user %s: role \"%s\" is none of "
		    "guest, operator, manager, admin", name, role);
	if (!parse_hash(hash, &one))
		return err_set(e, ERR_PARSE, "user %s: the hash does not read "
		    SCHEME "SALT$HASH", name);
	if (u->count == USERS_COUNT_MAX)
		return err_set(e, ERR_RANGE, "more than %d users",
		    USERS_COUNT_MAX);
	users_put(u, &one);
	return 0;
}

int
users_parse(struct users *u, const char *text, struct err *e)
{
	unsigned number = 0;
	int rc = 0;

	while (rc == 0 && *text != '\0') {
		size_t len = strcspn(text, "\n");
		char *line = mem_strndup(text, len);

		number++;
		rc = parse_line(u, line, e);
		secret_wipe(line, len);
		free(line);
		text += len + (text[len] == '\n');
	}
	if (rc == 0)
		return 0;
	users_fini(u);
	if (e != NULL)
		(void)err_wrap(e, "line %u", number);
	return rc;
}

void
users_format(const struct users *u, struct strbuf *b)
{
	char salt[SECRET_SALT_LEN * 2 + 1], hash[SECRET_HASH_LEN * 2 + 1];

	for (size_t i = 0; i < u->count; i++) {
		const struct user *one = &u->list[i];

		secret_to_hex(one->salt, sizeof(one->salt), salt);
		secret_to_hex(one->hash, sizeof(one->hash), hash);
		strbuf_printf(b, "%s %s " SCHEME "%s$%s\n", one->name,
		    roles_name(one->role), salt, hash);
	}
	secret_wipe(hash, sizeof(hash));
}

int
users_load(struct users *u, const char *path, struct err *e)
{
	char *text = NULL;
	struct stat st;
	size_t len;
	int rc;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		return err_set(e, ERR_DENIED, "%s: mode %03o lets others at "
		    "the password hashes, 0600 is expected", path,
		    st.st_mode & 0777u);
	rc = statefile_read(path, &text, &len, e);
	if (rc != 0)
		return rc;
	if (strlen(text) != len)
		rc = err_set(e, ERR_PARSE, "octet 0");
	else
		rc = users_parse(u, text, e);
	secret_wipe(text, len);
	free(text);
	if (rc != 0 && e != NULL)
		(void)err_wrap(e, "%s", path);
	return rc;
}

/* Root sets a password for a server that runs as somebody else: the file goes
 * to whom the directory belongs. */
static int
give_to_owner(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash != NULL ?
	    mem_strndup(path, (size_t)(slash - path)) : mem_strdup(".");
	struct stat st;
	int rc = 0;

	if (geteuid() == 0 && (stat(*dir != '\0' ? dir : "/", &st) == -1 ||
	    chown(path, st.st_uid, st.st_gid) == -1))
		rc = err_sys(e, errno, "%s", path);
	free(dir);
	return rc;
}

int
users_save(const struct users *u, const char *path, struct err *e)
{
	struct strbuf b;
	int rc;

	strbuf_init(&b);
	users_format(u, &b);
	rc = statefile_write(path, b.text, b.len, e);
	secret_wipe(b.text, b.len);
	strbuf_fini(&b);
	return rc != 0 ? rc : give_to_owner(path, e);
}
