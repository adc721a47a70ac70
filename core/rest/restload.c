/* core/rest/restload.c - see restload.h. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/statefile.h"
#include "core/model/store.h"
#include "core/model/tmos_load.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"

#define FINDINGS_TOLD	1000
#define FINDING_MAX	1024	/* octets of one, as text */
#define NAME_OCTETS	255	/* of the name of a file */
#define SUFFIX		".conf"

struct order {
	bool		 merge, verify, lenient, terminal;
	const char	*file, *text;	/* borrowed from the request, or NULL */
	const struct restrequest *q;
};

/* ---- what is asked ---- */

/* F5's clients write an option that is on as "" or true. */
static bool
is_on(const struct json *v)
{
	const char *text = json_get_text(v);

	return text != NULL ? *text == '\0' || strcmp(text, "true") == 0 :
	    json_get_bool(v);
}

/* It is shown in findings and in the log. */
static bool
is_name(const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return len > 0 && len <= NAME_OCTETS;
}

static int
read_option(struct order *o, const char *key, const struct json *v,
    struct err *e)
{
	const struct {
		const char	*key;
		bool		*on;
	} flags[] = {
		{ "merge", &o->merge }, { "verify", &o->verify },
		{ "lenient", &o->lenient }, { "from-terminal", &o->terminal },
	};

	if (strcmp(key, "file") == 0) {
		o->file = json_get_text(v);
		return is_name(o->file) ? 0 : err_set(e, ERR_PARSE,
		    "file: a name of 1..%d octets is expected", NAME_OCTETS);
	}
	for (size_t i = 0; i < OBJ_COUNT(flags); i++) {
		if (strcmp(flags[i].key, key) != 0)
			continue;
		*flags[i].on = is_on(v);
		return 0;
	}
	return err_set(e, ERR_UNKNOWN, "options: %s: is none of file, merge, "
	    "verify, lenient, from-terminal", key);
}

static int
read_options(struct order *o, const struct json *body, struct err *e)
{
	const struct json *list = json_find(body, "options");
	const struct json *v;
	const char *key;
	int rc = 0;

	if (list != NULL && json_kind_of(list) != JSON_KIND_ARRAY)
		return err_set(e, ERR_PARSE, "options: a list of objects is "
		    "expected");
	for (size_t i = 0; i < json_count(list); i++) {
		void *at = NULL;

		if (json_kind_of(json_item(list, i)) != JSON_KIND_OBJECT)
			return err_set(e, ERR_PARSE, "options: a list of "
			    "objects is expected");
		while (rc == 0 &&
		    (v = json_next(json_item(list, i), &at, &key)) != NULL)
			rc = read_option(o, key, v, e);
	}
	return rc;
}

static int
check_order(const struct order *o, const char *daemon, struct err *e)
{
	if (o->terminal && o->text == NULL)
		return err_set(e, ERR_PARSE, "from-terminal: text must be "
		    "given with it");
	if (o->text != NULL || o->file != NULL)
		return 0;
	if (o->merge)
		return err_set(e, ERR_PARSE, "merge: file or text must be "
		    "given with it");
	if (o->lenient && !o->verify)
		return err_set(e, ERR_PARSE, "lenient: file or text must be "
		    "given with it; %s --lenient reads its own file so",
		    daemon);
	return 0;
}

static int
read_order(struct order *o, const struct json *body, const char *daemon,
    struct err *e)
{
	static const char *const known[] = { "command", "options", "text",
	    "kind", NULL };
	const struct json *v;
	const char *key;
	void *at = NULL;
	int rc;

	*o = (struct order){ .merge = false };
	while ((v = json_next(body, &at, &key)) != NULL) {
		size_t i = 0;

		while (known[i] != NULL && strcmp(known[i], key) != 0)
			i++;
		if (known[i] == NULL)
			return err_set(e, ERR_UNKNOWN, "%s: unknown property "
			    "of load", key);
	}
	v = json_find(body, "text");
	o->text = json_get_text(v);
	if (v != NULL && o->text == NULL)
		return err_set(e, ERR_PARSE, "text: a text is expected");
	rc = read_options(o, body, e);
	return rc != 0 ? rc : check_order(o, daemon, e);
}

/* ---- a file of the daemon's ---- */

/* The path that a name means: only beside the configuration file, so that who
 * may load cannot look at other files through what is said of their lines. */
static char *
path_of(const struct restload *c, const char *name, struct err *e)
{
	const char *slash = strrchr(c->config_path, '/');
	size_t dir = slash != NULL ? (size_t)(slash - c->config_path) + 1 : 0;
	size_t len;

	if (dir > 0 && strncmp(name, c->config_path, dir) == 0)
		name += dir;
	len = strlen(name);
	if (strchr(name, '/') == NULL && *name != '.' &&
	    len > strlen(SUFFIX) &&
	    strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0)
		return mem_printf("%.*s%s", (int)dir, c->config_path, name);
	(void)err_set(e, ERR_DENIED, "file: %s: only files beside %s whose "
	    "names end in " SUFFIX " are read here; send the text instead",
	    name, c->config_path);
	return NULL;
}

static int
set_not_plain(const char *path, struct err *e)
{
	return err_set(e, ERR_DENIED, "%s: is no plain file", path);
}

/* Why it was not opened, so that a client neither waits for what will not
 * change (503) nor takes its own mistake for ours (500). */
static int
set_not_opened(const char *path, int sys_errno, const char *daemon,
    struct err *e)
{
	switch (sys_errno) {
	case ENOENT:
		return err_set(e, ERR_NOTFOUND, "%s: there is no such file",
		    path);
	case ELOOP:
	case ENXIO:
		return set_not_plain(path, e);
	case EACCES:
	case EPERM:
		return err_set(e, ERR_DENIED, "%s: %s may not read it",
		    path, daemon);
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return err_set(e, ERR_BUSY, "%s: there is no descriptor or "
		    "memory left to open it at this moment", path);
	default:
		return err_sys(e, sys_errno, "%s", path);
	}
}

static int
read_file(const struct restload *c, const char *name, char **text,
    size_t *len, struct err *e)
{
	char *path = path_of(c, name, e);
	struct stat st;
	int fd, rc;

	if (path == NULL)
		return e->code;
	/* A pipe would hold the loop up, a link leads away. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		rc = set_not_opened(path, errno, c->daemon, e);
	else if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = set_not_plain(path, e);
	else
		rc = statefile_read_fd(fd, path, text, len, e);
	if (fd != -1)
		(void)close(fd);
	free(path);
	return rc;
}

/* ---- what is done ---- */

static int
load_text(const struct restload *c, const struct order *o, struct diag *out)
{
	struct tmos_load l = { .text = o->text, .merge = o->merge,
	    .lenient = o->lenient,
	    .file = o->file != NULL ? o->file : "terminal" };
	struct draft *d;
	char *read = NULL;
	struct err e;
	int rc;

	if (o->text != NULL)
		l.len = strlen(o->text);
	else if (read_file(c, o->file, &read, &l.len, &e) != 0)
		return diag_err(out, NULL, &e);
	else
		l.text = read;
	d = store_draft(c->store);
	rc = tmos_load_into(d, &l, out);
	if (rc != 0)
		(void)draft_check(d, out);	/* what else is wrong */
	else if (o->verify)
		rc = store_verify(c->store, d, out);
	else
		rc = resttree_commit(c->tree, o->q, &d, out);
	draft_free(&d);
	free(read);
	return rc;
}

static int
load(const struct restload *c, const struct order *o, struct diag *out)
{
	if (o->text != NULL || o->file != NULL)
		return load_text(c, o, out);
	return o->verify ? c->verify(c->config_path, o->lenient, out) :
	    c->reload(c->arg, out);
}

/* ---- what is told ---- */

static struct json *
finding(const struct diag_entry *en)
{
	struct json *j = json_new_object();

	json_put_text(j, "level", en->level == DIAG_ERROR ? "error" :
	    "warning");
	if (en->pos.file != NULL)
		json_put_text(j, "file", en->pos.file);
	if (en->pos.line > 0)
		json_put_int(j, "line", en->pos.line);
	if (en->pos.column > 0)
		json_put_int(j, "column", en->pos.column);
	json_put_text(j, "message", en->text);
	return j;
}

static void
put_findings(struct json *j, const struct diag *d)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < d->count && i < FINDINGS_TOLD; i++) {
		struct json *one = finding(&d->entries[i]);

		json_add(all, &one);
	}
	json_put(j, "findings", &all);
	json_put_int(j, "errors", (int64_t)d->errors);
	json_put_int(j, "warnings", (int64_t)d->warnings);
}

/* The first error decides. What is wrong with a text is 400, whatever it is. */
static int
status_of(const struct diag *d)
{
	size_t i = 0;

	while (d->entries[i].level != DIAG_ERROR)
		i++;
	return d->entries[i].pos.file != NULL ? 400 :
	    restreply_status_of(d->entries[i].code);
}

/* For who looks at the message alone: every error with its place. */
static void
refuse(struct restreply *r, const struct diag *d)
{
	char text[FINDING_MAX];
	struct strbuf b = { 0 };

	for (size_t i = 0; i < d->count && i < FINDINGS_TOLD; i++) {
		if (d->entries[i].level != DIAG_ERROR)
			continue;
		diag_format(&d->entries[i], text, sizeof(text));
		strbuf_printf(&b, "%s%s", b.len > 0 ? "\n" : "", text);
	}
	(void)restreply_error(r, status_of(d), "%s", "");
	json_put_text(r->body, "message", b.text != NULL ? b.text : "");
	put_findings(r->body, d);
	strbuf_fini(&b);
}

static void
accept(const struct restload *c, const struct json *asked,
    const struct diag *d, struct restreply *r)
{
	const struct json *options = json_find(asked, "options");
	struct json *j = json_new_object(), *copy;

	json_put_text(j, "kind", "tm:sys:config:loadstate");
	json_put_text(j, "command", "load");
	if (options != NULL) {
		copy = json_clone(options);
		json_put(j, "options", &copy);
	}
	json_put_int(j, "serial", (int64_t)store_serial(c->store));
	put_findings(j, d);
	restreply_json(r, 200, &j);
}

static void
note(const struct restload *c, const struct order *o, const struct diag *d,
    int rc)
{
	if (o->verify || (o->text == NULL && o->file == NULL))
		return;			/* nothing was done; reload says so */
	log_at(rc == 0 ? LOG_NOTICE : LOG_WARNING, c->daemon, "config",
	    rc == 0 ? "loaded" : "load-refused",
	    "file=%s merge=%s errors=%zu warnings=%zu",
	    o->file != NULL ? o->file : "terminal", o->merge ? "yes" : "no",
	    d->errors, d->warnings);
}

void
restload_post(const struct restload *c, const struct restrequest *q,
    struct restreply *r)
{
	struct order o;
	struct err e = { 0 };
	struct diag d;
	int rc;

	if (read_order(&o, q->body, c->daemon, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	o.q = q;
	diag_init(&d);
	rc = load(c, &o, &d);
	diag_sort(&d);
	note(c, &o, &d, rc);
	if (rc != 0)
		refuse(r, &d);
	else
		accept(c, q->body, &d, r);
	diag_fini(&d);
}
