/* zones/zonefile.c - master files and their directives; see zonefile.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/zonefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "zones/block.h"
#include "zones/check.h"
#include "zones/finding.h"
#include "zones/records.h"
#include "zones/tree.h"
#include "zones/zonelex.h"
#include "zones/zonerec.h"

#define FILE_MAX	((off_t)1 << 32)	/* octets of one file */
#define PATH_SHOWN	256			/* characters in a sentence */

/* One file, or text, on the stack of $INCLUDE. */
struct source {
	struct zonerec	*rec;
	const char	*label;		/* name in findings */
	const char	*path;		/* NULL = not from a file */
	unsigned	 depth;
};

static void read_source(const struct source *s, const char *text, size_t len);

/* What is wrong is told at the place that names the file. */
static int
open_regular(const char *path, struct finding *f, off_t *size)
{
	/* Without O_NONBLOCK a FIFO would hold us here. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd == -1) {
		(void)finding_error(f, err_of_open(errno), "%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) == -1)
		(void)finding_error(f, ERR_IO, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		(void)finding_error(f, ERR_REF, "%s: not a regular file", path);
	else if (st.st_size >= FILE_MAX)
		(void)finding_error(f, ERR_RANGE, "%s: 4 GiB or more", path);
	else {
		*size = st.st_size;
		return fd;
	}
	(void)close(fd);
	return -1;
}

/* The whole file; a copy, because a mapping of a file that somebody cuts
 * short while we read would end us with SIGBUS. */
static int
read_whole(const char *path, struct finding *f, struct block *text)
{
	off_t size = 0;
	int fd = open_regular(path, f, &size);
	ssize_t n = 1;
	size_t at;

	if (fd == -1)
		return -1;
	block_expect(text, (size_t)size + 1);
	at = block_add(text, (size_t)size + 1, 1);
	while (at < text->len && n > 0) {
		n = read(fd, text->base + at, text->len - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == -1 && errno == EINTR)
			n = 1;
	}
	text->len = at;
	if (n == -1)
		(void)finding_error(f, ERR_IO, "%s: %s", path, strerror(errno));
	(void)close(fd);
	return n == -1 ? -1 : 0;
}

static void
read_file(const struct source *s)
{
	struct block text = { .base = NULL };

	if (read_whole(s->path, s->rec->finding, &text) == 0)
		read_source(s, (const char *)text.base, text.len);
	block_fini(&text);
}

/* name beside the file that includes it, unless it is absolute. */
static char *
beside(const char *path, const char *name, size_t len)
{
	const char *slash = strrchr(path, '/');

	if (*name == '/' || slash == NULL)
		return mem_strndup(name, len);
	return mem_printf("%.*s/%.*s", (int)(slash - path), path, (int)len,
	    name);
}

static void
drop_quotes(struct zonelex_text *t)
{
	if (t->len >= 2 && t->p[0] == '"' && t->p[t->len - 1] == '"') {
		t->p++;
		t->len -= 2;
	}
}

/* The included file may set origin and owner for itself; afterwards both are
 * what they were (RFC 1035 5.1). */
static void
include(const struct source *s, const struct zonelex_text *name,
    const uint8_t *origin, size_t origin_len)
{
	struct zonerec was = *s->rec, *z = s->rec;
	unsigned line = z->finding->line;
	char *path = beside(s->path, name->p, name->len);
	struct source sub = { z, path, path, s->depth + 1 };

	memcpy(z->origin, origin, origin_len);
	z->origin_len = origin_len;
	z->file = records_file(z->records, path);
	read_file(&sub);
	memcpy(z->origin, was.origin, was.origin_len);
	z->origin_len = was.origin_len;
	memcpy(z->last_name, was.last_name, was.last_len);
	z->last_len = was.last_len;
	z->last_owner = was.last_owner;
	z->file = was.file;
	finding_at(z->finding, s->label, line);
	free(path);
}

static int
do_include(const struct source *s, struct zonelex_text *args)
{
	struct zonelex_text name, word;
	uint8_t origin[DNSNAME_MAX];
	size_t len = s->rec->origin_len;

	if (s->path == NULL)
		return finding_error(s->rec->finding, ERR_UNSUPPORTED,
		    "$INCLUDE works in files only");
	if (!zonelex_word(args, &name))
		return finding_error(s->rec->finding, ERR_PARSE,
		    "$INCLUDE needs a file name");
	drop_quotes(&name);
	if (name.len == 0 || name.len > PATH_SHOWN)
		return finding_error(s->rec->finding, ERR_RANGE,
		    "$INCLUDE: file name of 1..%d characters", PATH_SHOWN);
	if (s->depth + 1 >= ZONEFILE_INCLUDE_DEPTH)
		return finding_error(s->rec->finding, ERR_RANGE,
		    "$INCLUDE deeper than %d files", ZONEFILE_INCLUDE_DEPTH);
	memcpy(origin, s->rec->origin, len);
	if (zonelex_word(args, &word)) {
		len = zonerec_name(s->rec, &word, origin);
		if (len == 0)
			return finding_error(s->rec->finding, ERR_PARSE,
			    "$INCLUDE: bad domain name for its origin");
	}
	include(s, &name, origin, len);
	return 0;
}

static int
do_origin(struct zonerec *z, struct zonelex_text *args)
{
	uint8_t name[DNSNAME_MAX];
	struct zonelex_text word;
	size_t len = 0;

	if (zonelex_word(args, &word))
		len = zonerec_name(z, &word, name);
	if (len == 0)
		return finding_error(z->finding, ERR_PARSE,
		    "$ORIGIN needs a domain name");
	memcpy(z->origin, name, len);
	z->origin_len = len;
	return 0;
}

static int
do_ttl(struct zonerec *z, struct zonelex_text *args)
{
	struct zonelex_text word;
	int rc;

	if (!zonelex_word(args, &word))
		return finding_error(z->finding, ERR_PARSE, "$TTL needs a time");
	rc = zonerec_ttl(&word, &z->ttl_default_s);
	if (rc != 0)
		return finding_error(z->finding, rc,
		    "$TTL is not in 0..2147483647");
	z->has_default = true;
	return 0;
}

static void
directive(const struct source *s, struct zonelex_text rest)
{
	struct finding *f = s->rec->finding;
	struct zonelex_text word;
	int rc;

	(void)zonelex_word(&rest, &word);
	if (zonelex_is(&word, "$ORIGIN"))
		rc = do_origin(s->rec, &rest);
	else if (zonelex_is(&word, "$TTL"))
		rc = do_ttl(s->rec, &rest);
	else if (zonelex_is(&word, "$INCLUDE"))
		rc = do_include(s, &rest);
	else
		rc = finding_error(f, ERR_UNKNOWN, "\"%.*s\": only $ORIGIN, $TTL "
		    "and $INCLUDE are known",
		    word.len < 32 ? (int)word.len : 32, word.p);
	if (rc == 0 && zonelex_word(&rest, &word))
		(void)finding_error(f, ERR_PARSE,
		    "more words than the directive has");
}

static void
read_source(const struct source *s, const char *text, size_t len)
{
	struct zonelex_entry en;
	struct zonelex lex;

	zonelex_init(&lex, text, len);
	while (zonelex_next(&lex, &en)) {
		finding_at(s->rec->finding, s->label, en.line);
		if (en.error != NULL)
			(void)finding_error(s->rec->finding, ERR_PARSE, "%s",
			    en.error);
		else if (*en.text.p == '$' && !en.indented)
			directive(s, en.text);
		else
			zonerec_read(s->rec, &en);
	}
	zonelex_fini(&lex);
}

/* One zone on its way from text to memory. */
struct loading {
	struct finding	finding;
	struct records	records;
	struct zonerec	rec;
};

/* Reads all entries. path is NULL when the text is not from a file. */
static void
load_text(struct loading *l, const struct zonefile_text *t, const char *path,
    const uint8_t *origin, struct diag *d)
{
	struct source s = { &l->rec, t->label, path, 0 };

	l->finding = (struct finding){ .diag = d };
	records_init(&l->records, origin, t->len);
	zonerec_init(&l->rec, &l->records, &l->finding);
	l->rec.file = records_file(&l->records, t->label);
	read_source(&s, t->text, t->len);
	zonerec_fini(&l->rec);
}

/* Checks and compiles what was read. */
static int
load_zone(struct loading *l, struct zone **out)
{
	check_zone(&l->records, &l->finding);
	if (l->finding.errors == 0)
		*out = tree_compile(&l->records);
	records_fini(&l->records);
	return l->finding.code;
}

int
zonefile_load(struct zone **out, const char *path, const uint8_t *origin,
    struct diag *d)
{
	struct finding f = { .diag = d, .file = path };
	struct block text = { .base = NULL };
	struct zonefile_text t;
	struct loading l;

	*out = NULL;
	if (read_whole(path, &f, &text) != 0) {
		block_fini(&text);
		return f.code;
	}
	t = (struct zonefile_text){ (const char *)text.base, text.len, path };
	load_text(&l, &t, path, origin, d);
	block_fini(&text);		/* before as much is needed again */
	return load_zone(&l, out);
}

int
zonefile_parse(struct zone **out, const struct zonefile_text *t,
    const uint8_t *origin, struct diag *d)
{
	struct loading l;

	*out = NULL;
	load_text(&l, t, NULL, origin, d);
	return load_zone(&l, out);
}
