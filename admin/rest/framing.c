/* admin/rest/framing.c - see framing.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/framing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/err.h"

/* RFC 9110 5.6.2 */
static bool
is_token(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");

	return len > 0 && text[len] == '\0';
}

static bool
is_clean(const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Is the word in a list with commas (RFC 9110 5.6.1)? */
static bool
lists(const char *value, const char *word)
{
	size_t len = strlen(word);

	while (*value != '\0') {
		size_t n;

		value += strspn(value, ", \t");
		n = strcspn(value, ", \t");
		if (n == len && strncasecmp(value, word, n) == 0)
			return true;
		value += n;
	}
	return false;
}

/* What a line says about the connection. */
static void
push_connection(struct framing *f, const char *name, const char *value)
{
	if (strcasecmp(name, "Connection") == 0) {
		f->closes = f->closes || lists(value, "close");
		f->upgrades = f->upgrades || lists(value, "upgrade");
	} else if (strcasecmp(name, "Upgrade") == 0) {
		f->upgrades = true;
	} else if (strcasecmp(name, "Expect") == 0) {
		f->expects++;
		f->odd_expect = f->odd_expect ||
		    strcasecmp(value, "100-continue") != 0;
	}
}

/* An origin that does not fit is nobody's we know. */
static void
keep(char *to, size_t cap, const char *value)
{
	if (strlen(value) < cap)
		(void)snprintf(to, cap, "%s", value);
	else
		(void)snprintf(to, cap, "?");
}

void
framing_push(struct framing *f, const char *name, const char *value)
{
	if (value == NULL)
		value = "";
	f->headers++;
	f->odd_octets = f->odd_octets || !is_token(name) || !is_clean(value);
	if (restframing_header(&f->length, name, value)) {
		if (strcasecmp(name, "Host") == 0)
			keep(f->host, sizeof(f->host), value);
	} else if (strcasecmp(name, "Origin") == 0) {
		keep(f->origin, sizeof(f->origin), value);
	} else if (strcasecmp(name, "Content-Type") == 0) {
		f->odd_type = f->odd_type || !restframing_is_json(value);
	} else if (strcasecmp(name, "Authorization") == 0) {
		f->authorizations++;
	} else if (strcasecmp(name, "X-F5-Auth-Token") == 0) {
		f->tokens++;
	} else {
		push_connection(f, name, value);
	}
}

bool
framing_has_body(const struct framing *f)
{
	return f->length.body_len > 0 || f->length.encodings > 0;
}

static bool
is_foreign(const struct framing *f)
{
	static const char scheme[] = "https://";

	return f->origin[0] != '\0' &&
	    (strncmp(f->origin, scheme, sizeof(scheme) - 1) != 0 ||
	    strcasecmp(f->origin + sizeof(scheme) - 1, f->host) != 0);
}

int
framing_check(const struct framing *f, struct err *e)
{
	int rc;

	if (f->headers > FRAMING_HEADERS_MAX)
		return err_set(e, ERR_RANGE, "more than %d header lines",
		    FRAMING_HEADERS_MAX);
	if (f->odd_octets)
		return err_set(e, ERR_PARSE, "a header line has octets that "
		    "have no place there");
	rc = restframing_check(&f->length, e);
	if (rc != 0)
		return rc;
	if (f->length.hosts == 0)
		return err_set(e, ERR_PARSE, "no Host is given");
	if (f->authorizations > 1 || f->tokens > 1)
		return err_set(e, ERR_PARSE, "credentials are given twice");
	if (f->upgrades)
		return err_set(e, ERR_PARSE, "only HTTP/1.1 is spoken here");
	if (f->odd_expect)
		return err_set(e, ERR_PARSE, "Expect: only 100-continue is "
		    "known");
	if (is_foreign(f))
		return err_set(e, ERR_DENIED, "pages of other origins are not "
		    "served");
	if (framing_has_body(f) && f->odd_type)
		return err_set(e, ERR_UNSUPPORTED, "Content-Type must be "
		    "application/json");
	return 0;
}
