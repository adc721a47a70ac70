/* monitors/mysqlgreet.c - see mysqlgreet.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/mysqlgreet.h"

#include <string.h>

#include "core/base/obj.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define HEAD		4	/* length of three octets, sequence */
#define PACKET_MAX	(MYSQLGREET_MAX - HEAD)
#define PROTOCOL	10

enum { FIRST_OK = 0, FIRST_MORE_DATA = 1, FIRST_SWITCH = 0xfe,
	FIRST_ERROR = 0xff };

/* Capability flags. */
#define CAN_LONG_PASSWORD	UINT32_C(0x00000001)
#define CAN_PROTOCOL_41		UINT32_C(0x00000200)
#define CAN_SECURE_CONNECTION	UINT32_C(0x00008000)
#define CAN_PLUGIN_AUTH		UINT32_C(0x00080000)

#define METHOD	"mysql_native_password"

/* About who asks, and from where. */
static const uint16_t denials[] = {
	1044, 1045, 1129, 1130, 1203, 1226, 1227, 1249, 1251, 1275, 1524,
	1698, 1820, 1862, 3118, 3159, 3955, 4151,
};

static const struct {
	uint16_t	 number;
	const char	*words;
} known[] = {
	{ 1037, "out of memory" },
	{ 1040, "too many connections" },
	{ 1041, "out of resources" },
	{ 1053, "server shutdown in progress" },
	{ 1135, "no thread for a connection" },
	{ 1152, "aborted connection" },
	{ 3032, "offline mode" },
};

static uint16_t
read_u16(struct rbuf *r)
{
	unsigned low = rbuf_u8(r);

	return (uint16_t)(low | (unsigned)rbuf_u8(r) << 8);
}

static void
write_head(struct wbuf *w, size_t len, uint8_t sequence)
{
	wbuf_u8(w, (uint8_t)len);
	wbuf_u8(w, (uint8_t)(len >> 8));
	wbuf_u8(w, (uint8_t)(len >> 16));
	wbuf_u8(w, sequence);
}

static void
write_u32(struct wbuf *w, uint32_t v)
{
	for (int shift = 0; shift < 32; shift += 8)
		wbuf_u8(w, (uint8_t)(v >> shift));
}

/* The packet that in starts with, as a reader of its body. HELLO when it is
 * whole. */
static enum mysqlgreet
open_packet(const uint8_t *in, size_t len, struct mysqlgreet_packet *p,
    struct rbuf *body)
{
	size_t size;

	*p = (struct mysqlgreet_packet){ 0 };
	if (len < HEAD)
		return MYSQLGREET_MORE;
	size = in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16;
	p->sequence = in[3];
	if (size == 0 || size > PACKET_MAX)
		return MYSQLGREET_GARBLED;
	if (len - HEAD < size)
		return MYSQLGREET_MORE;
	rbuf_init(body, in + HEAD, size);
	return MYSQLGREET_HELLO;
}

static enum mysqlgreet
read_error(struct rbuf *body, struct mysqlgreet_packet *p)
{
	p->error = read_u16(body);
	return body->bad ? MYSQLGREET_GARBLED : MYSQLGREET_ERROR;
}

/* Behind the protocol number: version, thread, half a nonce, what it can. What
 * follows is not of interest, and older servers have less of it. */
static enum mysqlgreet
read_greeting(struct rbuf *body, struct mysqlgreet_packet *p)
{
	const uint8_t *version = body->base + body->off;
	const uint8_t *end = memchr(version, 0, rbuf_left(body));

	if (end == NULL || end == version)
		return MYSQLGREET_GARBLED;
	(void)rbuf_skip(body, (size_t)(end - version) + 1);
	(void)rbuf_skip(body, 4 + 8 + 1);
	p->can = read_u16(body);
	if (body->bad)
		return MYSQLGREET_GARBLED;
	if (rbuf_left(body) < 1 + 2 + 2)
		return MYSQLGREET_HELLO;
	p->charset = rbuf_u8(body);
	(void)rbuf_skip(body, 2);
	p->can |= (uint32_t)read_u16(body) << 16;
	return MYSQLGREET_HELLO;
}

enum mysqlgreet
mysqlgreet_hello(const uint8_t *in, size_t len, struct mysqlgreet_packet *p)
{
	struct rbuf body;
	enum mysqlgreet is = open_packet(in, len, p, &body);

	if (is != MYSQLGREET_HELLO)
		return is;
	switch (rbuf_u8(&body)) {
	case PROTOCOL:
		return read_greeting(&body, p);
	case FIRST_ERROR:
		return read_error(&body, p);
	default:
		return MYSQLGREET_GARBLED;
	}
}

enum mysqlgreet
mysqlgreet_answer(const uint8_t *in, size_t len, struct mysqlgreet_packet *p)
{
	struct rbuf body;
	enum mysqlgreet is = open_packet(in, len, p, &body);

	if (is != MYSQLGREET_HELLO)
		return is;
	switch (rbuf_u8(&body)) {
	case FIRST_OK:
		return MYSQLGREET_ENTERED;
	case FIRST_MORE_DATA:
	case FIRST_SWITCH:
		return MYSQLGREET_SWITCH;
	case FIRST_ERROR:
		return read_error(&body, p);
	default:
		return MYSQLGREET_GARBLED;
	}
}

bool
mysqlgreet_login(struct wbuf *w, const struct mysqlgreet_packet *hello,
    const char *user)
{
	static const uint8_t zeros[23];
	uint32_t can = CAN_LONG_PASSWORD | CAN_PROTOCOL_41 |
	    CAN_SECURE_CONNECTION | (hello->can & CAN_PLUGIN_AUTH);
	size_t len = 4 + 4 + 1 + sizeof(zeros) + strlen(user) + 1 + 1;

	if ((hello->can & CAN_PROTOCOL_41) == 0)
		return false;
	if ((can & CAN_PLUGIN_AUTH) != 0)
		len += sizeof(METHOD);
	write_head(w, len, (uint8_t)(hello->sequence + 1));
	write_u32(w, can);
	write_u32(w, MYSQLGREET_MAX);
	wbuf_u8(w, hello->charset);
	wbuf_octets(w, zeros, sizeof(zeros));
	wbuf_octets(w, user, strlen(user) + 1);
	wbuf_u8(w, 0);
	if ((can & CAN_PLUGIN_AUTH) != 0)
		wbuf_octets(w, METHOD, sizeof(METHOD));
	return true;
}

void
mysqlgreet_nothing(struct wbuf *w, const struct mysqlgreet_packet *asked)
{
	write_head(w, 0, (uint8_t)(asked->sequence + 1));
}

void
mysqlgreet_leave(struct wbuf *w)
{
	write_head(w, 1, 0);
	wbuf_u8(w, 1);		/* COM_QUIT */
}

bool
mysqlgreet_is_denial(uint16_t error)
{
	for (size_t i = 0; i < OBJ_COUNT(denials); i++)
		if (denials[i] == error)
			return true;
	return false;
}

const char *
mysqlgreet_words(int error)
{
	for (size_t i = 0; i < OBJ_COUNT(known); i++)
		if (known[i].number == error)
			return known[i].words;
	return NULL;
}
