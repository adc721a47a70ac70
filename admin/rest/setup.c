/* admin/rest/setup.c - see setup.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/setup.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "admin/rest/certificate.h"
#include "admin/rest/users.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/model/statefile.h"

static const struct passwd *
find_user(const char *user, struct err *e)
{
	const struct passwd *pw = getpwnam(user);

	if (pw == NULL)
		(void)err_set(e, ERR_NOTFOUND, "the system knows no user %s",
		    user);
	return pw;
}

int
setup_state_dir(const char *dir, const char *user, struct err *e)
{
	const struct passwd *pw;

	if (mkdir(dir, 0700) == -1)
		return errno == EEXIST ? 0 : err_sys(e, errno, "%s", dir);
	if (user == NULL)
		return 0;
	pw = find_user(user, e);
	if (pw == NULL)
		return ERR_NOTFOUND;
	if (chown(dir, pw->pw_uid, pw->pw_gid) == -1)
		return err_sys(e, errno, "%s", dir);
	return 0;
}

void
setup_harden(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
setup_drop_to(const char *user, struct err *e)
{
	const struct passwd *pw = find_user(user, e);

	if (pw == NULL)
		return ERR_NOTFOUND;
	if (initgroups(user, pw->pw_gid) == -1 || setgid(pw->pw_gid) == -1 ||
	    setuid(pw->pw_uid) == -1)
		return err_sys(e, errno, "becoming %s", user);
	if (pw->pw_uid != 0 && setuid(0) == 0)
		return err_set(e, ERR_DENIED, "becoming %s: root could be had "
		    "back", user);
	return 0;
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static int
check_tls(const struct setup_tls *t, const char *cert_path,
    const char *key_path, struct err *e)
{
	struct err why = { 0 };
	int rc = certificate_check(t->cert, t->key,
	    clock_real(&clock_system), &why);

	if (rc == ERR_RANGE) {
		log_at(LOG_ERROR, "rest", cert_path, "not-valid",
		    "\"%s\"", why.text);
		return 0;
	}
	return rc == 0 ? 0 : err_set(e, rc, "%s, %s: %s", cert_path, key_path,
	    why.text);
}

int
setup_read_tls(struct setup_tls *t, const char *cert_path,
    const char *key_path, bool make, struct err *e)
{
	char host[256] = "localhost";
	size_t len;
	int rc = 0;

	*t = (struct setup_tls){ NULL, NULL };
	if (make && !is_there(cert_path)) {
		(void)gethostname(host, sizeof(host) - 1);
		rc = certificate_make(cert_path, key_path, host, e);
	}
	if (rc == 0)
		rc = statefile_read(cert_path, &t->cert, &len, e);
	if (rc == 0)
		rc = statefile_read(key_path, &t->key, &len, e);
	if (rc == 0)
		rc = check_tls(t, cert_path, key_path, e);
	if (rc != 0)
		setup_tls_fini(t);
	return rc;
}

void
setup_tls_fini(struct setup_tls *t)
{
	if (t->key != NULL)
		secret_wipe(t->key, strlen(t->key));
	free(t->key);
	free(t->cert);
	*t = (struct setup_tls){ NULL, NULL };
}

/* One line of standard input, without its end; on a terminal it is not shown. */
static int
read_password(char *text, size_t cap, struct err *e)
{
	struct termios was, quiet;
	bool terminal = tcgetattr(STDIN_FILENO, &was) == 0;
	const char *got;

	if (terminal) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)fputs("Password: ", stderr);
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	got = fgets(text, (int)cap, stdin);
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		(void)fputc('\n', stderr);
	}
	if (got == NULL)
		return err_set(e, ERR_PARSE, "no password was given");
	text[strcspn(text, "\n")] = '\0';
	if (strlen(text) < USERS_PASSWORD_MIN ||
	    strlen(text) > USERS_PASSWORD_MAX)
		return err_set(e, ERR_RANGE, "a password has %d to %d octets",
		    USERS_PASSWORD_MIN, USERS_PASSWORD_MAX);
	return 0;
}

static int
choose_role(const struct users *u, const char *name, const char *role,
    struct user *one, struct err *e)
{
	const struct user *old = users_find(u, name);

	if (!users_check_name(name))
		return err_set(e, ERR_PARSE, "\"%s\": a name has letters, "
		    "digits, \".\", \"_\" and \"-\", at most %d", name,
		    USERS_NAME_MAX - 1);
	(void)snprintf(one->name, sizeof(one->name), "%s", name);
	if (role != NULL)
		one->role = roles_parse(role);
	else if (old != NULL)
		one->role = old->role;
	else if (u->count == 0)
		one->role = ROLES_ADMIN;
	if (one->role != ROLES_NONE)
		return 0;
	return err_set(e, ERR_PARSE, "user %s needs a role: guest, operator, "
	    "manager or admin", name);
}

int
setup_password(const char *users_path, const char *name, const char *role,
    struct err *e)
{
	char text[USERS_PASSWORD_MAX + 2];
	struct users u = { 0 };
	struct user one = { .role = ROLES_NONE };
	int rc = users_load(&u, users_path, e);

	if (rc == ERR_NOTFOUND)
		rc = 0;
	if (rc == 0)
		rc = choose_role(&u, name, role, &one, e);
	if (rc == 0)
		rc = read_password(text, sizeof(text), e);
	if (rc == 0) {
		users_set_password(&one, text);
		users_put(&u, &one);
		rc = users_save(&u, users_path, e);
	}
	secret_wipe(text, sizeof(text));
	users_fini(&u);
	return rc;
}
