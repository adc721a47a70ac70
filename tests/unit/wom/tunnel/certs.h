/* tests/unit/wom/tunnel/certs.h - authorities and certificates for tests, as PEM files
 * in a folder of their own. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_TUNNEL_CERTS_H
#define TESTS_UNIT_WOM_TUNNEL_CERTS_H

#include <stdbool.h>

#include "wom/tunnel/tunneltls.h"

#define CERTS_PATH	128

struct certs {
	char	folder[64];
	struct evp_pkey_st *ca_key;
	struct x509_st *ca;
	long	serial;		/* of the last one */
};

/* An authority, whose certificate is the file "ca.pem". */
void certs_init(struct certs *c);
/* Removes the folder. */
void certs_fini(struct certs *c);
/* Its path, into out, which is returned. */
const char *certs_path(const struct certs *c, const char *file,
    char out[CERTS_PATH]);

struct certs_wish {
	const char *name;	/* NAME.pem and NAME.key are made; CN and SAN */
	int	from_s, to_s;	/* seconds from now that it is valid; 0, 0: a day */
	bool	self_signed;	/* not by the authority */
};
/* Returns its serial. */
long certs_make(struct certs *c, const struct certs_wish *w);
/* "crl.pem": these are revoked (0: nobody), for so many seconds from now. */
void certs_revoke(struct certs *c, long serial, int next_s);

/* TLS of the one end or the other, with NAME's certificate, that trusts ca.pem where
 * that is asked for. NULL with a sentence. */
struct tunneltls *certs_tls(const struct certs *c, const char *name,
    const struct tunneltls_config *more, struct err *e);
/* The same, which has to be; server: for who is called. */
struct tunneltls *certs_need(const struct certs *c, const char *name,
    bool server);

#endif
