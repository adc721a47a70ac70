/* monitors/grpchealth.c - see grpchealth.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/grpchealth.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "core/base/obj.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define FIELD	1		/* both messages have but this one */

/* How a field of protobuf is written. */
enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_OCTETS = 2, WIRE_32 = 5 };

static const char *const healths[] = {
	"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"
};

static const char *const codes[] = {
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED",
	"NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
	"OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED",
};

/* ---- the request ---- */

void
grpchealth_ask(struct wbuf *w, const char *service)
{
	const size_t len = service != NULL ? strlen(service) : 0;
	const size_t number = len < 128 ? 1 : 2;	/* its octets */

	wbuf_u8(w, 0);		/* not compressed */
	wbuf_u32(w, (uint32_t)(len != 0 ? 1 + number + len : 0));
	if (len == 0)
		return;
	wbuf_u8(w, FIELD << 3 | WIRE_OCTETS);
	if (number == 2)
		wbuf_u8(w, (uint8_t)(0x80 | (len & 0x7f)));
	wbuf_u8(w, (uint8_t)(number == 2 ? len >> 7 : len));
	wbuf_octets(w, service, len);
}

/* ---- the reply ---- */

/* Seven bits an octet, lowest first, ten octets at most. */
static uint64_t
read_varint(struct rbuf *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t c = rbuf_u8(r);

		v |= (uint64_t)(c & 0x7f) << shift;
		if ((c & 0x80) == 0)
			return v;
	}
	r->bad = true;
	return 0;
}

static void
skip_field(struct rbuf *r, unsigned wire)
{
	uint64_t len;

	switch (wire) {
	case WIRE_VARINT:
		(void)read_varint(r);
		break;
	case WIRE_64:
		(void)rbuf_skip(r, 8);
		break;
	case WIRE_OCTETS:
		len = read_varint(r);
		(void)rbuf_skip(r, len < SIZE_MAX ? (size_t)len : SIZE_MAX);
		break;
	case WIRE_32:
		(void)rbuf_skip(r, 4);
		break;
	default:
		r->bad = true;
	}
}

/* Of a field that comes twice the last one counts; one that does not come is 0. */
bool
grpchealth_read(const uint8_t *in, size_t len, int *health)
{
	struct rbuf r;
	uint64_t key, v = GRPCHEALTH_UNKNOWN;

	rbuf_init(&r, in, len);
	if (rbuf_u8(&r) != 0 || rbuf_u32(&r) != rbuf_left(&r) || r.bad)
		return false;
	while (rbuf_left(&r) != 0 && !r.bad) {
		key = read_varint(&r);
		if (key == (FIELD << 3 | WIRE_VARINT))
			v = read_varint(&r);
		else
			skip_field(&r, (unsigned)(key & 7));
	}
	*health = v <= INT_MAX ? (int)v : INT_MAX;
	return !r.bad;
}

bool
grpchealth_status(const char *line, size_t len, int *status)
{
	static const char name[] = "grpc-status:";
	const size_t skip = sizeof(name) - 1;
	size_t i = skip, digits = 0;

	if (len < skip || strncasecmp(line, name, skip) != 0)
		return false;
	while (i < len && (line[i] == ' ' || line[i] == '\t'))
		i++;
	for (*status = 0; i < len && line[i] >= '0' && line[i] <= '9'; i++) {
		*status = *status * 10 + (line[i] - '0');
		if (++digits == 4)
			break;
	}
	if (digits == 0 || digits == 4)
		*status = -1;
	return true;
}

/* ---- words ---- */

const char *
grpchealth_name(int health)
{
	return health >= 0 && (size_t)health < OBJ_COUNT(healths) ?
	    healths[health] : "none that is known";
}

const char *
grpchealth_code_name(int status)
{
	return status >= 0 && (size_t)status < OBJ_COUNT(codes) ?
	    codes[status] : NULL;
}
