/* core/wire/dnsname.c - reads, writes, orders and hashes domain names.
 *
 * The limits of RFC 1035 are enforced where a name comes in (dnsname_read,
 * dnsname_parse); everything else trusts the wire form. Pure but for the seed
 * of the hash, which is set before threads start. Layer: core/wire.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/wire/dnsname.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/wire/rbuf.h"

#define LABEL_MAX	63	/* octets, RFC 1035 2.3.4 */

/* Two top bits of a length octet, RFC 1035 4.1.4. */
#define TYPE_MASK	0xc0
#define TYPE_POINTER	0xc0

#define EACH(octet)	((octet) * UINT64_C(0x0101010101010101))

/* Adds 0x20 to each octet in 'A'..'Z'. The sums test all eight octets at
 * once: below 0x80 none of them carries into its neighbour. */
static inline uint64_t
lower8(uint64_t x)
{
	uint64_t seven = x & EACH(0x7f);
	uint64_t from_a = seven + EACH(0x80 - 'A');
	uint64_t past_z = seven + EACH(0x7f - 'Z');

	return x | (((from_a ^ past_z) & ~x & EACH(0x80)) >> 2);
}

static inline uint8_t
lower1(uint8_t c)
{
	return (uint8_t)(c | ((uint8_t)(c - 'A') < 26) << 5);
}

static inline void
copy_lower8(uint8_t *to, const uint8_t *from)
{
	uint64_t x;

	memcpy(&x, from, sizeof(x));
	x = lower8(x);
	memcpy(to, &x, sizeof(x));
}

/* Length octets are at most 63 and so below 'A': whole names may be lowered
 * without looking for their labels. */
static inline void
copy_lower(uint8_t *to, const uint8_t *from, size_t len)
{
	size_t i = 0;

	if (len < 8) {
		for (; i < len; i++)
			to[i] = lower1(from[i]);
		return;
	}
	for (; i + 8 <= len; i += 8)
		copy_lower8(to + i, from + i);
	copy_lower8(to + len - 8, from + len - 8);
}

/* Where the labels that start at pos end: at a root label or a pointer. Gives
 * r->len when they run out of the message or a label has another type. */
static size_t
scan_labels(const struct rbuf *r, size_t pos)
{
	while (pos < r->len) {
		unsigned n = r->base[pos];

		if (n == 0 || (n & TYPE_MASK) == TYPE_POINTER)
			return pos;
		if (n > LABEL_MAX)
			break;
		pos += n + 1;
	}
	return r->len;
}

size_t
dnsname_read(struct rbuf *r, uint8_t name[DNSNAME_MAX])
{
	size_t pos = r->off, after = 0, out = 0;

	while (!r->bad) {
		size_t end = scan_labels(r, pos), n = end - pos, to;

		/* One octet more, for the root label that has to come. */
		if (end == r->len || out + n + 1 > DNSNAME_MAX)
			break;
		if (r->base[end] == 0) {
			copy_lower(name + out, r->base + pos, n + 1);
			r->off = after != 0 ? after : end + 1;
			return out + n + 1;
		}
		copy_lower(name + out, r->base + pos, n);
		out += n;
		if (r->len - end < 2)
			break;
		to = (size_t)(r->base[end] & ~TYPE_MASK) << 8 | r->base[end + 1];
		if (to >= pos)
			break;
		if (after == 0)
			after = end + 2;
		pos = to;
	}
	r->bad = true;
	return 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What follows a backslash (RFC 1035 5.1): \DDD or \X. Returns the characters
 * read, 0 when it is neither. */
static size_t
parse_escape(const char *p, uint8_t *octet)
{
	unsigned v;

	if (*p == '\0')
		return 0;
	if (!is_digit(p[0])) {
		*octet = (uint8_t)p[0];
		return 1;
	}
	if (!is_digit(p[1]) || !is_digit(p[2]))
		return 0;
	v = (unsigned)(p[0] - '0') * 100 + (unsigned)(p[1] - '0') * 10 +
	    (unsigned)(p[2] - '0');
	*octet = (uint8_t)v;
	return v <= UINT8_MAX ? 3 : 0;
}

/* One label, up to a dot or the end, into label[0..63] with its length octet.
 * Returns the characters read, 0 on an empty or overlong label. */
static size_t
parse_label(const char *text, uint8_t label[1 + LABEL_MAX])
{
	const char *p = text;
	size_t len = 0, n;
	uint8_t c;

	while (*p != '\0' && *p != '.') {
		c = (uint8_t)*p++;
		if (c == '\\') {
			if ((n = parse_escape(p, &c)) == 0)
				return 0;
			p += n;
		}
		if (len == LABEL_MAX)
			return 0;
		label[++len] = lower1(c);
	}
	label[0] = (uint8_t)len;
	return len > 0 ? (size_t)(p - text) : 0;
}

size_t
dnsname_parse(const char *text, uint8_t name[DNSNAME_MAX])
{
	uint8_t label[1 + LABEL_MAX];
	size_t out = 0, n;

	if (strcmp(text, ".") == 0) {
		name[0] = 0;
		return 1;
	}
	do {
		if ((n = parse_label(text, label)) == 0 ||
		    out + label[0] + 2u > DNSNAME_MAX)
			return 0;
		memcpy(name + out, label, label[0] + 1u);
		out += label[0] + 1u;
		text += n;
		if (*text == '.')
			text++;
	} while (*text != '\0');
	name[out++] = 0;
	return out;
}

static char *
format_octet(uint8_t c, char *p)
{
	if (is_digit((char)c) || (lower1(c) >= 'a' && lower1(c) <= 'z') ||
	    c == '-' || c == '_' || c == '*' || c == '/') {
		*p++ = (char)c;
		return p;
	}
	*p++ = '\\';
	if (c > 0x20 && c < 0x7f) {
		*p++ = (char)c;
		return p;
	}
	*p++ = (char)('0' + c / 100);
	*p++ = (char)('0' + c / 10 % 10);
	*p++ = (char)('0' + c % 10);
	return p;
}

const char *
dnsname_format(const uint8_t *name, char buf[DNSNAME_TEXT_MAX])
{
	char *p = buf;

	if (*name == 0)
		*p++ = '.';
	for (; *name != 0; name += *name + 1) {
		if (p != buf)
			*p++ = '.';
		for (unsigned i = 1; i <= *name; i++)
			p = format_octet(name[i], p);
	}
	*p = '\0';
	return buf;
}

size_t
dnsname_len(const uint8_t *name)
{
	size_t n = 0;

	while (name[n] != 0)
		n += name[n] + 1u;
	return n + 1;
}

unsigned
dnsname_labels(const uint8_t *name)
{
	unsigned n = 0;

	for (; *name != 0; name += *name + 1)
		n++;
	return n;
}

bool
dnsname_is_under(const uint8_t *name, const uint8_t *parent)
{
	size_t left = dnsname_len(name), want = dnsname_len(parent);

	/* The tail must start at a label: "notexample" is not under "example". */
	while (left > want) {
		left -= *name + 1u;
		name += *name + 1;
	}
	return left == want && memcmp(name, parent, want) == 0;
}

bool
dnsname_equal(const uint8_t *a, const uint8_t *b)
{
	size_t len = dnsname_len(a);

	return len == dnsname_len(b) && memcmp(a, b, len) == 0;
}

/* Fills at[] with the place of each label, root apart; returns their count. */
static unsigned
find_labels(const uint8_t *name, const uint8_t *at[DNSNAME_LABELS_MAX])
{
	unsigned n = 0;

	for (; *name != 0; name += *name + 1)
		at[n++] = name;
	return n;
}

/* Octets from the left; where one label ends, it sorts first. */
static int
compare_labels(const uint8_t *a, const uint8_t *b)
{
	int rc = memcmp(a + 1, b + 1, *a < *b ? *a : *b);

	return rc != 0 ? rc : *a - *b;
}

int
dnsname_compare(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *at_a[DNSNAME_LABELS_MAX], *at_b[DNSNAME_LABELS_MAX];
	unsigned n_a = find_labels(a, at_a), n_b = find_labels(b, at_b);

	while (n_a > 0 && n_b > 0) {
		int rc = compare_labels(at_a[--n_a], at_b[--n_b]);

		if (rc != 0)
			return rc;
	}
	return (n_a > n_b) - (n_a < n_b);
}

/* What hash_key_init makes of seed 0, until another seed is drawn. */
static struct hash_key key = {
	{ UINT64_C(0x4e17cf67001b3979), UINT64_C(0xa08d04006b485dfd) }
};

uint64_t
dnsname_hash(const uint8_t *name, size_t len)
{
	return hash_octets(&key, name, len);
}

void
dnsname_hash_seed(uint64_t seed)
{
	hash_key_init(&key, seed);
}
