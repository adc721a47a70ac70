/* wom/tunnel/tunnelshake.h - a connection that is coming about: TCP, where we call, then
 * TLS, in bounded time.
 *
 * Told once how it ended. Layer: wom/tunnel. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELSHAKE_H
#define WOM_TUNNEL_TUNNELSHAKE_H

#include "core/base/addr.h"
#include "wom/tunnel/tunneltls.h"

struct loop;
struct tunnelshake;
struct tunnelwire;

/* How it ended. */
struct tunnelshake_end {
	struct tunnelwire *wire;	/* the caller's from here on; NULL: there
					 * is none */
	enum tunneltls_refusal refusal;	/* CLOSED: see why */
	const char *why;		/* a sentence; good within the call */
};

/* The shake is over and gone with this call. */
typedef void tunnelshake_fn(void *arg, struct tunnelshake *s,
    const struct tunnelshake_end *end);

struct tunnelshake_config {
	struct loop	*loop;
	struct tunneltls *tls;		/* who calls waits for TCP first */
	int		 fd;		/* taken */
	struct addrport	 remote;
	tunnelshake_fn	*done;		/* never called within the start */
	void		*arg;
};

struct tunnelshake *tunnelshake_new(const struct tunnelshake_config *c);
/* Ends it, without a word. Takes *ps; NULL is harmless. */
void tunnelshake_free(struct tunnelshake **ps);
/* Who is called, or calls. */
const struct addrport *tunnelshake_remote(const struct tunnelshake *s);

#endif
