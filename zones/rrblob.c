/* zones/rrblob.c - rdata through ldns; see rrblob.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/rrblob.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/hex.h"
#include "core/base/mem.h"
#include "core/wire/dnsname.h"
#include "zones/rrtype.h"
#include "zones/zonelex.h"

/* ldns cuts longer rdata text without a word. */
#define TEXT_MAX	65000u
/* Owner, TTL, class and type in front of the rdata, as ldns wants them. */
#define HEAD_MAX	32
#define WORD_MAX	32
#define TYPE_APL	42	/* the one type whose text may be empty */

/* Copies a short word and terminates it. False when it is too long. */
static bool
word_text(const struct zonelex_text *w, char text[WORD_MAX])
{
	if (w->len == 0 || w->len >= WORD_MAX)
		return false;
	memcpy(text, w->p, w->len);
	text[w->len] = '\0';
	return true;
}

/* Decimal digits alone, at most 65535; else -1. */
static long
word_number(const char *text)
{
	unsigned long v = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + (unsigned)(*text - '0');
		if (v > UINT16_MAX)
			return -1;
	}
	return (long)v;
}

uint16_t
rrblob_type(const struct zonelex_text *word)
{
	char text[WORD_MAX];
	long v;

	if (!word_text(word, text))
		return 0;
	if (strncasecmp(text, "TYPE", 4) == 0) {
		v = word_number(text + 4);
		return v < 0 ? 0 : (uint16_t)v;
	}
	return (uint16_t)ldns_get_rr_type_by_name(text);
}

/* All fields of rr, one after the other. */
static int
rdata_of(const ldns_rr *rr, uint8_t rdata[RRBLOB_MAX], struct err *e)
{
	size_t i, len = 0, n;

	for (i = 0; i < ldns_rr_rd_count(rr); i++) {
		n = ldns_rdf_size(ldns_rr_rdf(rr, i));
		if (n > RRBLOB_MAX - len)
			return err_set(e, ERR_RANGE,
			    "rdata of more than 65535 octets");
		if (n > 0)
			memcpy(rdata + len, ldns_rdf_data(ldns_rr_rdf(rr, i)), n);
		len += n;
	}
	return (int)len;
}

/* The type's own text form. */
static int
read_text(uint16_t type, const struct zonelex_text *text,
    const uint8_t *origin, uint8_t rdata[RRBLOB_MAX], struct err *e)
{
	char *line = mem_zalloc(HEAD_MAX + text->len + 1, 1);
	int head = snprintf(line, HEAD_MAX, ". 1 IN TYPE%u ", type), len;
	ldns_rdf *dname = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME,
	    dnsname_len(origin), origin);
	ldns_status status;
	ldns_rr *rr = NULL;

	memcpy(line + head, text->p, text->len);
	status = dname == NULL ? LDNS_STATUS_MEM_ERR :
	    ldns_rr_new_frm_str(&rr, line, 0, dname, NULL);
	if (status != LDNS_STATUS_OK)
		len = err_set(e, ERR_PARSE, "rdata: %s",
		    ldns_get_errorstr_by_id(status));
	else
		len = rdata_of(rr, rdata, e);
	if (rr != NULL)
		ldns_rr_free(rr);
	ldns_rdf_deep_free(dname);
	free(line);
	return len;
}

/* Does ldns, where it knows the type, read these octets as themselves? Catches
 * rdata that is cut short, too long, or holds compressed names. */
static bool
same_again(uint16_t type, const uint8_t *rdata, size_t len)
{
	uint8_t *wire = mem_zalloc(len + 2, 1), *again;
	ldns_rr *rr = ldns_rr_new();
	size_t pos = 0;
	bool same;

	again = mem_zalloc(RRBLOB_MAX, 1);
	wire[0] = (uint8_t)(len >> 8);
	wire[1] = (uint8_t)len;
	if (len > 0)
		memcpy(wire + 2, rdata, len);
	ldns_rr_set_type(rr, (ldns_rr_type)type);
	same = ldns_wire2rdf(rr, wire, len + 2, &pos) == LDNS_STATUS_OK &&
	    rdata_of(rr, again, NULL) == (int)len &&
	    memcmp(again, wire + 2, len) == 0;
	ldns_rr_free(rr);
	free(again);
	free(wire);
	return same;
}

/* "\# 4 0a000001": rest holds what comes after "\#". RFC 3597 section 5. */
static int
read_generic(uint16_t type, struct zonelex_text rest,
    uint8_t rdata[RRBLOB_MAX], struct err *e)
{
	struct zonelex_text word;
	char text[WORD_MAX];
	size_t digits = 0, i;
	long want;
	int v;

	if (!zonelex_word(&rest, &word) || !word_text(&word, text) ||
	    (want = word_number(text)) < 0)
		return err_set(e, ERR_PARSE,
		    "rdata: \\# needs a length of 0..65535");
	while (zonelex_word(&rest, &word))
		for (i = 0; i < word.len; i++, digits++) {
			v = hex_digit(word.p[i]);
			if (v < 0 || digits >= 2 * (size_t)want)
				return err_set(e, ERR_PARSE, "rdata: \\# %ld "
				    "needs %ld hexadecimal digits", want, 2 * want);
			rdata[digits / 2] = (uint8_t)(digits % 2 == 0 ? v << 4 :
			    rdata[digits / 2] | v);
		}
	if (digits != 2 * (size_t)want)
		return err_set(e, ERR_PARSE, "rdata: \\# %ld needs %ld "
		    "hexadecimal digits, found %zu", want, 2 * want, digits);
	if (!same_again(type, rdata, (size_t)want))
		return err_set(e, ERR_PARSE,
		    "rdata: these octets are no rdata of the type");
	return (int)want;
}

int
rrblob_read(uint16_t type, const struct zonelex_text *text,
    const uint8_t *origin, uint8_t rdata[RRBLOB_MAX], struct err *e)
{
	struct zonelex_text rest = *text, word;
	int len;

	if (text->len > TEXT_MAX * 3)
		return err_set(e, ERR_RANGE, "rdata text is too long");
	if (!zonelex_word(&rest, &word) && type != TYPE_APL)
		return err_set(e, ERR_PARSE, "rdata is missing");
	if (word.len == 2 && memcmp(word.p, "\\#", 2) == 0)
		len = read_generic(type, rest, rdata, e);
	else if (text->len > TEXT_MAX)
		return err_set(e, ERR_RANGE,
		    "rdata text of more than %u characters", TEXT_MAX);
	else
		len = read_text(type, text, origin, rdata, e);
	if (len >= 0 && !rrtype_check(type, rdata, (size_t)len))
		return err_set(e, ERR_PARSE, "rdata does not fit its type");
	return len;
}
