/* gtmd/query/wildname.h - domain patterns with '*' (any run of octets, none too) and
 * '?' (one octet), dots included.
 *
 * A pattern is cut so that it can be found by hashing: the labels at its end
 * that hold no wildcard are its suffix; what stands before is its head, a text
 * in which every label ends with a dot; the head begins with a literal prefix
 * and ends with a literal tail. "app-*-x.example.com" has the suffix
 * example.com, the head "app-*-x.", the prefix "app-" and the tail "-x.".
 * Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WILDNAME_H
#define GTMD_QUERY_WILDNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/dnsname.h"

struct wildname {
	uint8_t	suffix_at;	/* octets of wire form before the suffix */
	uint8_t	head_len;	/* the same number: octets of the head */
	uint8_t	prefix_len, tail_len;
	uint8_t	literals;	/* octets that are no wildcards: its rank */
	uint8_t	head[DNSNAME_MAX];
};

/* Has the wire name a '*' or '?' in it? */
bool wildname_check(const uint8_t *name);

/* Octets before the labels at its end that have none: 0 when none has. */
size_t wildname_suffix(const uint8_t *name);

/* Cuts a wire name that has. */
void wildname_init(struct wildname *p, const uint8_t *name);

/* The first at octets (whole labels) of a wire name as head text. A dot within
 * a label becomes the octet 1, so that no pattern takes it for the end of a
 * label. */
void wildname_head(const uint8_t *name, size_t at, uint8_t *head);

/* Does the pattern's head match the whole text? Cost: one pass, and for each
 * '*' that took too little another over what follows it. */
bool wildname_match(const struct wildname *p, const uint8_t *head, size_t len);

#endif
