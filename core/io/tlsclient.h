/* core/io/tlsclient.h - TLS, the client's side, on descriptors that never block.
 *
 * As in tls.h each call does what can be done now and says what it lacks. A
 * session is kept for each server and taken up again, by ticket or by number,
 * which spares both sides the costly part of the handshake; after
 * TLSCLIENT_SESSION_NS the server has to show its certificate once more. A
 * client and its connections belong to one thread. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_IO_TLSCLIENT_H
#define CORE_IO_TLSCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "core/io/tls.h"

struct err;
struct tlsclient;
struct tlsclient_peer;

#define TLSCLIENT_SESSION_NS	(600 * CLOCK_S)
#define TLSCLIENT_SESSIONS	8192u	/* kept at most, some KiB each */

struct tlsclient_config {
	const char	*cert, *key;	/* files, PEM: what we show; NULL = none */
	const char	*ciphers;	/* OpenSSL's list, for up to TLS 1.2 */
	const char	*ca_file;	/* PEM: whom to trust; NULL = whom the
					 * system trusts */
	const char	*name;		/* SNI, and to be in the certificate; NULL
					 * = none, the address has to be in it */
	bool		 verify;	/* else any certificate will do */
	bool		 compatible;	/* TLS 1.0 and weak keys, too; else 1.2 */
};

/* Reads the files. NULL with a sentence that names what is at fault. */
struct tlsclient *tlsclient_new(const struct tlsclient_config *c,
    struct err *e);
/* Its peers are closed. Takes *pc; NULL is harmless. */
void tlsclient_free(struct tlsclient **pc);
/* 0, or ERR_PARSE: no cipher that we have is in the list. */
int tlsclient_check_ciphers(const char *text, struct err *e);

/* A peer on a descriptor that is connected to `to` and stays the caller's. */
struct tlsclient_peer *tlsclient_open(struct tlsclient *c, int fd,
    const struct addrport *to, mono_ns now);
/* Says nothing any more. Takes *pp; NULL is harmless. */
void tlsclient_close(struct tlsclient_peer **pp);

/* One step of the handshake: 1 = done, TLS_WANT_…, or TLS_BROKEN. */
int tlsclient_connect(struct tlsclient_peer *p);

/* Why the handshake broke. */
enum tlsclient_trouble {
	TLSCLIENT_ERRNO,	/* number is the connection's errno */
	TLSCLIENT_CLOSED,
	TLSCLIENT_ALERT,	/* number is the server's alert, RFC 8446 6 */
	TLSCLIENT_NOT_TLS,	/* or none that we speak */
	TLSCLIENT_EXPIRED,	/* a certificate, or it is not valid yet */
	TLSCLIENT_NAME,		/* it is another's */
	TLSCLIENT_UNTRUSTED,	/* nobody whom we trust has signed it */
};
/* After TLS_BROKEN; number is 0 where the reason has none. */
enum tlsclient_trouble tlsclient_trouble(const struct tlsclient_peer *p,
    int *number);
/* "protocol version" */
const char *tlsclient_alert_name(int number);

/* After the handshake: an earlier session was taken up; and the last second of
 * the server's certificate, as clock_real has it (0 = it showed none). */
bool tlsclient_is_resumed(const struct tlsclient_peer *p);
int64_t tlsclient_expires_s(const struct tlsclient_peer *p);

/* As tls_read and tls_write. The end without a goodbye is an end, too. */
ssize_t tlsclient_read(struct tlsclient_peer *p, void *octets, size_t cap);
ssize_t tlsclient_write(struct tlsclient_peer *p, const void *octets,
    size_t len);

#endif
