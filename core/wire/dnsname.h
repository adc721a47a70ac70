/* core/wire/dnsname.h - domain names: wire form, text form, order, hash.
 *
 * Wire form everywhere: length-prefixed labels, ends with the root label,
 * 1..255 octets, never compressed; "lower" = ASCII lower case (RFC 4343).
 * Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WIRE_DNSNAME_H
#define CORE_WIRE_DNSNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rbuf;

#define DNSNAME_MAX		255	/* octets of wire form */
#define DNSNAME_LABELS_MAX	128	/* labels, root included */
#define DNSNAME_TEXT_MAX	1024	/* every octet as \DDD, dots, NUL */

/*
 * dnsname_read - read one domain name, following compression pointers.
 *
 * in     r     placed on the first label; r->base is octet 0 of the message,
 *              because pointers count from there
 * out    name  1..255 octets, wire form, uncompressed, ASCII lower case,
 *              ends with the root label; undefined when 0 is returned
 * ret    octets in name, or 0 with r->bad set
 * fails  name cut short; label over 63; name over 255; label type 01 or 10;
 *        pointer that does not go strictly backwards (this also ends loops)
 * after  r->off is past the name as it stands in the message
 * cost   no allocation; 255 octets copied and 2^14 jumps at the very most
 * src    RFC 1035 2.3.4 (limits), 3.1 (form), 4.1.4 (pointers); RFC 4343 (case)
 */
size_t dnsname_read(struct rbuf *r, uint8_t name[DNSNAME_MAX]);

/*
 * dnsname_parse - text to lower-case wire form.
 *
 * in     text  "www.example.com" or with a final dot (both are absolute);
 *              "." is the root; escapes \. \\ \DDD (RFC 1035 5.1). Any octet
 *              may stand in a label: what is a fit host name is not asked here
 * ret    octets in name, or 0: empty text, empty label, label over 63 octets,
 *        name over 255, bad escape
 */
size_t dnsname_parse(const char *text, uint8_t name[DNSNAME_MAX]);

/* Wire form to text with no final dot ("." for the root); octets outside
 * letters, digits, '-', '_', '*' and '/' are escaped. Returns buf. */
const char *dnsname_format(const uint8_t *name, char buf[DNSNAME_TEXT_MAX]);

/* Octets of a well-formed wire name, root label included. */
size_t dnsname_len(const uint8_t *name);

/* Labels without the root: 0 for ".". */
unsigned dnsname_labels(const uint8_t *name);

/* Is name equal to parent or below it? Both lower case. */
bool dnsname_is_under(const uint8_t *name, const uint8_t *parent);

/* Equal, both lower case. */
bool dnsname_equal(const uint8_t *a, const uint8_t *b);

/* Canonical order of RFC 4034 6.1: <0, 0, >0. Both lower case. */
int dnsname_compare(const uint8_t *a, const uint8_t *b);

/* The name without its first label; the root's parent is the root. */
static inline const uint8_t *
dnsname_parent(const uint8_t *name)
{
	return *name == 0 ? name : name + 1 + *name;
}

/*
 * dnsname_hash - 64-bit hash of len octets of a lower-case wire name.
 *
 * Keyed with a seed drawn once per process (dnsname_hash_seed, which tests
 * may set), so that nobody can prepare collisions. Reads 8 octets at a time,
 * never past name + len. About 2 cycles per octet for short names.
 */
uint64_t dnsname_hash(const uint8_t *name, size_t len);
void dnsname_hash_seed(uint64_t seed);

#endif
