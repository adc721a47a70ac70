/* core/base/addr.c - addresses, prefixes and pairs: text form, order, sockets.
 *
 * Decides which spellings are read and the one that is written. What a name
 * of a host stands for is nobody's business here. Pure, any thread.
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/addr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"

static const uint8_t v4_mapped[12] = { [10] = 0xff, [11] = 0xff };

int
addr_parse(const char *text, struct addr *a)
{
	struct addr got = { .family = AF_INET };

	/* inet_pton(3) refuses the octal, hexadecimal and short spellings of
	 * old (010.1, 0x7f.1), and zones (%eth0). */
	if (inet_pton(AF_INET, text, got.octets) != 1) {
		got.family = AF_INET6;
		if (inet_pton(AF_INET6, text, got.octets) != 1)
			return ERR_PARSE;
	}
	*a = got;
	return 0;
}

/* len octets of text as an address. */
static int
parse_part(const char *text, size_t len, struct addr *a)
{
	char part[ADDR_TEXT_MAX];

	if (len >= sizeof(part))
		return ERR_PARSE;
	memcpy(part, text, len);
	part[len] = '\0';
	return addr_parse(part, a);
}

/* Digits only, no sign, no leading zero, at most max. */
static int
parse_number(const char *text, unsigned max, unsigned *value)
{
	unsigned v = 0;

	if (*text == '\0' || (*text == '0' && text[1] != '\0'))
		return ERR_PARSE;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return ERR_PARSE;
		v = v * 10 + (unsigned)(*text - '0');
		if (v > max)
			return ERR_PARSE;
	}
	*value = v;
	return 0;
}

/* The address half of a pair, len octets, whose separator is sep: ':' after
 * IPv4 or brackets, '.' after bare IPv6, either after "*". */
static int
parse_host(const char *text, size_t len, char sep, struct addr *a)
{
	int rc, want = sep == '.' ? AF_INET6 : AF_INET;

	if (len == 1 && *text == '*') {
		*a = (struct addr){ .family = 0 };
		return 0;
	}
	if (len >= 2 && *text == '[' && text[len - 1] == ']' && sep == ':') {
		want = AF_INET6;
		text++;
		len -= 2;
	}
	if ((rc = parse_part(text, len, a)) != 0)
		return rc;
	return a->family == want ? 0 : ERR_PARSE;
}

int
addr_parse_port(const char *text, struct addrport *ap)
{
	struct addrport got;
	const char *colon = strrchr(text, ':'), *dot = strrchr(text, '.');
	const char *sep = dot == NULL || (colon != NULL && colon > dot) ?
	    colon : dot;
	unsigned port = 0;

	if (sep == NULL)
		return ERR_PARSE;
	if (parse_host(text, (size_t)(sep - text), *sep, &got.addr) != 0)
		return ERR_PARSE;
	if (strcmp(sep + 1, "*") != 0 &&
	    parse_number(sep + 1, UINT16_MAX, &port) != 0)
		return ERR_PARSE;
	got.port = (uint16_t)port;
	*ap = got;
	return 0;
}

/* The bits of octet i that belong to a prefix of len bits. */
static uint8_t
mask_octet(unsigned len, size_t i)
{
	if (len >= (i + 1) * 8)
		return 0xff;
	return len <= i * 8 ? 0 : (uint8_t)(0xff00u >> (len - i * 8));
}

int
addr_parse_prefix(const char *text, struct addr_prefix *p)
{
	struct addr a;
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	unsigned bits, max;

	if (parse_part(text, len, &a) != 0)
		return ERR_PARSE;
	bits = max = (unsigned)addr_len(&a) * 8;
	if (slash != NULL && parse_number(slash + 1, max, &bits) != 0)
		return ERR_PARSE;
	for (size_t i = 0; i < addr_len(&a); i++)
		if ((a.octets[i] & ~mask_octet(bits, i)) != 0)
			return ERR_RANGE;
	*p = (struct addr_prefix){ .addr = a, .len = (uint8_t)bits };
	return 0;
}

/* The groups that "::" stands for: the longest run of two or more zeros, the
 * first of equals (RFC 5952 4.2). No run gives first = 8. */
static unsigned
zero_run(const uint8_t *octets, unsigned *first)
{
	unsigned best = 1, run = 0;

	*first = 8;
	for (unsigned i = 0; i < 8; i++) {
		run = octets[2 * i] == 0 && octets[2 * i + 1] == 0 ? run + 1 : 0;
		if (run > best) {
			best = run;
			*first = i + 1 - run;
		}
	}
	return best;
}

static size_t
format_v4(const uint8_t *o, char *buf, size_t cap)
{
	return (size_t)snprintf(buf, cap, "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
}

/* RFC 5952; only the IPv4-mapped prefix is told by its meaning (section 5),
 * so that what is written is the same on every libc. */
static size_t
format_v6(const uint8_t *o, char *buf, size_t cap)
{
	unsigned first, run;
	size_t n = 0;

	if (memcmp(o, v4_mapped, sizeof(v4_mapped)) == 0) {
		n = (size_t)snprintf(buf, cap, "::ffff:");
		return n + format_v4(o + 12, buf + n, cap - n);
	}
	run = zero_run(o, &first);
	for (unsigned i = 0; i < 8; i++) {
		const char *colon = i == 0 || i == first + run ? "" : ":";

		if (i == first) {
			n += (size_t)snprintf(buf + n, cap - n, "::");
			i += run - 1;
			continue;
		}
		n += (size_t)snprintf(buf + n, cap - n, "%s%x", colon,
		    (unsigned)(o[2 * i] << 8 | o[2 * i + 1]));
	}
	return n;
}

/* Writes a; returns the octets written, terminator apart. */
static size_t
format(const struct addr *a, char buf[ADDR_TEXT_MAX])
{
	if (a->family == AF_INET)
		return format_v4(a->octets, buf, ADDR_TEXT_MAX);
	if (a->family == AF_INET6)
		return format_v6(a->octets, buf, ADDR_TEXT_MAX);
	return (size_t)snprintf(buf, ADDR_TEXT_MAX, "*");
}

const char *
addr_format(const struct addr *a, char buf[ADDR_TEXT_MAX])
{
	(void)format(a, buf);
	return buf;
}

const char *
addr_format_port(const struct addrport *ap, char buf[ADDR_TEXT_MAX])
{
	size_t n = format(&ap->addr, buf);

	buf[n++] = ap->addr.family == AF_INET6 ? '.' : ':';
	if (ap->port == 0)
		(void)snprintf(buf + n, ADDR_TEXT_MAX - n, "*");
	else
		(void)snprintf(buf + n, ADDR_TEXT_MAX - n, "%u", ap->port);
	return buf;
}

const char *
addr_format_prefix(const struct addr_prefix *p, char buf[ADDR_TEXT_MAX])
{
	size_t n = format(&p->addr, buf);

	if (p->addr.family != 0)
		(void)snprintf(buf + n, ADDR_TEXT_MAX - n, "/%u", p->len);
	return buf;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

int
addr_compare(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->octets, b->octets, sizeof(a->octets));
}

bool
addr_is_any(const struct addr *a)
{
	static const uint8_t zero[sizeof(a->octets)];

	return a->family != 0 && memcmp(a->octets, zero, sizeof(zero)) == 0;
}

bool
addr_in_prefix(const struct addr *a, const struct addr_prefix *p)
{
	size_t whole = p->len / 8u;

	if (a->family != p->addr.family || a->family == 0)
		return false;
	if (memcmp(a->octets, p->addr.octets, whole) != 0)
		return false;
	return p->len % 8u == 0 ||
	    (a->octets[whole] & mask_octet(p->len, whole)) ==
	    p->addr.octets[whole];
}

size_t
addr_len(const struct addr *a)
{
	if (a->family == AF_INET)
		return 4;
	return a->family == AF_INET6 ? 16 : 0;
}

socklen_t
addr_to_sockaddr(const struct addr *a, uint16_t port,
    struct sockaddr_storage *ss)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

	memset(ss, 0, sizeof(*ss));
	if (a->family == AF_INET) {
		sin.sin_port = htons(port);
		memcpy(&sin.sin_addr, a->octets, 4);
		memcpy(ss, &sin, sizeof(sin));
		return sizeof(sin);
	}
	if (a->family == AF_INET6) {
		sin6.sin6_port = htons(port);
		memcpy(&sin6.sin6_addr, a->octets, 16);
		memcpy(ss, &sin6, sizeof(sin6));
		return sizeof(sin6);
	}
	return 0;
}

void
addr_from_sockaddr(const struct sockaddr *sa, struct addr *a, uint16_t *port)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;

	*a = (struct addr){ .family = 0 };
	*port = 0;
	if (sa->sa_family == AF_INET) {
		memcpy(&sin, sa, sizeof(sin));
		a->family = AF_INET;
		memcpy(a->octets, &sin.sin_addr, 4);
		*port = ntohs(sin.sin_port);
	} else if (sa->sa_family == AF_INET6) {
		const uint8_t *o = (const uint8_t *)&sin6.sin6_addr;
		bool mapped;

		memcpy(&sin6, sa, sizeof(sin6));
		mapped = memcmp(o, v4_mapped, sizeof(v4_mapped)) == 0;
		a->family = mapped ? AF_INET : AF_INET6;
		memcpy(a->octets, mapped ? o + 12 : o, addr_len(a));
		*port = ntohs(sin6.sin6_port);
	}
}
