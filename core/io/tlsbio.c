/* core/io/tlsbio.c - see tlsbio.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/tlsbio.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sys/socket.h>

#include "core/io/tls.h"

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static int
again(BIO *b, bool reading)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		BIO_set_flags(b, (reading ? BIO_FLAGS_READ :
		    BIO_FLAGS_WRITE) | BIO_FLAGS_SHOULD_RETRY);
	return -1;
}

static int
on_read(BIO *b, char *octets, int cap)
{
	struct tlsbio *p = BIO_get_data(b);
	size_t room = (size_t)cap < p->turn ? (size_t)cap : p->turn;
	ssize_t n;

	BIO_clear_retry_flags(b);
	if (room == 0) {
		/* The rest has its turn; the descriptor stays readable. */
		errno = EAGAIN;
		return again(b, true);
	}
	n = recv(p->fd, octets, room, MSG_DONTWAIT);
	if (n < 0)
		return again(b, true);
	p->turn -= (size_t)n;
	if (!p->ready) {
		p->handshake += (size_t)n;
		if (p->handshake > p->handshake_max)
			return -1;
	}
	return (int)n;
}

static int
on_write(BIO *b, const char *octets, int len)
{
	const struct tlsbio *p = BIO_get_data(b);
	ssize_t n;

	BIO_clear_retry_flags(b);
	n = send(p->fd, octets, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 ? again(b, false) : (int)n;
}

static long
on_control(BIO *b, int what, long number, void *pointer)
{
	(void)b;
	(void)number;
	(void)pointer;
	return what == BIO_CTRL_FLUSH;
}

static void
make_method(void)
{
	method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(),
	    "peer");
	assert(method != NULL);
	(void)BIO_meth_set_read(method, on_read);
	(void)BIO_meth_set_write(method, on_write);
	(void)BIO_meth_set_ctrl(method, on_control);
}

BIO *
tlsbio_new(struct tlsbio *s)
{
	BIO *b;

	(void)pthread_once(&method_once, make_method);
	b = BIO_new(method);
	assert(b != NULL);
	BIO_set_data(b, s);
	BIO_set_init(b, 1);
	return b;
}

int
tlsbio_lack(const struct ssl_st *ssl, int rc)
{
	int why = SSL_get_error(ssl, rc);

	if (why == SSL_ERROR_WANT_READ)
		return TLS_WANT_READ;
	if (why == SSL_ERROR_WANT_WRITE)
		return TLS_WANT_WRITE;
	return why == SSL_ERROR_ZERO_RETURN ? 0 : TLS_BROKEN;
}

ssize_t
tlsbio_read(struct ssl_st *ssl, struct tlsbio *s, void *octets, size_t cap)
{
	int rc;

	ERR_clear_error();
	s->turn = TLS_TURN;
	rc = SSL_read(ssl, octets, cap < INT_MAX ? (int)cap : INT_MAX);
	return rc > 0 ? rc : tlsbio_lack(ssl, rc);
}

ssize_t
tlsbio_write(struct ssl_st *ssl, struct tlsbio *s, const void *octets,
    size_t len)
{
	int rc;

	assert(len > 0);
	ERR_clear_error();
	s->turn = TLS_TURN;
	rc = SSL_write(ssl, octets, len < INT_MAX ? (int)len : INT_MAX);
	if (rc > 0)
		return rc;
	rc = tlsbio_lack(ssl, rc);
	return rc != 0 ? rc : TLS_BROKEN;
}
