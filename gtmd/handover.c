/* gtmd/handover.c - see handover.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/handover.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/serve/inherit.h"

#define MAGIC		0x67746d68u	/* "gtmh" */
#define ANSWER_MS	10000		/* for what costs the other end no
					 * loading */

/* The same in every version. */
struct head {
	uint32_t	magic;
	uint16_t	version, kind;
};

struct wire {
	struct head	head;
	char		body[HANDOVER_BODY_MAX];
};

/* What one socket is bound to. */
struct place {
	uint8_t		tcp, ipv6;
	uint16_t	port;
	uint8_t		octets[16];
};

char *
handover_path(const char *state_dir)
{
	return mem_printf("%s/replace.sock", state_dir);
}

int
handover_send(int fd, const struct handover_out *m, struct err *e)
{
	struct wire w = { .head = { MAGIC, HANDOVER_VERSION,
	    (uint16_t)m->kind } };

	assert(m->len <= sizeof(w.body));
	if (m->len > 0)
		memcpy(w.body, m->body, m->len);
	if (parcel_send(fd, &w, sizeof(w.head) + m->len, m->fds,
	    m->fd_count) == -1)
		return err_sys(e, errno, "the other process is not to be "
		    "reached");
	return 0;
}

void
handover_refuse(int fd, const char *why)
{
	const struct handover_out m = { .kind = HANDOVER_REFUSE, .body = why,
	    .len = strnlen(why, HANDOVER_BODY_MAX) };

	(void)handover_send(fd, &m, NULL);
}

int
handover_send_text(int fd, enum handover_kind kind, const char *text,
    struct err *e)
{
	int file = parcel_file("gtmd", text, strlen(text)), rc;
	const struct handover_out m = { .kind = kind, .fds = &file,
	    .fd_count = 1 };

	if (file == -1)
		return err_sys(e, errno, "unnamed file");
	rc = handover_send(fd, &m, e);
	(void)close(file);
	return rc;
}

/* ---- sockets ---- */

static struct place
place_of(const struct inherit_socket *s)
{
	struct place p = { .tcp = s->tcp, .port = s->local.port,
	    .ipv6 = s->local.addr.family == AF_INET6 };

	_Static_assert(sizeof(s->local.addr.octets) == sizeof(p.octets),
	    "an address fits");
	memcpy(p.octets, s->local.addr.octets, sizeof(p.octets));
	return p;
}

static int
send_some(int fd, const struct inherit_socket *s, size_t count,
    struct err *e)
{
	struct place places[PARCEL_FDS_MAX];
	int fds[PARCEL_FDS_MAX];
	const struct handover_out m = { .kind = HANDOVER_SOCKETS,
	    .body = places, .len = count * sizeof(places[0]), .fds = fds,
	    .fd_count = count };

	for (size_t i = 0; i < count; i++) {
		places[i] = place_of(&s[i]);
		fds[i] = s[i].fd;
	}
	return handover_send(fd, &m, e);
}

int
handover_send_sockets(int fd, const struct inherit *h, struct err *e)
{
	size_t n;
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < h->count; at += n) {
		n = h->count - at < PARCEL_FDS_MAX ? h->count - at :
		    PARCEL_FDS_MAX;
		rc = send_some(fd, h->v + at, n, e);
	}
	return rc;
}

int
handover_read_sockets(struct handover_in *m, struct inherit *h,
    struct err *e)
{
	size_t n = m->parcel.fd_count;
	struct place p;

	if (m->len != n * sizeof(p)) {
		parcel_close_fds(&m->parcel);
		return err_set(e, ERR_PARSE, "the other process sent %zu "
		    "sockets and %zu octets about them", n, m->len);
	}
	for (size_t i = 0; i < n; i++) {
		struct addrport local = { .port = 0 };

		memcpy(&p, m->body.text + i * sizeof(p), sizeof(p));
		local.port = p.port;
		local.addr.family = p.ipv6 ? AF_INET6 : AF_INET;
		memcpy(local.addr.octets, p.octets, sizeof(p.octets));
		inherit_add(h, p.tcp != 0, &local, m->parcel.fds[i]);
	}
	m->parcel.fd_count = 0;
	return 0;
}

/* ---- receiving ---- */

static int
check(struct handover_in *m, const struct wire *w, size_t len,
    struct err *e)
{
	const struct head *h = &w->head;

	if (len < sizeof(*h) || h->magic != MAGIC)
		return err_set(e, ERR_PARSE, "the other process does not speak "
		    "as gtmd does");
	m->len = len - sizeof(*h);
	memcpy(m->body.text, w->body, m->len);
	m->body.text[m->len] = '\0';
	if (h->kind == HANDOVER_REFUSE)
		return err_set(e, ERR_DENIED, "%s", m->body.text);
	if (h->version != HANDOVER_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "hand-over of version %u "
		    "cannot meet version %u: restart instead",
		    (unsigned)h->version, (unsigned)HANDOVER_VERSION);
	if (h->kind < HANDOVER_HELLO || h->kind > HANDOVER_REFUSE)
		return err_set(e, ERR_PARSE, "the other process sent a message "
		    "of unknown kind %u", (unsigned)h->kind);
	m->kind = (enum handover_kind)h->kind;
	return 0;
}

int
handover_receive(int fd, struct handover_in *m, int timeout_ms,
    struct err *e)
{
	struct wire w;
	int rc;

	m->parcel = (struct parcel){ .data = &w, .cap = sizeof(w) };
	rc = parcel_receive(fd, &m->parcel, timeout_ms);
	m->parcel.data = NULL;
	if (rc == 0 || (rc == -1 && errno == ECONNRESET))
		return HANDOVER_CLOSED;
	if (rc == -1 && errno == ETIMEDOUT)
		return err_set(e, ERR_BUSY, "the other process says nothing");
	if (rc == -1)
		return err_sys(e, errno, "the other process is not understood");
	rc = check(m, &w, m->parcel.len, e);
	if (rc != 0)
		parcel_close_fds(&m->parcel);
	return rc;
}

int
handover_expect(int fd, struct handover_in *m, enum handover_kind kind,
    size_t fd_count, struct err *e)
{
	int rc = handover_receive(fd, m, ANSWER_MS, e);

	if (rc != 0)
		return rc;
	if (m->kind == kind && m->parcel.fd_count == fd_count)
		return 0;
	parcel_close_fds(&m->parcel);
	return err_set(e, ERR_PARSE, "the other process sent a message of kind "
	    "%d with %zu descriptors where kind %d was due", (int)m->kind,
	    m->parcel.fd_count, (int)kind);
}
