/* zones/zonefile.h - reads a master file (RFC 1035 section 5) into a zone.
 *
 * All findings go to a diag with file and line, so that one run tells all
 * that is wrong. A file with any error gives no zone at all: never half a
 * zone. Warnings do not stop it. Read here: entries, $ORIGIN, $TTL (RFC 2308
 * section 4), $INCLUDE, owner, TTL (also 1h30m), class, type. Rdata is ldns's
 * work, RFC 3597 forms included. Memory grows with the file, time linearly.
 * Layer: zones; may include core/base and core/wire; ldns here and in rrblob.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ZONEFILE_H
#define ZONES_ZONEFILE_H

#include <stddef.h>
#include <stdint.h>

struct diag;
struct zone;

#define ZONEFILE_INCLUDE_DEPTH	8	/* files within files */

/*
 * zonefile_load - the zone whose apex is origin, from the file at path.
 *
 * in     origin  wire form, lower case; also the first $ORIGIN
 *        path    a regular file. $INCLUDE names are relative to the folder of
 *                the file that includes them
 * out    *out    a zone with one reference, or NULL
 * ret    0; ERR_REF when there is no such file or it may not be read,
 *        ERR_IO when it cannot be; else the code of the first
 *        error. d has it all in any case
 */
int zonefile_load(struct zone **out, const char *path, const uint8_t *origin,
    struct diag *d);

/* A master file that is in memory already. */
struct zonefile_text {
	const char	*text;
	size_t		 len;
	const char	*label;		/* the file's name in findings */
};

/* The same from text. $INCLUDE is refused: there is no folder to look in. */
int zonefile_parse(struct zone **out, const struct zonefile_text *t,
    const uint8_t *origin, struct diag *d);

#endif
