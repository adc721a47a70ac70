/* wom/tunnel/tunnelwire.h - TLS over one TCP connection: octets in and out, nothing
 * that waits.
 *
 * Who waits for what, and for how long, is the caller's business; returns are as
 * core/io/tls.h's (TLS_WANT_READ, TLS_WANT_WRITE, TLS_BROKEN). Of messages that are
 * no data a peer may send a few for each MiB; who sends more is a flood and is cut. Keys
 * are renewed long before the limits of RFC 8446 section 5.5. Belongs to one thread
 * at a time. Layer: wom/tunnel; its .c owns OpenSSL's headers, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELWIRE_H
#define WOM_TUNNEL_TUNNELWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/addr.h"
#include "core/io/tls.h"
#include "wom/tunnel/tunneltls.h"

struct err;
struct tunnelwire;

#define TUNNELWIRE_RECORD	16384	/* octets that one record takes */

/* On fd, which it takes, connected or about to be, to `remote`. */
struct tunnelwire *tunnelwire_new(struct tunneltls *t, int fd,
    const struct addrport *remote);
/* Says goodbye when that takes no waiting, closes. Takes *pw; NULL is harmless. */
void tunnelwire_free(struct tunnelwire **pw);
int tunnelwire_fd(const struct tunnelwire *w);
const struct addrport *tunnelwire_remote(const struct tunnelwire *w);
/* We have called. */
bool tunnelwire_is_ours(const struct tunnelwire *w);

/* One step of the handshake: 1 = done, or what is lacking. */
int tunnelwire_shake(struct tunnelwire *w);
/* After TLS_BROKEN of the handshake, or of the first read (where a peer says that it
 * does not believe us): why, and a sentence. */
enum tunneltls_refusal tunnelwire_refusal(const struct tunnelwire *w,
    struct err *e);

/* After the handshake: the fingerprint of the peer's certificate, whose it is
 * ("/CN=site-b"), the suite. */
const struct tunneltls_print *tunnelwire_print(const struct tunnelwire *w);
const char *tunnelwire_subject(const struct tunnelwire *w);
const char *tunnelwire_cipher(const struct tunnelwire *w);

/* The rules that hands were shaken by; borrowed. */
const struct tunneltls *tunnelwire_rules(const struct tunnelwire *w);

/* Octets read, one record at most; 0: the peer has said goodbye; or what is
 * lacking. */
ssize_t tunnelwire_read(struct tunnelwire *w, void *octets, size_t cap);
/* Something came and was not read yet, of which the descriptor will not tell. */
bool tunnelwire_pending(const struct tunnelwire *w);
/* Octets taken, TUNNELWIRE_RECORD at most, or what is lacking. After TLS_WANT_... the
 * next call brings the same octets, and perhaps more behind them. */
ssize_t tunnelwire_write(struct tunnelwire *w, const void *octets, size_t len);
/* It was cut for what it sent beside data. */
bool tunnelwire_is_flood(const struct tunnelwire *w);

/* The last call of a thread that has used the above. */
void tunnelwire_leave_thread(void);

#endif
