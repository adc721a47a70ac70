/* core/rest/restframing.c - see restframing.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/restframing.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/err.h"

#define DIGITS_MAX	15	/* of a length: more than any disk holds */

static void
take_length(struct restframing *f, const char *value)
{
	size_t len = strlen(value);

	f->lengths++;
	if (len == 0 || len > DIGITS_MAX || strspn(value, "0123456789") != len)
		f->odd_length = true;
	else
		f->body_len = strtoull(value, NULL, 10);
}

bool
restframing_header(struct restframing *f, const char *name, const char *value)
{
	if (value == NULL)
		value = "";
	if (strcasecmp(name, "Content-Length") == 0) {
		take_length(f, value);
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->encodings++;
		f->odd_encoding = f->odd_encoding ||
		    strcasecmp(value, "chunked") != 0;
	} else if (strcasecmp(name, "Host") == 0) {
		f->hosts++;
	} else {
		return false;
	}
	return true;
}

int
restframing_check(const struct restframing *f, struct err *e)
{
	if (f->lengths > 1 || f->odd_length)
		return err_set(e, ERR_PARSE, "Content-Length is not one "
		    "number");
	if (f->encodings > 1 || f->odd_encoding)
		return err_set(e, ERR_PARSE, "Transfer-Encoding is something "
		    "else than chunked");
	if (f->lengths > 0 && f->encodings > 0)
		return err_set(e, ERR_PARSE, "Content-Length and "
		    "Transfer-Encoding contradict each other");
	if (f->hosts > 1)
		return err_set(e, ERR_PARSE, "more than one Host is given");
	return 0;
}

bool
restframing_is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t len = sizeof(json) - 1;

	return type != NULL && strncasecmp(type, json, len) == 0 &&
	    (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}
