/* tests/tools/wansuper.c - super-packets: counted as segments, cut between them.
 *
 * A sender that leaves segmentation to the device gives with each super-packet the
 * size of a segment and, in TCP's checksum field, the sum of the pseudo header alone
 * (VIRTIO_NET_HDR_F_NEEDS_CSUM). Both are what the device of the other side wants,
 * so that a frame goes through as it is. Layer: tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/tools/wansuper.h"

#include <linux/virtio_net.h>
#include <string.h>

#define IP4_HEAD	20u
#define IP6_HEAD	40u
#define TCP_HEAD	20u
#define TCP_PROTOCOL	6u
#define TCP_LAST	0x09u	/* FIN and PSH: the last segment has them */
#define TCP_FIRST	0x80u	/* CWR: the first one has it, RFC 3168 6.1.2 */

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static bool
super_read(struct wansuper *s, const struct virtio_net_hdr *v)
{
	const uint8_t *ip = s->frame + WANSUPER_VNET;
	size_t len = s->len - WANSUPER_VNET, start = v->csum_start;
	size_t least = ip[0] >> 4 == 6 ? IP6_HEAD : IP4_HEAD;

	if ((v->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0 || v->gso_size == 0 ||
	    start < least || start + TCP_HEAD > len)
		return false;
	s->tcp = start;
	s->ip = start + (size_t)(ip[start + 12] >> 4) * 4;
	s->mss = v->gso_size;
	if (s->ip < start + TCP_HEAD || s->ip >= len)
		return false;
	s->segments = (uint32_t)((len - s->ip + s->mss - 1) / s->mss);
	return true;
}

bool
wansuper_read(struct wansuper *s, const uint8_t *frame, size_t len)
{
	struct virtio_net_hdr v;

	*s = (struct wansuper){ .frame = frame, .len = len, .segments = 1 };
	if (len < WANSUPER_VNET + IP4_HEAD || len > WANSUPER_MAX)
		return false;
	memcpy(&v, frame, sizeof(v));
	switch (v.gso_type) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return true;
	case VIRTIO_NET_HDR_GSO_TCPV4:
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return super_read(s, &v);
	}
	return false;		/* not offered to the device */
}

/* Octets of payload before segment "at". */
static size_t
payload_to(const struct wansuper *s, uint32_t at)
{
	size_t all = s->len - WANSUPER_VNET - s->ip, before = at * s->mss;

	return before < all ? before : all;
}

size_t
wansuper_segment(const struct wansuper *s, uint32_t at)
{
	if (s->segments == 1)
		return s->len - WANSUPER_VNET;
	return s->ip + payload_to(s, at + 1) - payload_to(s, at);
}

size_t
wansuper_cut_size(const struct wansuper *s, uint32_t from, uint32_t count)
{
	if (count == s->segments)
		return s->len;
	return WANSUPER_VNET + s->ip + payload_to(s, from + count) -
	    payload_to(s, from);
}

/* Adds octets to a sum of 16-bit words; len is even. */
static uint32_t
sum_add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i += 2)
		sum += get16(p + i);
	return sum;
}

static unsigned
sum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* len: octets of the packet. */
static void
mend_ip(const struct wansuper *s, uint8_t *ip, uint32_t from, size_t len)
{
	bool v6 = ip[0] >> 4 == 6;
	size_t head = (size_t)(ip[0] & 15) * 4;
	uint32_t sum;

	if (v6) {
		put16(ip + 4, len - IP6_HEAD);
		sum = sum_add(0, ip + 8, 32);
	} else {
		put16(ip + 2, len);
		put16(ip + 4, get16(ip + 4) + from);
		put16(ip + 10, 0);
		put16(ip + 10, ~sum_fold(sum_add(0, ip, head)) & 0xffff);
		sum = sum_add(0, ip + 12, 8);
	}
	put16(ip + s->tcp + 16,
	    sum_fold(sum + TCP_PROTOCOL + (uint32_t)(len - s->tcp)));
}

static void
mend_tcp(const struct wansuper *s, uint8_t *tcp, uint32_t from, uint32_t count)
{
	uint32_t sequence = (uint32_t)get16(tcp + 4) << 16 | get16(tcp + 6);

	sequence += (uint32_t)payload_to(s, from);
	put16(tcp + 4, sequence >> 16);
	put16(tcp + 6, sequence);
	if (from != 0)
		tcp[13] &= (uint8_t)~TCP_FIRST;
	if (from + count != s->segments)
		tcp[13] &= (uint8_t)~TCP_LAST;
}

size_t
wansuper_cut(const struct wansuper *s, uint32_t from, uint32_t count,
    uint8_t *out, size_t cap)
{
	size_t size = wansuper_cut_size(s, from, count), head;
	struct virtio_net_hdr v;

	if (size > cap)
		return 0;
	if (count == s->segments) {
		memcpy(out, s->frame, size);
		return size;
	}
	head = WANSUPER_VNET + s->ip;
	memcpy(&v, s->frame, sizeof(v));
	if (size - head <= s->mss) {
		v.gso_type = VIRTIO_NET_HDR_GSO_NONE;
		v.gso_size = 0;
	}
	memcpy(out, &v, sizeof(v));
	memcpy(out + sizeof(v), s->frame + sizeof(v), head - sizeof(v));
	memcpy(out + head, s->frame + head + payload_to(s, from), size - head);
	mend_ip(s, out + WANSUPER_VNET, from, size - WANSUPER_VNET);
	mend_tcp(s, out + WANSUPER_VNET + s->tcp, from, count);
	return size;
}
