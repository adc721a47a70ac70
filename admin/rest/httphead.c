/* admin/rest/httphead.c - see httphead.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/httphead.h"

#include <string.h>
#include <strings.h>

#include "core/base/err.h"

#define VERSION	"HTTP/1.1"

/* text ends in the first CRLF: does it say the version before that? Older ones
 * have no head to wait for. */
static bool
says_version(const char *text, size_t len)
{
	static const char end[] = " " VERSION "\r\n";
	size_t n = sizeof(end) - 1;

	return len > n && memcmp(text + len - n, end, n) == 0;
}

/* An LF at text[at]. 1: the head ends here. */
static int
judge_lf(const char *text, size_t at, struct err *e)
{
	if (at == 0 || text[at - 1] != '\r')
		return err_set(e, ERR_PARSE, "a line of the head ends in LF "
		    "alone");
	if (at >= 2 && text[at - 2] == '\n')
		return 1;
	if (memchr(text, '\n', at) == NULL && !says_version(text, at + 1))
		return err_set(e, ERR_PARSE, "the first line is not METHOD "
		    "TARGET " VERSION);
	return 0;
}

int
httphead_find_end(const char *text, size_t len, size_t *at, struct err *e)
{
	for (; *at < len; (*at)++) {
		unsigned char c = (unsigned char)text[*at];
		int rc = 0;

		if (c == '\n')
			rc = judge_lf(text, *at, e);
		else if (*at > 0 && text[*at - 1] == '\r')
			rc = err_set(e, ERR_PARSE, "a CR stands alone in the "
			    "head");
		else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f)
			rc = err_set(e, ERR_PARSE, "octet 0x%02x in the head",
			    c);
		if (rc < 0)
			return rc;
		if (rc == 1)
			return (int)++*at;
	}
	return 0;
}

/* Cuts the next line off; there is one. */
static char *
next_line(char **at)
{
	char *line = *at, *end = strstr(line, "\r\n");

	*end = '\0';
	*at = end + 2;
	return line;
}

static int
parse_first(struct httphead *h, char *line, struct err *e)
{
	char *target = strchr(line, ' '), *version;

	version = target != NULL ? strchr(target + 1, ' ') : NULL;
	if (version == NULL || target == line || version == target + 1 ||
	    strcmp(version + 1, VERSION) != 0)
		return err_set(e, ERR_PARSE, "the first line is not METHOD "
		    "TARGET " VERSION);
	*target = *version = '\0';
	h->method = line;
	h->target = target + 1;
	if (strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(line))
		return err_set(e, ERR_PARSE, "\"%.20s\" is no method", line);
	return 0;
}

static int
parse_line(struct httphead *h, char *line, struct err *e)
{
	char *value = strchr(line, ':');
	size_t len;

	if (*line == ' ' || *line == '\t')
		return err_set(e, ERR_PARSE, "a header line goes on in the "
		    "next");
	if (value == NULL)
		return err_set(e, ERR_PARSE, "a header line has no colon");
	if (h->count == FRAMING_HEADERS_MAX)
		return err_set(e, ERR_RANGE, "more than %d header lines",
		    FRAMING_HEADERS_MAX);
	*value++ = '\0';
	value += strspn(value, " \t");
	len = strlen(value);
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		value[--len] = '\0';
	h->lines[h->count++] = (struct httphead_line){ line, value };
	framing_push(&h->framing, line, value);
	return 0;
}

int
httphead_parse(struct httphead *h, char *text, size_t len, struct err *e)
{
	char *at = text;
	int rc;

	*h = (struct httphead){ .count = 0 };
	text[len - 2] = '\0';		/* the empty line: the end */
	rc = parse_first(h, next_line(&at), e);
	while (rc == 0 && *at != '\0')
		rc = parse_line(h, next_line(&at), e);
	return rc;
}

const char *
httphead_find(const struct httphead *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcasecmp(h->lines[i].name, name) == 0)
			return h->lines[i].value;
	return NULL;
}
