/* zones/rrblob.h - the text of one record's rdata to wire form, through ldns.
 *
 * ldns knows the text of every type; around it stand the checks that it does
 * not make itself: text that it would cut, numbers of "\#" (RFC 3597 5) that
 * do not match their digits, rdata that our own reader would not understand.
 * Layer: zones; includes ldns (as zonefile, nobody else).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_RRBLOB_H
#define ZONES_RRBLOB_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct zonelex_text;

#define RRBLOB_MAX	65535	/* RDLENGTH */

/*
 * rrblob_read - rdata of a type from its text.
 *
 * in     text    without comments and parentheses (zonelex)
 *        origin  wire form; ends relative names
 * out    rdata   wire form, names uncompressed and in the file's case
 * ret    octets, 0 is possible; or a negative ERR_… with a sentence in e
 */
int rrblob_read(uint16_t type, const struct zonelex_text *text,
    const uint8_t *origin, uint8_t rdata[RRBLOB_MAX], struct err *e);

/* The type of a mnemonic or "TYPE123"; 0 = no such type. */
uint16_t rrblob_type(const struct zonelex_text *word);

#endif
