/* wom/tunnel/tunneltls.h - who may be at the other end of a tunnel: TLS 1.3 with a
 * certificate on either side, and nobody is trusted who is not named.
 *
 * A peer's certificate has to lead to one of the authorities (when there are any), to
 * have one of the fingerprints (when there are any), to be valid at this moment, not
 * to be on the list of those that no longer count, and, for whom we call, to have the
 * name that was asked for. Why one was not believed is told apart, for it is what an
 * operator has to mend. Which remote endpoint a trusted peer is, is the owner's
 * question. One that is made does not change and serves any number of threads.
 * Layer: wom/tunnel; its .c and tunnelconn's own OpenSSL's headers here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELTLS_H
#define WOM_TUNNEL_TUNNELTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/clock.h"

struct err;
struct tunneltls;

#define TUNNELTLS_PRINT		32	/* octets of a fingerprint, SHA-256 */
#define TUNNELTLS_ALPN		"womd/1"

/* A certificate's SHA-256. */
struct tunneltls_print {
	uint8_t	octets[TUNNELTLS_PRINT];
};

struct tunneltls_config {
	bool	 server;		/* we are called; else we call */
	const char *cert, *key;		/* files, PEM */
	const char *chain;		/* file, PEM: authorities between; NULL */
	const char *passphrase;		/* of key; NULL = it has none */
	const char *ca_file;		/* PEM; NULL = fingerprints alone */
	const char *crl_file;		/* PEM; NULL = none is revoked */
	const struct tunneltls_print *prints;	/* none: any of ca_file */
	size_t	 print_count;
	unsigned depth;			/* authorities above the peer's, at most */
	const char *name;		/* in the peer's certificate; NULL = any */
	const char *sni;		/* asked for when we call; NULL = none */
	dur_ns	 handshake_ns;		/* from the connection to its end */
};

/* Reads all files. NULL with a sentence that names what is at fault: a file that
 * does not read, a key of another certificate, nobody to trust. Our own certificate
 * may have run out: peers will say so, and tunneltls_expires_s tells. */
struct tunneltls *tunneltls_new(const struct tunneltls_config *c,
    struct err *e);
/* One more owner of the same; any thread. */
struct tunneltls *tunneltls_share(struct tunneltls *t);
/* Takes *pt, which is gone with its last owner and connection. NULL is harmless. */
void tunneltls_free(struct tunneltls **pt);

/* The last second of our own certificate, as clock_real has it, and its
 * fingerprint, which peers may pin. */
int64_t tunneltls_expires_s(const struct tunneltls *t);
const struct tunneltls_print *tunneltls_own(const struct tunneltls *t);
dur_ns tunneltls_handshake_ns(const struct tunneltls *t);
/* Do both come from the same octets of files and the same settings? Then what
 * stands need not be touched. */
bool tunneltls_equal(const struct tunneltls *a, const struct tunneltls *b);

/* Why there is no tunnel. In the order of tunneltls_refusal_names. */
enum tunneltls_refusal {
	TUNNELTLS_NONE,		/* there is no reason */
	TUNNELTLS_ABSENT,	/* it shows no certificate */
	TUNNELTLS_EXPIRED,	/* its certificate has run out, */
	TUNNELTLS_EARLY,	/* is not valid yet, */
	TUNNELTLS_UNTRUSTED,	/* leads to none of our authorities, */
	TUNNELTLS_REVOKED,	/* no longer counts, */
	TUNNELTLS_CRL,		/* cannot be told: crl-file has run out, or has
				 * no list of that authority */
	TUNNELTLS_NAME,		/* has another name, */
	TUNNELTLS_PRINT_WRONG,	/* none of the fingerprints, */
	TUNNELTLS_BAD,		/* or is broken, or weak */
	TUNNELTLS_REFUSED_US,	/* the peer does not believe ours */
	TUNNELTLS_NOT_OURS,	/* it speaks TLS, but for something else (ALPN) */
	TUNNELTLS_NOT_TLS,	/* or none, or not 1.3 */
	TUNNELTLS_SILENT,	/* the handshake took too long */
	TUNNELTLS_CLOSED,	/* the connection broke in it */
	TUNNELTLS_STRANGER,	/* believed, but it is no remote endpoint */
	TUNNELTLS_AMBIGUOUS,	/* or may be several */
	TUNNELTLS_REFUSALS
};

/* "expired", ...: a word each, for counters. */
extern const char *const tunneltls_refusal_names[TUNNELTLS_REFUSALS];
/* "its certificate has expired": the same for people. */
extern const char *const tunneltls_refusal_texts[TUNNELTLS_REFUSALS];

#endif
