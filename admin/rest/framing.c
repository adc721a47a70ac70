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

static void
push_length(struct framing *f, const char *value)
{
	size_t len = strlen(value);

	f->lengths++;
	if (len == 0 || len > 15 || strspn(value, "0123456789") != len)
		f->odd_length = true;
	else
		f->body_len = strtoull(value, NULL, 10);
}

static bool
is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t len = sizeof(json) - 1;

	return strncasecmp(type, json, len) == 0 &&
	    (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
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
	if (strcasecmp(name, "Content-Length") == 0) {
		push_length(f, value);
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->encodings++;
		f->odd_encoding = f->odd_encoding ||
		    strcasecmp(value, "chunked") != 0;
	} else if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
		keep(f->host, sizeof(f->host), value);
	} else if (strcasecmp(name, "Origin") == 0) {
		keep(f->origin, sizeof(f->origin), value);
	} else if (strcasecmp(name, "Content-Type") == 0) {
		f->odd_type = f->odd_type || !is_json(value);
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
	return f->body_len > 0 || f->encodings > 0;
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
	if (f->headers > FRAMING_HEADERS_MAX)
		return err_set(e, ERR_RANGE, "more than %d header lines",
		    FRAMING_HEADERS_MAX);
	if (f->odd_octets)
		return err_set(e, ERR_PARSE, "a header line has octets that "
		    "have no place there");
	if (f->lengths > 1 || f->odd_length)
		return err_set(e, ERR_PARSE, "Content-Length is not one "
		    "number");
	if (f->encodings > 1 || f->odd_encoding)
		return err_set(e, ERR_PARSE, "Transfer-Encoding is something "
		    "else than chunked");
	if (f->lengths > 0 && f->encodings > 0)
		return err_set(e, ERR_PARSE, "Content-Length and "
		    "Transfer-Encoding contradict each other");
	if (f->hosts != 1)
		return err_set(e, ERR_PARSE, "%s Host is given",
		    f->hosts == 0 ? "no" : "more than one");
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
