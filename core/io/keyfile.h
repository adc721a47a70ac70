/* core/io/keyfile.h - a secret of the operator's, from a file of its own: the key of stores at
 * rest, or of two units that talk to each other.
 *
 * 32 octets as 64 hexadecimal digits or in base64 (RFC 4648 section 4), white space
 * around them, and nothing else: what `openssl rand -hex 32` writes, or a service
 * manager passes on. A store's is to be on another disk than the store. A file that others
 * may read is refused; the group may read one that is root's. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_KEYFILE_H
#define CORE_IO_KEYFILE_H

#include <stdint.h>

struct err;

#define KEYFILE_OCTETS	32

/* 0, or negative with a sentence that names the file and none of what is in it:
 * ERR_IO, ERR_REF (it is no file), ERR_DENIED (others may read it), ERR_PARSE. Blocks
 * as any file does. What was read is wiped; key is the caller's to wipe. */
int keyfile_load(const char *path, uint8_t key[KEYFILE_OCTETS],
    struct err *e);

#endif
