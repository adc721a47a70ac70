/* core/io/daemonargs.c - see daemonargs.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/daemonargs.h"

#include <assert.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/version.h"

#define COMMON_MAX	10
/* Options without a letter are numbers from here on, by their row. */
#define UNLETTERED	256

/* All that a line may say, in the two forms that getopt_long asks for. */
struct table {
	struct daemonargs_row rows[COMMON_MAX + DAEMONARGS_ROWS_MAX];
	struct option	longs[COMMON_MAX + DAEMONARGS_ROWS_MAX + 1];
	char		letters[2 * (COMMON_MAX + DAEMONARGS_ROWS_MAX) + 1];
	size_t		count, letter_len;
};

static void
add(struct table *t, const struct daemonargs_row *r)
{
	int has = r->text != NULL ? required_argument : no_argument;
	int code = r->letter != 0 ? r->letter : UNLETTERED + (int)t->count;

	assert(t->count < OBJ_COUNT(t->rows));
	t->rows[t->count] = *r;
	t->longs[t->count++] = (struct option){ r->word, has, NULL, code };
	if (r->letter == 0)
		return;
	t->letters[t->letter_len++] = r->letter;
	if (has == required_argument)
		t->letters[t->letter_len++] = ':';
}

static const struct daemonargs_row *
find(const struct table *t, int code)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->longs[i].val == code)
			return &t->rows[i];
	return NULL;
}

static int
read_level(struct daemonargs *a, const char *text)
{
	int level = log_level_parse(text);

	if (level < 0) {
		(void)fprintf(stderr, "%s: log level \"%s\" is none of "
		    "error, warning, notice, info, debug\n", a->name, text);
		return DAEMONARGS_USAGE;
	}
	a->log.level = (enum log_level)level;
	return -1;
}

/* Walks the line; what has a place of its own is put there. */
static int
walk(const struct table *t, const struct daemonargs *a, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, t->letters, t->longs, NULL)) !=
	    -1) {
		const struct daemonargs_row *r = find(t, c);

		if (r == NULL) {
			(void)fputs(a->usage, stderr);
			return DAEMONARGS_USAGE;
		}
		if (r->text != NULL)
			*r->text = optarg;
		else
			*r->on = true;
	}
	if (optind == argc)
		return -1;
	(void)fprintf(stderr, "%s: \"%s\" is not an option\n%s", a->name,
	    argv[optind], a->usage);
	return DAEMONARGS_USAGE;
}

int
daemonargs_read(struct daemonargs *a, const struct daemonargs_row *own,
    int argc, char **argv)
{
	const char *level = NULL;
	bool journal = false, version = false, help = false;
	const struct daemonargs_row common[] = {
		{ "config", 'c', &a->config_path, NULL },
		{ "state", 's', &a->state_dir, NULL },
		{ "control", 'x', &a->control, NULL },
		{ "check", 't', NULL, &a->check },
		{ "lenient", 0, NULL, &a->lenient },
		{ "log", 'l', &level, NULL },
		{ "journal", 'j', NULL, &journal },
		{ "version", 'V', NULL, &version },
		{ "help", 'h', NULL, &help },
	};
	struct table t = { .count = 0 };
	int rc;

	for (size_t i = 0; i < OBJ_COUNT(common); i++)
		add(&t, &common[i]);
	for (; own->word != NULL; own++)
		add(&t, own);
	rc = walk(&t, a, argc, argv);
	if (rc == -1 && level != NULL)
		rc = read_level(a, level);
	if (rc != -1)
		return rc;
	if (journal)
		a->log.form = LOG_FORM_JOURNAL;
	if (version)
		(void)printf("%s %s\n", a->name, version_text);
	else if (help)
		(void)fputs(a->usage, stdout);
	return version || help ? DAEMONARGS_OK : -1;
}

void
daemonargs_prepare(const struct daemonargs *a)
{
	struct rlimit limit;

	log_setup(&a->log);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
}

int
daemonargs_refuse(const struct daemonargs *a, const struct err *e)
{
	(void)fprintf(stderr, "%s: %s\n", a->name, e->text);
	return DAEMONARGS_REFUSED;
}

int
daemonargs_check(const struct daemonargs *a,
    int (*verify)(const char *path, bool lenient, struct diag *out))
{
	struct diag d;
	int rc;

	diag_init(&d);
	rc = verify(a->config_path, a->lenient, &d);
	diag_print(&d, stdout);
	(void)printf("%s: %zu errors, %zu warnings\n", a->config_path,
	    d.errors, d.warnings);
	diag_fini(&d);
	return rc == 0 ? DAEMONARGS_OK : DAEMONARGS_REFUSED;
}
