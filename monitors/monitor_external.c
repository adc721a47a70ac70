/* monitors/monitor_external.c - the table of "gtm monitor external".
 *
 * Who writes monitors chooses the environment of a program that root has
 * chosen, but for what would make it another program: where it finds others,
 * and what loaders and interpreters read before its first line.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/monitor_external.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/proppairs.h"
#include "core/model/type.h"
#include "monitors/argline.h"
#include "monitors/monitor_rows.h"
#include "monitors/programfile.h"

static int
check_run(const struct prop *p, const void *value, struct err *e)
{
	char *path = programfile_path(*(char *const *)value, e);

	if (path == NULL)
		return err_wrap(e, "%s", p->name);
	free(path);
	return 0;
}

static int
check_args(const struct prop *p, const void *value, struct err *e)
{
	size_t count;
	char **v = argline_split(*(char *const *)value, &count, e);

	if (v == NULL)
		return err_wrap(e, "%s", p->name);
	argline_free(&v);
	return 0;
}

/* Ours, and those that change which code runs. */
static bool
is_reserved(const char *name, size_t len)
{
	static const char *const whole[] = {
		"CDPATH", "ENV", "GLOBIGNORE", "HOME", "IFS", "LOCPATH",
		"MON_TMPL_NAME", "NLSPATH", "NODE_IP", "NODE_OPTIONS",
		"NODE_PATH", "NODE_PORT", "OPENSSL_CONF", "PATH", "PS4",
		"SHELLOPTS", "TERMINFO", "TMPDIR",
	}, *const starts[] = {
		"BASH", "CURL_", "GCONV_", "GIT_", "GLIBC_", "JAVA_", "LD_",
		"LUA_", "MALLOC_", "OPENSSL_", "PERL", "PHP", "PYTHON", "RUBY",
		"SSL_", "TCL", "XDG_",
	};

	for (size_t i = 0; i < OBJ_COUNT(whole); i++)
		if (strlen(whole[i]) == len &&
		    memcmp(whole[i], name, len) == 0)
			return true;
	for (size_t i = 0; i < OBJ_COUNT(starts); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static int
check_variable(const struct prop *p, const void *value, struct err *e)
{
	const char *word = *(char *const *)value;
	size_t len = proppairs_key_len(word);
	bool good = len > 0 && !isdigit((unsigned char)word[0]);

	for (size_t i = 0; i < len && good; i++)
		good = isalnum((unsigned char)word[i]) || word[i] == '_';
	if (!good)
		return err_set(e, ERR_PARSE, "%s: \"%.*s\" is no name of a "
		    "variable: letters, digits and _, no digit first", p->name,
		    (int)len, word);
	if (is_reserved(word, len))
		return err_set(e, ERR_RANGE, "%s: %.*s is not to be set by a "
		    "monitor", p->name, (int)len, word);
	return 0;
}

static const struct prop external_props[] = {
	MONITOR_ROWS("gtm monitor external", "/Common/external"),
	{ .name = "args", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_external, args), .max = 4096,
	  .check = check_args,
	  .help = "arguments behind address and port; a word with blanks "
	  "stands in double quotes" },
	{ .name = "run", .kind = PROP_STRING,
	  .off = offsetof(struct monitor_external, run), .max = 1024,
	  .check = check_run,
	  .help = "a program in the folder of programs: its name, "
	  "/Common/NAME or whole path" },
	{ .name = "user-defined", .kind = PROP_PAIRS, .max = 64,
	  .off = offsetof(struct monitor_external, variables),
	  .check = check_variable,
	  .help = "variables for the program's environment, one a line" },
	{ .name = NULL }
};

/* Programs may be put in place later, so that what is amiss is a warning. */
static void
check_program(const struct monitor *m, const char *label, struct diag *out)
{
	const char *run = ((const struct monitor_external *)m)->run;
	char *path;
	struct err e;

	if (run == NULL) {
		diag_warn(out, &m->obj.pos, "%s: run: none, so that nothing "
		    "is found out", label);
		return;
	}
	path = programfile_path(run, &e);
	if (path != NULL && programfile_check(path, &e) != 0)
		diag_warn(out, &m->obj.pos, "%s: run: %s; nothing is found "
		    "out until this is mended", label, e.text);
	free(path);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	struct monitor *m;
	struct object *mo;
	char label[300];

	monitor_check(o, d, out);
	m = monitor_effective_draft(d, o);
	if (m == NULL)
		return;
	if (((const struct monitor *)o)->defaults_from != NULL &&
	    !o->damaged) {
		object_label(o, label, sizeof(label));
		check_program(m, label, out);
	}
	mo = &m->obj;
	object_unref(&mo);
}

const struct type monitor_external_type = {
	.words = "gtm monitor external",
	.title = "Monitor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct monitor_external),
	.props = external_props,
	.help = "runs a program, whose output means up",
	.check = check,
};
