/* core/io/tls.h - TLS 1.2 and 1.3, the server's side, on descriptors that never
 * block.
 *
 * Who waits for what, and for how long, is the caller's business: each call does
 * what can be done now and says what it lacks. A call reads one record at most
 * and TLS_TURN octets, so that no peer holds the thread. Resumption is by ticket
 * (the server keeps nothing); there is no early data, no renegotiation and no
 * compression. Layer: core/io; owns the headers of OpenSSL together with its .c and tlsbio.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_TLS_H
#define CORE_IO_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct tls;
struct tls_peer;

/* What a call returns that could do nothing. */
enum { TLS_WANT_READ = -1, TLS_WANT_WRITE = -2, TLS_BROKEN = -3 };

#define TLS_TURN	20000	/* octets read in one call: a record, a bit more */
#define TLS_HANDSHAKE_MAX 32768	/* octets a peer may need to shake hands */

struct tls_config {
	const char	*certificate;	/* file, PEM: ours first, then up */
	const char	*key;		/* file, PEM, without passphrase */
	const char	*alpn;		/* the only protocol that is spoken, for
					 * who asks (RFC 7301); NULL = not asked */
};

/* Reads both files. NULL with a sentence that names the file at fault. Any
 * thread. */
struct tls *tls_new(const struct tls_config *c, struct err *e);
/* From PEM texts, not kept, and without tickets: each connection shakes hands in
 * full. NULL with a sentence when they do not read or do not fit each other. */
struct tls *tls_new_text(const char *certificate, const char *key,
    struct err *e);
/* The same credentials once more, to be freed apart. Any thread. */
struct tls *tls_share(const struct tls *t);
/* Takes *pt. Its peers go on. NULL is harmless. */
void tls_free(struct tls **pt);
/* The certificate's last second, as clock_real has it. */
int64_t tls_expires_s(const struct tls *t);

/* A peer on a connected descriptor, which stays the caller's. */
struct tls_peer *tls_open(const struct tls *t, int fd);
/* Says goodbye when that takes no waiting. Takes *pp; NULL is harmless. */
void tls_close(struct tls_peer **pp);

/* One step of the handshake: 1 = done, or what is lacking. Whatever a peer
 * sends, or cuts, ends in TLS_BROKEN. */
int tls_accept(struct tls_peer *p);
/* After the handshake: it took up an earlier session. */
bool tls_is_resumed(const struct tls_peer *p);

/* Octets read, at most cap; 0 = the peer has said goodbye; or what is lacking. */
ssize_t tls_read(struct tls_peer *p, void *octets, size_t cap);
/* Octets that came and were not read yet: the descriptor will not tell. */
bool tls_pending(const struct tls_peer *p);
/* Octets taken, one record at most, or what is lacking. After TLS_WANT_… the
 * next call brings the same octets, and perhaps more behind them. */
ssize_t tls_write(struct tls_peer *p, const void *octets, size_t len);

/* The last call of a thread that has used the above. */
void tls_leave_thread(void);

#endif
