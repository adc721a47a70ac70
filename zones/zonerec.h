/* zones/zonerec.h - one record's entry of a master file: owner, TTL, class,
 * type, rdata (RFC 1035 section 5.1), into the table of records.
 * Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ZONEREC_H
#define ZONES_ZONEREC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/dnsname.h"

struct finding;
struct records;
struct zonelex_entry;
struct zonelex_text;

#define ZONEREC_TTL_MAX	0x7fffffffu	/* RFC 2181 section 8 */

/* What entries inherit from those before them. */
struct zonerec {
	struct records	*records;	/* borrowed */
	struct finding	*finding;	/* borrowed */
	uint8_t		 origin[DNSNAME_MAX];
	size_t		 origin_len;
	uint8_t		 last_name[DNSNAME_MAX];
	size_t		 last_len;	/* 0 = no owner yet */
	uint32_t	 last_owner;	/* 0 = outside the zone */
	uint32_t	 ttl_default_s;	/* from $TTL */
	uint32_t	 ttl_last_s;	/* the last one that was written out */
	bool		 has_default, has_last;
	uint16_t	 file;		/* index for records */
	uint8_t		 name[DNSNAME_MAX];	/* the owner in hand */
	uint8_t		*rdata;		/* 64 KiB to work in, owned */
};

void zonerec_init(struct zonerec *z, struct records *r, struct finding *f);
void zonerec_fini(struct zonerec *z);

/* Reads an entry that is no directive; tells what is wrong with it. */
void zonerec_read(struct zonerec *z, const struct zonelex_entry *en);

/* A name, relative to the origin unless it ends in a dot; "@" is the origin.
 * Lower case. Returns its octets, or 0. */
size_t zonerec_name(const struct zonerec *z, const struct zonelex_text *word,
    uint8_t name[DNSNAME_MAX]);

/* "300" or "1h30m". Returns 0, ERR_PARSE or ERR_RANGE (over 2^31-1). */
int zonerec_ttl(const struct zonelex_text *word, uint32_t *ttl_s);

#endif
