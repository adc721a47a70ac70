/* gtmd/mover/moverfile.c - see moverfile.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverfile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

#define SUFFIX	".journal"

static bool
is_plain(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

char *
moverfile_path(const char *folder, const char *name, uint32_t run,
    struct err *e)
{
	struct strbuf b;
	size_t start;

	strbuf_init(&b);
	strbuf_printf(&b, "%s/", folder);
	start = b.len;
	for (const char *at = name; *at != '\0'; at++) {
		if (*at == '/')
			strbuf_add_char(&b, '~');
		else if (is_plain(*at))
			strbuf_add_char(&b, *at);
		else
			strbuf_printf(&b, "%%%02X", (unsigned char)*at);
	}
	strbuf_printf(&b, ".%" PRIu32 SUFFIX, run);
	if (b.len - start <= NAME_MAX)
		return strbuf_take(&b);
	(void)err_set(e, ERR_RANGE, "%s: the name is too long for a file",
	    name);
	strbuf_fini(&b);
	return NULL;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Back from a file's name, len octets; NULL when it is none of ours. */
static char *
decode(const char *text, size_t len)
{
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (text[i] == '~') {
			strbuf_add_char(&b, '/');
		} else if (is_plain(text[i])) {
			strbuf_add_char(&b, text[i]);
		} else {
			high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
			low = high >= 0 ? hex_digit(text[i + 2]) : -1;
			if (text[i] != '%' || low < 0 || high + low == 0) {
				strbuf_fini(&b);
				return NULL;
			}
			strbuf_add_char(&b, (char)(high * 16 + low));
			i += 2;
		}
	}
	return strbuf_take(&b);
}

char *
moverfile_parse(const char *file, uint32_t *run)
{
	size_t len = strlen(file), digits;
	uint64_t n = 0;

	if (len <= sizeof(SUFFIX) - 1 ||
	    strcmp(file + len - (sizeof(SUFFIX) - 1), SUFFIX) != 0)
		return NULL;
	len -= sizeof(SUFFIX) - 1;
	for (digits = 0; digits < len &&
	    isdigit((unsigned char)file[len - digits - 1]); digits++)
		continue;
	if (digits == 0 || digits > 10 || len < digits + 2 ||
	    file[len - digits - 1] != '.' || file[len - digits] == '0')
		return NULL;
	for (size_t i = len - digits; i < len; i++)
		n = n * 10 + (uint64_t)(file[i] - '0');
	if (n > UINT32_MAX)
		return NULL;
	*run = (uint32_t)n;
	return decode(file, len - digits - 1);
}

int
moverfile_each(const char *folder, moverfile_fn *fn, void *arg, struct err *e)
{
	struct dirent *en;
	DIR *d = opendir(folder);

	if (d == NULL)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", folder);
	while ((en = readdir(d)) != NULL) {
		uint32_t run;
		char *name = moverfile_parse(en->d_name, &run), *path;

		if (name == NULL)
			continue;
		path = mem_printf("%s/%s", folder, en->d_name);
		fn(arg, path, name, run);
		free(path);
		free(name);
	}
	(void)closedir(d);
	return 0;
}

struct search {
	const char	*name;
	uint32_t	 below, found;
};

static void
on_found(void *arg, const char *path, const char *name, uint32_t run)
{
	struct search *s = arg;

	(void)path;
	if (strcmp(name, s->name) == 0 && run > s->found &&
	    (s->below == 0 || run < s->below))
		s->found = run;
}

uint32_t
moverfile_last(const char *folder, const char *name, uint32_t below)
{
	struct search s = { .name = name, .below = below };

	(void)moverfile_each(folder, on_found, &s, NULL);
	return s.found;
}

/* The last run of each, by its number. */
static void
on_one(void *arg, const char *path, const char *name, uint32_t run)
{
	struct map *last = arg;
	uint32_t *have = map_find(last, name);

	(void)path;
	if (have == NULL) {
		have = mem_zalloc(1, sizeof(*have));
		(void)map_put(last, name, have);
	}
	if (run > *have)
		*have = run;
}

int
moverfile_names(const char *folder, moverfile_name_fn *fn, void *arg,
    struct err *e)
{
	const char *name;
	struct map last;
	uint32_t *run;
	int rc;

	map_init(&last);
	rc = moverfile_each(folder, on_one, &last, e);
	for (size_t at = 0; (run = map_next(&last, &at, &name)) != NULL;) {
		if (rc == 0)
			fn(arg, name, *run);
		free(run);
	}
	map_fini(&last);
	return rc;
}
