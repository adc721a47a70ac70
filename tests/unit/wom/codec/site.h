/* tests/unit/wom/codec/site.h - one of two sites that carry blocks to each other.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_CODEC_SITE_H
#define TESTS_UNIT_WOM_CODEC_SITE_H

#include "wom/codec/anchorindex.h"
#include "wom/codec/decoder.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"

struct site {
	struct history	*history;
	struct anchorindex index;
	struct blockid_key *key;
	struct encoder	*encoder;
	struct decoder	*decoder;
};

/* A history of so many octets; both sites have one secret. */
void site_init(struct site *s, size_t octets);
/* The same, kept in a file; key is set here. */
void site_open(struct site *s, const struct history_place *at);
void site_fini(struct site *s);
/* Forgets all that it knows, as a restarted one has. */
void site_forget(struct site *s, size_t octets);

/* One block from a to b, asked again alone when b lacks something or it was
 * damaged. Fails the test unless b has the same octets. Gives what the last try
 * took on the wire. */
size_t site_carry(struct site *a, struct site *b, const uint8_t *plain,
    size_t len);

#endif
