/* wom/peer/site.h - who this end is to its peers, for longer than a process lives: a
 * number that names the site, and one that is known to nobody, from which what it
 * shares with each peer is made.
 *
 * Blocks have names under a secret of both sites (wom/codec/blockid.h). Each tells
 * the other, inside TLS, a number of its own for this pair and this trust domain (the
 * store of HELLO);
 * both numbers together are the secret. So no third site can know it, and it
 * stays the same as long as both keep what they are. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_SITE_H
#define WOM_PEER_SITE_H

#include <stdint.h>

#include "wom/codec/blockid.h"
#include "wom/link/linkhello.h"

struct err;

struct site {
	uint8_t	id[LINKHELLO_SITE];
	uint8_t	seed[16];
};

/* Reads it from the file, or draws one and writes it there (mode 0600, whole or
 * not at all). 0, or negative with a sentence: a file that is no such, or that
 * others may read. */
int site_load(struct site *s, const char *path, struct err *e);
/* Draws one that lives as long as the process. */
void site_draw(struct site *s);

/* What this end tells the peer of that name in that trust domain: in another one
 * nothing that is remembered has its name. */
uint64_t site_store(const struct site *s, const char *peer,
    const char *domain);
/* What both ends make of what they have told each other; the order is no matter. */
void site_secret(uint64_t ours, uint64_t theirs,
    uint8_t out[BLOCKID_SECRET]);

#endif
