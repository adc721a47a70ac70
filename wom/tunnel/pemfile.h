/* wom/tunnel/pemfile.h - what is in a PEM file (RFC 7468): certificates, lists of those
 * that are revoked, a private key; and a sum by which two readings are compared.
 * Layer: wom/tunnel; its .c owns OpenSSL's headers, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_PEMFILE_H
#define WOM_TUNNEL_PEMFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct evp_pkey_st;		/* OpenSSL's EVP_PKEY */
struct X509_crl_st;		/* X509_CRL */
struct x509_st;			/* X509 */

#define PEMFILE_MAX	(4u << 20)	/* octets of a file */
#define PEMFILE_SUM	32

struct pemfile {
	const char *path;		/* borrowed */
	struct { struct x509_st **v; size_t count; } certs;
	struct { struct X509_crl_st **v; size_t count; } crls;
	struct evp_pkey_st *key;	/* NULL: none is in it */
	bool	locked;			/* one is, and the passphrase is not its */
	uint8_t	sum[PEMFILE_SUM];
};

/* Reads all of it; passphrase may be NULL. 0, or negative with a sentence that
 * begins with the path, and nothing to be freed. */
int pemfile_read(struct pemfile *f, const char *path, const char *passphrase,
    struct err *e);
void pemfile_fini(struct pemfile *f);

/* sum becomes one of itself and what the file contains; of octets. */
void pemfile_mix(const struct pemfile *f, uint8_t sum[PEMFILE_SUM]);
void pemfile_mix_octets(const void *p, size_t len, uint8_t sum[PEMFILE_SUM]);

#endif
