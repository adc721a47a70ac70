/* gtmd/types/topoterm.h - "[not] KIND VALUE": one side of a topology record, or
 * one member of a region. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_TOPOTERM_H
#define GTMD_TYPES_TOPOTERM_H

#include <stdbool.h>
#include "core/base/addr.h"

struct err;
struct strbuf;

#define TOPOTERM_FORM	"[not] KIND VALUE"

/* In the order in which records are sorted, narrow before wide. */
enum topoterm_kind {
	TOPOTERM_SUBNET,
	TOPOTERM_POOL, TOPOTERM_DATACENTER,
	TOPOTERM_REGION,
	TOPOTERM_ISP, TOPOTERM_GEOIP_ISP,
	TOPOTERM_STATE, TOPOTERM_COUNTRY, TOPOTERM_CONTINENT,
	TOPOTERM_KINDS
};

struct topoterm {
	bool		 negate;
	enum topoterm_kind kind;
	struct addr_prefix prefix;	/* SUBNET */
	char		*value;		/* owned; of SUBNET its canonical text */
};

extern const char *const topoterm_kind_names[TOPOTERM_KINDS];

/*
 * topoterm_parse - reads a term.
 *
 * in   len octets of text, words with single blanks between them; the value
 *      is all that stands behind the kind. "x" is "/Common/x" where a path
 *      is meant; letters of continents and countries may be small
 * ret  0, or ERR_PARSE, ERR_RANGE, ERR_UNKNOWN with nothing to free
 */
int topoterm_parse(struct topoterm *t, const char *text, size_t len,
    struct err *e);
void topoterm_fini(struct topoterm *t);

/* Appends its canonical text. */
void topoterm_format(const struct topoterm *t, struct strbuf *b);

/* The canonical text of a term by itself: make_name of a region's members. */
char *topoterm_make_name(const char *text, struct err *e);

/* A subnet of length 0 stands for everything, of either family. */
bool topoterm_is_any(const struct topoterm *t);

#endif
