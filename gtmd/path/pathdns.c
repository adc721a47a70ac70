/* gtmd/path/pathdns.c - a question to the resolver by UDP: for the name servers of
 * the root (dns_dot), or for its own reverse name (dns_rev). Whatever it says,
 * REFUSED too, is an answer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "gtmd/path/pathattempt.h"

/* RFC 1035 3.2.2, 3.2.4, 4.1.1, 4.2.1. */
enum { TYPE_NS = 2, TYPE_PTR = 12, CLASS_IN = 1, HEADER = 12, PORT = 53 };

/* RFC 1035 3.5, RFC 3596 2.5. */
static void
reverse_name(const struct addr *a, char *text, size_t cap)
{
	size_t len = addr_len(a), at = 0;

	for (size_t i = len; i-- > 0 && at < cap;)
		at += (size_t)(a->family == AF_INET ?
		    snprintf(text + at, cap - at, "%u.", a->octets[i]) :
		    snprintf(text + at, cap - at, "%x.%x.",
		    a->octets[i] & 0xfu, a->octets[i] >> 4u));
	if (at < cap)
		(void)snprintf(text + at, cap - at, "%s", a->family == AF_INET ?
		    "in-addr.arpa." : "ip6.arpa.");
}

static size_t
write_query(uint8_t *to, size_t cap, uint16_t id, const char *name,
    uint16_t type)
{
	uint8_t wire[DNSNAME_MAX];
	size_t len = dnsname_parse(name, wire);
	struct wbuf w;

	wbuf_init(&w, to, cap);
	wbuf_u16(&w, id);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, 1);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_octets(&w, wire, len);
	wbuf_u16(&w, type);
	wbuf_u16(&w, CLASS_IN);
	return w.bad || len == 0 ? 0 : w.off;
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct pathattempt *a = arg;
	uint8_t octets[HEADER];
	ssize_t n = recv(fd, octets, sizeof(octets), 0);

	(void)io;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	/* No server there: the way is known all the same. */
	if (n < 0)
		pathattempt_end(a, errno == ECONNREFUSED);
	else if (n == HEADER && (octets[2] & 0x80) != 0 &&
	    (octets[0] << 8 | octets[1]) == a->number)
		pathattempt_end(a, true);
}

static int
ask(struct pathattempt *a, const char *name, uint16_t type)
{
	uint8_t octets[512];
	size_t len;

	a->number = (uint16_t)rand_u64(&a->engine->rand);
	len = write_query(octets, sizeof(octets), a->number, name, type);
	if (len == 0 || pathattempt_connect(a, SOCK_DGRAM, PORT, LOOP_READ,
	    on_readable) != 0)
		return -1;
	return send(a->fd, octets, len, 0) >= 0 ? 0 : -1;
}

static int
ask_dot(struct pathattempt *a)
{
	return ask(a, ".", TYPE_NS);
}

static int
ask_rev(struct pathattempt *a)
{
	char name[DNSNAME_TEXT_MAX] = "";

	reverse_name(&a->job.to, name, sizeof(name));
	return ask(a, name, TYPE_PTR);
}

const struct pathattempt_protocol pathdns_dot_protocol = { ask_dot };
const struct pathattempt_protocol pathdns_rev_protocol = { ask_rev };
