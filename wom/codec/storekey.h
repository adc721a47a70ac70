/* wom/codec/storekey.h - the operator's key of stores at rest, from a file of its own.
 *
 * 32 octets as 64 hexadecimal digits or in base64 (RFC 4648 section 4), white space
 * around them, and nothing else: what `openssl rand -hex 32` writes, or a service
 * manager passes on. The file is to be on another disk than the store; a file that
 * others may read is refused. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CODEC_STOREKEY_H
#define WOM_CODEC_STOREKEY_H

#include <stdint.h>

#include "wom/codec/storecipher.h"

struct err;

/* 0, or negative with a sentence that names the file and none of what is in it:
 * ERR_IO, ERR_REF (it is no file), ERR_DENIED (others may read it), ERR_PARSE. Blocks
 * as any file does. What was read is wiped; key is the caller's to wipe. */
int storekey_load(const char *path, uint8_t key[STORECIPHER_KEY],
    struct err *e);

#endif
