/* wom/tunnel/tunneltls_inner.h - what tunneltls.c and tunnelwire.c share, which both
 * own OpenSSL's headers. Layer: wom/tunnel. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELTLS_INNER_H
#define WOM_TUNNEL_TUNNELTLS_INNER_H

#include "wom/tunnel/tunneltls.h"

struct ssl_ctx_st;		/* OpenSSL's SSL_CTX */

/* Who is at the other end, as its certificate says: the application data of an SSL,
 * filled while hands are shaken. */
struct tunneltls_peer {
	bool	has_print;
	struct tunneltls_print print;
	char	subject[128];		/* "CN=site-b"; "" */
	enum tunneltls_refusal refusal;	/* of its certificate, or its HELLO */
};

/* Its parts, borrowed. */
struct ssl_ctx_st *tunneltls_context(const struct tunneltls *t);
bool tunneltls_is_server(const struct tunneltls *t);
/* Asked for when we call; NULL. */
const char *tunneltls_sni(const struct tunneltls *t);

#endif
