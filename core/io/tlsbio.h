/* core/io/tlsbio.h - OpenSSL's way to a descriptor: without SIGPIPE, without
 * waiting, and with bounds to what a peer makes us read.
 *
 * Layer: core/io; its .c, those of tls and tlsclient own OpenSSL's headers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_TLSBIO_H
#define CORE_IO_TLSBIO_H

#include <stdbool.h>
#include <stddef.h>

struct bio_st;		/* OpenSSL's BIO */

/* Embedded in a connection. */
struct tlsbio {
	int	 fd;
	bool	 ready;		/* hands are shaken */
	size_t	 turn;		/* octets that this call may still read */
	size_t	 handshake;	/* octets of it so far */
	size_t	 handshake_max;
};

/* For SSL_set_bio, which takes it; s outlives it. */
struct bio_st *tlsbio_new(struct tlsbio *s);

#endif
