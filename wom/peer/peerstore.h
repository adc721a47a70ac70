/* wom/peer/peerstore.h - what is remembered with one peer, and the codec that goes by it:
 * history, index of anchors, names under the pair's secret, encoder, decoder.
 *
 * In a file or in memory; where the file cannot be had it is memory, and why is told.
 * One owner; no lock. Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_PEER_PEERSTORE_H
#define WOM_PEER_PEERSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockid.h"

struct decoder;
struct encoder;
struct history;
struct peerstore;

struct peerstore_config {
	const char *path;	/* NULL: in memory */
	size_t	octets;		/* 0: as few as the codec can do with */
	uint8_t	secret[BLOCKID_SECRET];
	/* Of a file that is encrypted, borrowed; NULL: it is in clear. */
	const uint8_t *disk_key;
	size_t	memory;		/* octets of such a one that are at hand */
};

/* NULL with errno: there is no room for it. Reads the heads of a file: some 50 ms for
 * each million. */
struct peerstore *peerstore_new(const struct peerstore_config *c);
/* Takes *ps; NULL is harmless. */
void peerstore_free(struct peerstore **ps);

/* Its parts, and how many octets it may have. */
struct history *peerstore_history(struct peerstore *s);
struct encoder *peerstore_encoder(struct peerstore *s);
struct decoder *peerstore_decoder(struct peerstore *s);
size_t peerstore_cap(const struct peerstore *s);
/* Why it began empty although a file was asked for; "". */
const char *peerstore_anew(const struct peerstore *s);

/* In idle time: looks at some octets of what was in the file, and then has memory ready
 * for what will be remembered. True while there is more. */
bool peerstore_check(struct peerstore *s, size_t octets);
/* Is there more of the file to look at? */
bool peerstore_is_unchecked(const struct peerstore *s);

#endif
