/* gtmd/types/pageurl.c - see pageurl.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/pageurl.h"

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"

static int
refuse(const char *text, struct err *e)
{
	return err_set(e, ERR_PARSE, "\"%s\" is not http://ADDRESS[:PORT]/PATH "
	    "(or https; an IPv6 address in brackets)", text);
}

/* The port behind a colon, or the scheme's when there is none. */
static bool
read_port(const char *at, size_t len, struct pageurl *u)
{
	unsigned port = 0;

	if (len == 0) {
		u->to.port = u->tls ? 443 : 80;
		return true;
	}
	if (*at != ':' || len < 2 || len > 6 || at[1] == '0')
		return false;
	for (size_t i = 1; i < len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		port = port * 10 + (unsigned)(at[i] - '0');
	}
	u->to.port = (uint16_t)port;
	return port <= UINT16_MAX;
}

/* "10.0.0.1:80" or "[2001:db8::1]:80". */
static bool
read_place(const char *at, size_t len, struct pageurl *u)
{
	bool six = *at == '[';
	const char *start = six ? at + 1 : at;
	const char *stop = memchr(start, six ? ']' : ':', len - six);
	size_t host = stop != NULL ? (size_t)(stop - start) : len - six;
	const char *rest = start + host + six;
	char text[ADDR_TEXT_MAX];

	if (host == 0 || host >= sizeof(text) || (six && stop == NULL))
		return false;
	(void)snprintf(text, sizeof(text), "%.*s", (int)host, start);
	return addr_parse(text, &u->to.addr) == 0 &&
	    (u->to.addr.family == AF_INET6) == six &&
	    read_port(rest, (size_t)(at + len - rest), u);
}

int
pageurl_parse(const char *text, struct pageurl *u, struct err *e)
{
	struct pageurl got = { .path = "/" };
	const char *at = text;
	size_t len;

	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '#')
			return refuse(text, e);
	got.tls = strncmp(at, "https://", 8) == 0;
	if (!got.tls && strncmp(at, "http://", 7) != 0)
		return refuse(text, e);
	at += got.tls ? 8 : 7;
	len = strcspn(at, "/?");
	if (at[len] == '?' || len == 0 || !read_place(at, len, &got))
		return refuse(text, e);
	if (addr_is_any(&got.to.addr))
		return err_set(e, ERR_RANGE, "\"%s\": nobody has that address",
		    text);
	if (at[len] == '/')
		got.path = at + len;
	*u = got;
	return 0;
}
