/* wom/codec/historyrecord.h - the records of a history's file, octet by octet: what is
 * said of the file, and of a block in it (docs/notes/wom-store.md has both).
 *
 * Each ends with a check, SipHash-2-4 under a key of the file's. Layer: wom/codec,
 * pure. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_HISTORYRECORD_H
#define WOM_CODEC_HISTORYRECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/siphash.h"
#include "wom/codec/blockid.h"
#include "wom/codec/historyfile.h"

#define HISTORYRECORD	64	/* octets: none spans two sectors */

/* Of the file. */
struct historyrecord_file {
	uint32_t version;
	uint32_t slots;
	uint64_t octets;		/* of the ring */
	uint8_t	 key[SIPHASH_KEY];	/* that the file has drawn */
	struct blockid secret;		/* what is shown of it */
};

/* Is it what is said of a file at all, of whatever version? */
bool historyrecord_has_magic(const uint8_t record[HISTORYRECORD]);
void historyrecord_write_file(const struct historyrecord_file *r,
    uint8_t record[HISTORYRECORD]);
/* False: its check, under its own key, is not right; but for the version, which is
 * read in any case, nothing of it counts. */
bool historyrecord_read_file(struct historyrecord_file *r,
    const uint8_t record[HISTORYRECORD]);

/* Of a block. */
void historyrecord_write_head(const struct historyfile_head *h,
    const uint8_t key[SIPHASH_KEY], uint8_t record[HISTORYRECORD]);
/* False: it is none. Whether its numbers go together is not looked at. */
bool historyrecord_read_head(struct historyfile_head *h,
    const uint8_t key[SIPHASH_KEY], const uint8_t record[HISTORYRECORD]);

#endif
