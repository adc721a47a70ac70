/* wom/peer/peerstore.c - see peerstore.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peerstore.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/anchorindex.h"
#include "wom/codec/decoder.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"

#define OCTETS_MIN	(4 * (size_t)HISTORY_BLOCK_MAX)
/* What takes the place of a file that cannot be had. */
#define OCTETS_INSTEAD	((size_t)256 << 20)

struct peerstore {
	unsigned	 magic;
#define PEERSTORE_MAGIC	0x9ee25702u
	size_t		 octets;
	struct blockid_key *key;
	struct history	*history;
	struct anchorindex index;
	struct encoder	*encoder;
	struct decoder	*decoder;
	char		 anew[ERR_TEXT_MAX];
};

static void
open_history(struct peerstore *s, const struct peerstore_config *c)
{
	const struct history_place place = { .path = c->path,
	    .octets = s->octets, .key = s->key, .disk_key = c->disk_key,
	    .memory = c->memory < OCTETS_MIN ? OCTETS_MIN : c->memory };
	const struct history_counts *counts;
	struct err e = { .code = 0 };

	if (c->path == NULL) {
		s->history = history_new(s->octets);
		return;
	}
	s->history = history_open(&place, &e);
	if (s->history == NULL) {
		(void)snprintf(s->anew, sizeof(s->anew), "%s", e.text);
		if (s->octets > OCTETS_INSTEAD)
			s->octets = OCTETS_INSTEAD;
		s->history = history_new(s->octets);
		return;
	}
	counts = history_counts(s->history);
	if (counts->anew != NULL)
		(void)snprintf(s->anew, sizeof(s->anew), "%s", counts->anew);
}

struct peerstore *
peerstore_new(const struct peerstore_config *c)
{
	struct peerstore *s = mem_zalloc(1, sizeof(*s));
	struct encoder_config with;

	s->magic = PEERSTORE_MAGIC;
	s->octets = c->octets < OCTETS_MIN ? OCTETS_MIN : c->octets;
	s->key = blockid_key_new(c->secret);
	assert(s->key != NULL);
	open_history(s, c);
	if (s->history == NULL) {
		peerstore_free(&s);
		return NULL;
	}
	anchorindex_init(&s->index, s->octets);
	with = (struct encoder_config){ .history = s->history,
	    .index = &s->index, .key = s->key };
	s->encoder = encoder_new(&with);
	s->decoder = decoder_new(&with);
	return s;
}

void
peerstore_free(struct peerstore **ps)
{
	struct peerstore *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, PEERSTORE_MAGIC);
	decoder_free(&s->decoder);
	encoder_free(&s->encoder);
	if (s->index.table != NULL)
		anchorindex_fini(&s->index);
	history_free(&s->history);
	blockid_key_free(&s->key);
	s->magic = 0;
	free(s);
}

struct history *
peerstore_history(struct peerstore *s)
{
	return s->history;
}

struct encoder *
peerstore_encoder(struct peerstore *s)
{
	return s->encoder;
}

struct decoder *
peerstore_decoder(struct peerstore *s)
{
	return s->decoder;
}

size_t
peerstore_cap(const struct peerstore *s)
{
	return s->octets;
}

const char *
peerstore_anew(const struct peerstore *s)
{
	return s->anew;
}

bool
peerstore_check(struct peerstore *s, size_t octets)
{
	return history_check_step(s->history, &s->index, octets) ||
	    anchorindex_touch_step(&s->index, 2 * octets) ||
	    history_touch_step(s->history, 2 * octets);
}

bool
peerstore_is_unchecked(const struct peerstore *s)
{
	return history_is_unchecked(s->history);
}
