/* core/base/addr.h - IP addresses, prefixes and address-port pairs as values.
 *
 * Text forms: RFC 5952 for IPv6; "10.0.0.1:80" and "2001:db8::1.80" (dot, as
 * tmsh writes it; "[2001:db8::1]:80" is read too) for pairs. No name is ever
 * resolved. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ADDR_H
#define CORE_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT_MAX	64	/* room for any pair or prefix, with its NUL */

/* family 0 = not set; octets past the family's length are zero, so that
 * memcmp and hashing of the whole struct are right. */
struct addr {
	uint8_t	family;		/* 0, AF_INET, AF_INET6 */
	uint8_t	octets[16];	/* network order; IPv4 uses the first 4 */
};

struct addrport {
	struct addr addr;	/* family 0 = "*" */
	uint16_t    port;	/* 0 = any, "*" */
};

struct addr_prefix {
	struct addr addr;	/* bits past len are zero */
	uint8_t	    len;	/* bits: 0..32 or 0..128 */
};

/*
 * Each returns 0, or a negative code with nothing written: ERR_PARSE, and
 * ERR_RANGE for a prefix that has bits set past its length ("10.0.0.1/8").
 * Numbers have no sign and no leading zero, ports are at most 65535 and have
 * no names; zones ("fe80::1%eth0") are refused.
 *
 *   addr_parse         10.0.0.1   2001:db8::1
 *   addr_parse_port    10.0.0.1:80   2001:db8::1.80   [2001:db8::1]:80
 *                      and "*" for the address ("*:80", "*.80"), the port, or
 *                      both; there is no default port
 *   addr_parse_prefix  10.0.0.0/8   2001:db8::/32   0.0.0.0/0; an address
 *                      alone is the prefix of its full length
 */
int addr_parse(const char *text, struct addr *a);
int addr_parse_port(const char *text, struct addrport *ap);
int addr_parse_prefix(const char *text, struct addr_prefix *p);

/* Each writes a terminated text and returns buf. Family 0 gives "*". */
const char *addr_format(const struct addr *a, char buf[ADDR_TEXT_MAX]);
const char *addr_format_port(const struct addrport *ap, char buf[ADDR_TEXT_MAX]);
const char *addr_format_prefix(const struct addr_prefix *p, char buf[ADDR_TEXT_MAX]);

/* Same family and octets; two of family 0 are equal. */
bool addr_equal(const struct addr *a, const struct addr *b);
/* Total order: family, then octets. <0, 0, >0. */
int addr_compare(const struct addr *a, const struct addr *b);
bool addr_is_any(const struct addr *a);		/* 0.0.0.0 or :: */
bool addr_in_prefix(const struct addr *a, const struct addr_prefix *p);
/* Octets of the family: 4, 16, or 0. */
size_t addr_len(const struct addr *a);

/* Returns the socket address's length, for bind(2) and connect(2); 0 with
 * family AF_UNSPEC when a is not set. */
socklen_t addr_to_sockaddr(const struct addr *a, uint16_t port,
    struct sockaddr_storage *ss);
/* IPv4-mapped IPv6 becomes IPv4. A family that is not IP gives family 0. */
void addr_from_sockaddr(const struct sockaddr *sa, struct addr *a,
    uint16_t *port);

#endif
