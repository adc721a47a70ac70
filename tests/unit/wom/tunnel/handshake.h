/* tests/unit/wom/tunnel/handshake.h - two ends of a socket that shake hands, or a
 * stranger at one of them. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_WOM_TUNNEL_HANDSHAKE_H
#define TESTS_UNIT_WOM_TUNNEL_HANDSHAKE_H

#include <stdbool.h>

#include "wom/tunnel/tunneltls.h"
#include "wom/tunnel/tunnelwire.h"

struct handshake_end {
	struct tunneltls *tls;
	struct tunnelwire *wire;
	bool	done, broken;
	enum tunneltls_refusal refusal;
	char	why[512];
};

/* 0 calls 1. */
struct handshake {
	struct handshake_end end[2];
};

/* Takes both, which have to be there. */
void handshake_init(struct handshake *h, struct tunneltls *calls,
    struct tunneltls *called);
void handshake_fini(struct handshake *h);
/* Until both are done, or broken, and both know that. */
void handshake_run(struct handshake *h);
/* A program of another kind instead of end 0: with that protocol (NULL: none), and no
 * certificate. What end 1 thinks of it. */
enum tunneltls_refusal handshake_stranger(struct handshake *h,
    const char *alpn);
/* The same, that says these octets and closes. */
enum tunneltls_refusal handshake_says(struct handshake *h, const char *text);

#endif
