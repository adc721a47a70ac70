/* gtmd/query/cookiekeep.c - see cookiekeep.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/cookiekeep.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/hex.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/draft.h"
#include "gtmd/query/cookie.h"
#include "gtmd/types/settings.h"

#define ROLL_MS		(24 * 3600 * 1000)	/* a cookie lives an hour */
#define DIGITS		(2 * SIPHASH_KEY)

struct cookiekeep {
	unsigned		 magic;
#define COOKIEKEEP_MAGIC	0xc00c1e01u
	struct cookiekeep_config config;
	char			*base_dir;
	struct cookie_secrets	 now, next;	/* next.count 0: random */
	bool			 is_random;
	struct loop_timer	 roll;
};

static void
make_random(uint8_t key[SIPHASH_KEY])
{
	if (getrandom(key, SIPHASH_KEY, 0) != SIPHASH_KEY)
		abort();	/* a kernel without entropy has no business */
}

static void
on_roll(struct loop_timer *t, void *arg)
{
	struct cookiekeep *k = arg;

	(void)t;
	memcpy(k->now.key[1], k->now.key[0], SIPHASH_KEY);
	make_random(k->now.key[0]);
	k->now.count = 2;
	k->config.rolled(k->config.arg);
}

static void
start_random(struct cookiekeep *k)
{
	k->is_random = true;
	k->now.count = 1;
	make_random(k->now.key[0]);
	loop_timer_start(&k->roll, ROLL_MS, ROLL_MS);
}

struct cookiekeep *
cookiekeep_new(const struct cookiekeep_config *c)
{
	struct cookiekeep *k = mem_zalloc(1, sizeof(*k));
	const char *slash = strrchr(c->config_path, '/');

	k->magic = COOKIEKEEP_MAGIC;
	k->config = *c;
	k->base_dir = slash == NULL ? mem_strdup(".") :
	    mem_strndup(c->config_path, (size_t)(slash - c->config_path));
	loop_timer_init(&k->roll, c->loop, on_roll, k);
	start_random(k);
	return k;
}

void
cookiekeep_free(struct cookiekeep **pk)
{
	struct cookiekeep *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	OBJ_CHECK(k, COOKIEKEEP_MAGIC);
	loop_timer_stop(&k->roll);
	free(k->base_dir);
	explicit_bzero(k, sizeof(*k));
	free(k);
}

/* ---- the file ---- */

/* A secret's text has its length and its letters, or it is none. */
static bool
read_secret(const char *text, size_t len, uint8_t key[SIPHASH_KEY])
{
	return len == DIGITS && hex_read(text, key, SIPHASH_KEY);
}

/* The line's text is a secret and never repeated in a message. */
static int
take_line(struct cookie_secrets *s, const char *line, struct err *e)
{
	size_t blank = strspn(line, " \t"), len;

	len = strcspn(line + blank, "#\r\n");
	while (len > 0 && isblank((unsigned char)line[blank + len - 1]))
		len--;
	if (len == 0)
		return 0;
	if (s->count == COOKIE_SECRETS_MAX)
		return err_set(e, ERR_RANGE, "more than %d secrets",
		    COOKIE_SECRETS_MAX);
	if (!read_secret(line + blank, len, s->key[s->count]))
		return err_set(e, ERR_PARSE, "a secret is %d hexadecimal "
		    "digits", DIGITS);
	s->count++;
	return 0;
}

static int
read_lines(struct cookie_secrets *s, FILE *f, struct err *e)
{
	char line[256];
	unsigned number = 0;
	int rc = 0;

	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		number++;
		rc = take_line(s, line, e);
	}
	explicit_bzero(line, sizeof(line));
	if (rc != 0)
		return err_wrap(e, "line %u", number);
	if (ferror(f))
		return err_sys(e, errno, "read");
	return s->count > 0 ? 0 : err_set(e, ERR_PARSE, "holds no secret");
}

static int
read_file(struct cookiekeep *k, const char *file, struct err *e)
{
	char *path = *file == '/' ? mem_strdup(file) :
	    mem_printf("%s/%s", k->base_dir, file);
	FILE *f = fopen(path, "re");
	int rc;

	rc = f != NULL ? read_lines(&k->next, f, e) :
	    err_set(e, err_of_open(errno), "open: %s", strerror(errno));
	if (rc != 0)
		(void)err_wrap(e, "cookie-secret-file %s", path);
	if (f != NULL)
		(void)fclose(f);
	free(path);
	return rc;
}

int
cookiekeep_prepare(struct cookiekeep *k, const struct draft *d,
    struct diag *out)
{
	const struct settings_dns *s = (const struct settings_dns *)
	    draft_find(d, &settings_dns_type, NULL);
	struct err e = { 0 };

	OBJ_CHECK(k, COOKIEKEEP_MAGIC);
	k->next.count = 0;
	if (!draft_touches(d, &settings_dns_type)) {
		if (!k->is_random)
			k->next = k->now;
		return 0;
	}
	if (s->cookie_secret_file == NULL ||
	    read_file(k, s->cookie_secret_file, &e) == 0)
		return 0;
	k->next.count = 0;
	(void)err_wrap(&e, "global-settings dns");
	return diag_err(out, &s->obj.pos, &e);
}

void
cookiekeep_settle(struct cookiekeep *k, bool made)
{
	OBJ_CHECK(k, COOKIEKEEP_MAGIC);
	if (!made)
		return;
	if (k->next.count == 0) {
		if (!k->is_random)
			start_random(k);
		return;
	}
	if (k->next.count != k->now.count || memcmp(k->now.key, k->next.key,
	    (size_t)k->next.count * SIPHASH_KEY) != 0)
		log_at(LOG_NOTICE, "gtmd", "service", "cookie-secrets",
		    "count=%u", k->next.count);
	k->is_random = false;
	k->now = k->next;
	loop_timer_stop(&k->roll);
}

void
cookiekeep_inherit(struct cookiekeep *k, const struct cookie_secrets *s)
{
	OBJ_CHECK(k, COOKIEKEEP_MAGIC);
	if (!k->is_random || s->count == 0 || s->count > COOKIE_SECRETS_MAX)
		return;
	k->now = *s;
	k->config.rolled(k->config.arg);
}

const struct cookie_secrets *
cookiekeep_secrets(const struct cookiekeep *k)
{
	return &k->now;
}
