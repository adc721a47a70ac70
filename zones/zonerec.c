/* zones/zonerec.c - one record's entry; see zonerec.h.
 *
 * Address records make up most of a large zone, so their rdata is read here;
 * all other rdata is ldns's work. (ldns alone needs 1.4 s for a million
 * address records, twice what a reload may take.)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/zonerec.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "zones/finding.h"
#include "zones/records.h"
#include "zones/rrblob.h"
#include "zones/rrtype.h"
#include "zones/zonelex.h"

#define WORD_SHOWN	64	/* characters of a bad word in a sentence */

void
zonerec_init(struct zonerec *z, struct records *r, struct finding *f)
{
	*z = (struct zonerec){ .records = r, .finding = f };
	memcpy(z->origin, r->apex, r->apex_len);
	z->origin_len = r->apex_len;
	z->rdata = mem_zalloc(RRBLOB_MAX, 1);
}

void
zonerec_fini(struct zonerec *z)
{
	free(z->rdata);
	z->rdata = NULL;
}

/* How much of a word a sentence shows. */
static int
shown(const struct zonelex_text *w)
{
	return w->len < WORD_SHOWN ? (int)w->len : WORD_SHOWN;
}

/*
 * Labels of plain characters straight into wire form. Returns the octets
 * without a root label and sets *absolute; 0 = look closer (an escape, a
 * strange character, an empty or overlong label).
 */
static size_t
plain_labels(const struct zonelex_text *w, uint8_t *name, bool *absolute)
{
	size_t i, start = 0;
	unsigned char c;

	if (w->len == 0 || w->len > DNSNAME_MAX - 2)
		return 0;
	for (i = 0; i < w->len; i++) {
		c = (unsigned char)w->p[i];
		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c == '.') {
			if (i == start || i - start > 63)
				return 0;
			name[start] = (uint8_t)(i - start);
			start = i + 1;
		} else if (c > ' ' && c < 0x7f && c != '\\' && c != '"') {
			name[i + 1] = c;
		} else {
			return 0;
		}
	}
	*absolute = start == i;
	if (*absolute)
		return i;
	if (i - start > 63)
		return 0;
	name[start] = (uint8_t)(i - start);
	return i + 1;
}

/* The same through the general reader. */
static size_t
escaped_labels(const struct zonelex_text *w, uint8_t *name, bool *absolute)
{
	char text[DNSNAME_TEXT_MAX];
	size_t i, len;

	if (w->len == 0 || w->len >= sizeof(text))
		return 0;
	memcpy(text, w->p, w->len);
	text[w->len] = '\0';
	*absolute = false;
	for (i = 0; i < w->len; i++) {
		*absolute = text[i] == '.';
		if (text[i] == '\\')
			i++;
	}
	len = dnsname_parse(text, name);
	return len == 0 ? 0 : len - 1;
}

size_t
zonerec_name(const struct zonerec *z, const struct zonelex_text *word,
    uint8_t name[DNSNAME_MAX])
{
	bool absolute = false;
	size_t len;

	if (word->len == 1 && *word->p == '@') {
		memcpy(name, z->origin, z->origin_len);
		return z->origin_len;
	}
	if (word->len == 1 && *word->p == '.') {
		name[0] = 0;
		return 1;
	}
	len = plain_labels(word, name, &absolute);
	if (len == 0)
		len = escaped_labels(word, name, &absolute);
	if (len == 0)
		return 0;
	if (absolute) {
		name[len] = 0;
		return len + 1;
	}
	if (len + z->origin_len > DNSNAME_MAX)
		return 0;
	memcpy(name + len, z->origin, z->origin_len);
	return len + z->origin_len;
}

static uint64_t
unit_s(char c)
{
	switch (c) {
	case 's': case 'S':
		return 1;
	case 'm': case 'M':
		return 60;
	case 'h': case 'H':
		return 3600;
	case 'd': case 'D':
		return 86400;
	case 'w': case 'W':
		return 604800;
	default:
		return 0;
	}
}

int
zonerec_ttl(const struct zonelex_text *word, uint32_t *ttl_s)
{
	uint64_t sum = 0, v = 0, unit;
	bool digits = false, units = false;
	size_t i;

	for (i = 0; i < word->len; i++) {
		if (isdigit((unsigned char)word->p[i])) {
			v = v * 10 + (unsigned)(word->p[i] - '0');
			digits = true;
		} else {
			unit = unit_s(word->p[i]);
			if (unit == 0 || !digits)
				return ERR_PARSE;
			sum += v * unit;
			v = 0;
			digits = false;
			units = true;
		}
		if (v > UINT32_MAX || sum > UINT32_MAX)
			return ERR_RANGE;
	}
	if (word->len == 0 || (!digits && !units))
		return ERR_PARSE;
	if (sum + v > ZONEREC_TTL_MAX)
		return ERR_RANGE;
	*ttl_s = (uint32_t)(sum + v);
	return 0;
}

/* "IN" and "CLASS1" are ours; *other is set for a class that is not. */
static bool
is_class(const struct zonelex_text *w, bool *other)
{
	*other = false;
	if (w->len < 2)			/* "A" above all */
		return false;
	if (zonelex_is(w, "IN") || zonelex_is(w, "CLASS1"))
		return true;
	*other = zonelex_is(w, "CH") || zonelex_is(w, "HS") ||
	    zonelex_is(w, "CS") ||
	    (w->len > 5 && strncasecmp(w->p, "CLASS", 5) == 0);
	return *other;
}

/* The owner of the entry, into z->last_…; false when there is none. */
static bool
read_owner(struct zonerec *z, const struct zonelex_entry *en,
    struct zonelex_text *rest)
{
	struct zonelex_text word;
	size_t len;

	if (en->indented) {
		if (z->last_len == 0)
			(void)finding_error(z->finding, ERR_PARSE,
			    "the first record needs an owner name");
		return z->last_len != 0;
	}
	(void)zonelex_word(rest, &word);
	len = zonerec_name(z, &word, z->name);
	if (len == 0 || (*word.p == '@' && word.len > 1)) {
		(void)finding_error(z->finding, ERR_PARSE,
		    "\"%.*s\" is not a domain name", shown(&word), word.p);
		return false;
	}
	if (len == z->last_len && memcmp(z->name, z->last_name, len) == 0)
		return true;
	memcpy(z->last_name, z->name, len);
	z->last_len = len;
	z->last_owner = dnsname_is_under(z->name, z->records->apex) ?
	    records_owner(z->records, z->name, len) : 0;
	return true;
}

/* TTL and class, in any order, each at most once; leaves the type in *word.
 * Returns 1 when a TTL was given, 0 when not, or an error that was told. */
static int
read_ttl_class(struct zonerec *z, struct zonelex_text *rest,
    struct zonelex_text *word, uint32_t *ttl_s)
{
	bool has_ttl = false, has_class = false, other;
	int rc;

	while (zonelex_word(rest, word)) {
		if (!has_ttl && isdigit((unsigned char)*word->p)) {
			rc = zonerec_ttl(word, ttl_s);
			if (rc != 0)
				return finding_error(z->finding, rc,
				    "TTL \"%.*s\" is not in 0..2147483647",
				    shown(word), word->p);
			has_ttl = true;
		} else if (!has_class && is_class(word, &other)) {
			if (other)
				return finding_error(z->finding,
				    ERR_UNSUPPORTED, "class %.*s: only IN is "
				    "served", shown(word), word->p);
			has_class = true;
		} else {
			return has_ttl;
		}
	}
	return finding_error(z->finding, ERR_PARSE, "record without a type");
}

static uint16_t
read_type(struct zonerec *z, const struct zonelex_text *word)
{
	uint16_t type;

	if (word->len == 1 && (*word->p | 0x20) == 'a')
		return RRTYPE_A;
	if (zonelex_is(word, "AAAA"))
		return RRTYPE_AAAA;
	type = rrblob_type(word);
	if (type == 0)
		(void)finding_error(z->finding, ERR_UNKNOWN,
		    "\"%.*s\" is not a record type", shown(word), word->p);
	else if (rrtype_is_meta(type)) {
		(void)finding_error(z->finding, ERR_UNSUPPORTED,
		    "type %.*s is for questions and messages, not for zones",
		    shown(word), word->p);
		return 0;
	}
	return type;
}

/* Four numbers of one to three digits, as inet_pton takes them: none over 255
 * and none that starts with a 0 of several. */
static int
read_ipv4(const struct zonelex_text *t, uint8_t *rdata)
{
	unsigned octets = 0, digits = 0, v = 0;

	for (size_t i = 0; i < t->len; i++) {
		unsigned d = (unsigned)(unsigned char)t->p[i] - '0';

		if (d < 10 && (digits == 0 || v > 0)) {
			v = v * 10 + d;
			digits++;
		} else if (t->p[i] == '.' && digits > 0 && octets < 3) {
			rdata[octets++] = (uint8_t)v;
			v = digits = 0;
		} else {
			return -1;
		}
		if (v > UINT8_MAX)
			return -1;
	}
	if (octets < 3 || digits == 0)
		return -1;
	rdata[3] = (uint8_t)v;
	return 4;
}

/* -1 when it is none, also for "\# …". */
static int
read_address(uint16_t type, const struct zonelex_text *t, uint8_t *rdata)
{
	char text[INET6_ADDRSTRLEN];

	if (type == RRTYPE_A)
		return read_ipv4(t, rdata);
	if (t->len >= sizeof(text))
		return -1;
	memcpy(text, t->p, t->len);
	text[t->len] = '\0';
	return inet_pton(AF_INET6, text, rdata) == 1 ? 16 : -1;
}

static int
read_blob(struct zonerec *z, uint16_t type, struct zonelex_text *rest)
{
	struct err e = { .code = 0 };
	int len = rrblob_read(type, rest, z->origin, z->rdata, &e);

	return len < 0 ? finding_error(z->finding, len, "%s", e.text) : len;
}

static int
read_rdata(struct zonerec *z, uint16_t type, struct zonelex_text *rest)
{
	int len;

	zonelex_trim(rest);
	if (type != RRTYPE_A && type != RRTYPE_AAAA)
		return read_blob(z, type, rest);
	len = read_address(type, rest, z->rdata);
	if (len >= 0)
		return len;
	if (rest->len > 0 && *rest->p == '\\')
		return read_blob(z, type, rest);
	return finding_error(z->finding, ERR_PARSE,
	    "\"%.*s\" is not an IPv%d address", shown(rest), rest->p,
	    type == RRTYPE_A ? 4 : 6);
}

/* MINIMUM, the last number of an SOA. */
static uint32_t
soa_minimum(const uint8_t *rdata, size_t len)
{
	const uint8_t *p = rdata + len - 4;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* The TTL of a record that gives none: $TTL (RFC 2308 section 4), else the
 * last one given (RFC 1035 5.1), else an SOA's MINIMUM. */
static bool
default_ttl(struct zonerec *z, const struct record *rec, uint32_t *ttl_s)
{
	if (z->has_default) {
		*ttl_s = z->ttl_default_s;
	} else if (z->has_last) {
		*ttl_s = z->ttl_last_s;
	} else if (rec->type == RRTYPE_SOA) {
		*ttl_s = soa_minimum(z->rdata, rec->rdlen) & ZONEREC_TTL_MAX;
		z->ttl_last_s = *ttl_s;
		z->has_last = true;
		finding_warn(z->finding, "no $TTL and no TTL: SOA MINIMUM %u s "
		    "is used", *ttl_s);
	} else {
		(void)finding_error(z->finding, ERR_PARSE,
		    "record without a TTL, and no $TTL before it");
		return false;
	}
	return true;
}

/* Apart, like all that needs room on the stack: the compiler clears it, and
 * for each of a million records that is a quarter of the work. */
static void
tell_outside(const struct zonerec *z)
{
	char name[DNSNAME_TEXT_MAX], apex[DNSNAME_TEXT_MAX];

	(void)finding_error(z->finding, ERR_CONFLICT,
	    "%s is outside the zone %s", dnsname_format(z->last_name, name),
	    dnsname_format(z->records->apex, apex));
}

static void
add(struct zonerec *z, struct record *rec, bool has_ttl)
{
	if (has_ttl) {
		z->ttl_last_s = rec->ttl_s;
		z->has_last = true;
	} else if (!default_ttl(z, rec, &rec->ttl_s)) {
		return;
	}
	if (z->last_owner == 0)
		tell_outside(z);
	else if (records_add(z->records, z->last_owner, rec, z->rdata) == 0)
		(void)finding_error(z->finding, ERR_RANGE, "zone too large");
}

void
zonerec_read(struct zonerec *z, const struct zonelex_entry *en)
{
	struct record rec = { .line = en->line, .file = z->file };
	struct zonelex_text rest = en->text, word;
	int has_ttl, len;

	if (!read_owner(z, en, &rest))
		return;
	has_ttl = read_ttl_class(z, &rest, &word, &rec.ttl_s);
	if (has_ttl < 0)
		return;
	rec.type = read_type(z, &word);
	if (rec.type == 0)
		return;
	len = read_rdata(z, rec.type, &rest);
	if (len < 0)
		return;
	rec.rdlen = (uint16_t)len;
	add(z, &rec, has_ttl == 1);
}
