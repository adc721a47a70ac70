/* etherip/frame/mssclamp.c - see mssclamp.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/mssclamp.h"

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"

#define TCP		6
#define TCP_HEAD	20
#define TCP_SYN		0x02
#define TCP_SUM		16	/* where in the head its checksum is */
#define IPV6_HEAD	40

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_MSS = 2 };

/* Octets of the IPv4 header when a whole TCP head follows; else 0. */
static size_t
ipv4_head(const uint8_t *ip, size_t len)
{
	size_t head;

	if (len < 20 || ip[0] >> 4 != 4 || ip[9] != TCP)
		return 0;
	head = (size_t)(ip[0] & 0xf) * 4;
	/* Neither a fragment nor the first of them. */
	return head >= 20 && (be16_get(ip + 6) & 0x3fff) == 0 ? head : 0;
}

static size_t
ipv6_head(const uint8_t *ip, size_t len)
{
	return len >= IPV6_HEAD && ip[0] >> 4 == 6 && ip[6] == TCP ?
	    IPV6_HEAD : 0;
}

/* The MSS option's value; NULL: there is none. */
static uint8_t *
find_mss(uint8_t *tcp, size_t head)
{
	size_t at = TCP_HEAD;

	while (at < head && tcp[at] != OPTION_END) {
		if (tcp[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 1 >= head || tcp[at + 1] < 2 ||
		    at + tcp[at + 1] > head)
			return NULL;
		if (tcp[at] == OPTION_MSS)
			return tcp[at + 1] == 4 ? tcp + at + 2 : NULL;
		at += tcp[at + 1];
	}
	return NULL;
}

/* Into the checksum go 16-bit words counted from the head's start: one that begins at an odd
 * place is seen with its octets exchanged (RFC 1071 section 2 B). */
static void
replace(uint8_t *tcp, uint8_t *value, uint16_t mss)
{
	uint16_t was = be16_get(value), now = mss;

	if ((value - tcp) % 2 != 0) {
		was = (uint16_t)(was << 8 | was >> 8);
		now = (uint16_t)(now << 8 | now >> 8);
	}
	be16_put(tcp + TCP_SUM, netsum_update(be16_get(tcp + TCP_SUM), was, now));
	be16_put(value, mss);
}

bool
mssclamp(const struct ethframe *f, uint8_t *octets, size_t len, uint16_t mtu)
{
	uint8_t *ip = octets + f->payload, *tcp, *value;
	size_t left = len - f->payload, head, options;
	uint16_t mss;

	head = f->type == ETHFRAME_IPV4 ? ipv4_head(ip, left) :
	    f->type == ETHFRAME_IPV6 ? ipv6_head(ip, left) : 0;
	if (head == 0 || left < head + TCP_HEAD)
		return false;
	tcp = ip + head;
	options = (size_t)(tcp[12] >> 4) * 4;
	if ((tcp[13] & TCP_SYN) == 0 || options < TCP_HEAD ||
	    left < head + options)
		return false;
	value = find_mss(tcp, options);
	/* RFC 6691: without the options, which take their room when they come. */
	mss = (uint16_t)(mtu - TCP_HEAD -
	    (f->type == ETHFRAME_IPV4 ? 20 : IPV6_HEAD));
	if (value == NULL || be16_get(value) <= mss)
		return false;
	replace(tcp, value, mss);
	return true;
}
