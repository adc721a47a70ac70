/* wom/codec/historyfile.h - the file in which a history outlives its process: its
 * place on disk, and how a block gets there and is told from what is half there.
 *
 * A head, a table of heads by slot, the ring; docs/notes/wom-store.md has it octet
 * by octet. The ring is mapped for reading alone and written by write(2), first
 * the octets, then the head: a process that dies in between leaves no head. After
 * a loss of power anything may be half there; a head that is not whole is known by
 * its check, octets by their name, which is the history's to look at. All room is
 * taken at the beginning, so that a full disk is an error then and not later.
 *
 * With a key both are encrypted (storecipher.h), and nothing is mapped: blocks are
 * fetched one by one.
 * Layer: wom/codec. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_HISTORYFILE_H
#define WOM_CODEC_HISTORYFILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wom/codec/blockid.h"

#define HISTORYFILE_ALIGN	4096	/* octets; where blocks begin */

struct err;
struct historyfile;

/* What a file has to be to be gone on with. */
struct historyfile_form {
	size_t	 octets;	/* of the ring; in whole HISTORYFILE_ALIGNs */
	uint32_t slots;
	struct blockid secret;	/* a fingerprint: names under another are noise */
	const uint8_t *disk_key; /* STORECIPHER_KEY octets, which are not kept; NULL:
				 * it is in clear */
};

struct historyfile_head {
	uint64_t seq;		/* of the blocks ever kept, from 1; its slot is
				 * seq modulo slots */
	uint64_t at;		/* in the ring */
	uint32_t len;		/* octets */
	struct blockid id;
	uint64_t domain;	/* dedupdomain.h */
};

enum historyfile_found { HISTORYFILE_EMPTY, HISTORYFILE_WHOLE, HISTORYFILE_TORN };

/* Opens the file at path, makes it when it is not there, and holds it against
 * others. One of another form is begun anew; one that is no such file at all
 * is left alone. NULL with *e: ERR_BUSY (somebody has it), ERR_NOSPACE, ERR_EXISTS
 * (something else), ERR_DENIED (others may read it), ERR_REF, ERR_IO,
 * ERR_UNSUPPORTED (no cipher here). */
struct historyfile *historyfile_open(const char *path,
    const struct historyfile_form *form, struct err *e);
/* Takes *pf; NULL is harmless. Writes nothing. */
void historyfile_close(struct historyfile **pf);

/* Why it began empty, as the end of a sentence; NULL: it did not. */
const char *historyfile_anew(const struct historyfile *f);
/* The octets of the ring; NULL: it is encrypted. What cannot be read any more reads
 * as zeros, and is counted in what historyfile_faults points to. */
const uint8_t *historyfile_ring(const struct historyfile *f);
/* See faultguard.h. */
const atomic_uint *historyfile_faults(const struct historyfile *f);
/* These octets of the ring will be read soon. */
void historyfile_expect(const struct historyfile *f, uint64_t at, size_t len);

/* The head in a slot, when it is WHOLE: ours, and within the ring. Cheap when
 * slots are asked for in order. */
enum historyfile_found historyfile_read(struct historyfile *f, uint32_t slot,
    struct historyfile_head *head);
/* The octets of a block in an encrypted file, which has room for whole
 * HISTORYFILE_ALIGNs. False: they cannot be read, not all of them. */
bool historyfile_fetch(struct historyfile *f,
    const struct historyfile_head *head, uint8_t *out);
/* A block, then its head. False: it could not be written, and has no head. */
bool historyfile_write(struct historyfile *f,
    const struct historyfile_head *head, const uint8_t *data);
/* No block is in that slot any more. */
void historyfile_erase(struct historyfile *f, uint32_t slot);

#endif
