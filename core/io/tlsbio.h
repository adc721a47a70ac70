/* core/io/tlsbio.h - OpenSSL's way to a descriptor: without SIGPIPE, without
 * waiting, and with bounds to what a peer makes us read; and what both sides of
 * TLS do once hands are shaken.
 *
 * Layer: core/io; its .c, those of tls and tlsclient own OpenSSL's headers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_TLSBIO_H
#define CORE_IO_TLSBIO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct bio_st;		/* OpenSSL's BIO */
struct ssl_st;		/* and SSL */

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

/* What the call lacks that gave rc: TLS_WANT_…, TLS_BROKEN, or 0 = the peer has
 * said goodbye. */
int tlsbio_lack(const struct ssl_st *ssl, int rc);
/* As tls_read and tls_write. */
ssize_t tlsbio_read(struct ssl_st *ssl, struct tlsbio *s, void *octets,
    size_t cap);
ssize_t tlsbio_write(struct ssl_st *ssl, struct tlsbio *s, const void *octets,
    size_t len);

#endif
