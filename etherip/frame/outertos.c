/* etherip/frame/outertos.c - see outertos.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/outertos.h"

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"

/* RFC 3168 section 5. */
enum { NOT_ECT = 0, ECT_1 = 1, ECT_0 = 2, CE = 3 };

static bool
is_ipv4(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	return f->type == ETHFRAME_IPV4 && len >= f->payload + 20u &&
	    octets[f->payload] >> 4 == 4;
}

static bool
is_ipv6(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	return f->type == ETHFRAME_IPV6 && len >= f->payload + 40u &&
	    octets[f->payload] >> 4 == 6;
}

uint8_t
outertos_read(const struct ethframe *f, const uint8_t *octets, size_t len)
{
	const uint8_t *ip = octets + f->payload;

	if (is_ipv4(f, octets, len))
		return ip[1];
	if (is_ipv6(f, octets, len))
		return (uint8_t)(ip[0] << 4 | ip[1] >> 4);
	return 0;
}

static void
mark(const struct ethframe *f, uint8_t *octets, uint8_t ecn)
{
	uint8_t *ip = octets + f->payload;
	uint16_t was = be16_get(ip);

	if (f->type == ETHFRAME_IPV6) {
		ip[1] = (uint8_t)((ip[1] & ~0x30) | ecn << 4);
		return;
	}
	ip[1] = (uint8_t)((ip[1] & ~OUTERTOS_ECN) | ecn);
	be16_put(ip + 10, netsum_update(be16_get(ip + 10), was,
	    be16_get(ip)));
}

bool
outertos_merge(uint8_t outer, const struct ethframe *f, uint8_t *octets,
    size_t len)
{
	uint8_t in, out = outer & OUTERTOS_ECN;

	if (out != CE && out != ECT_1)
		return true;
	if (!is_ipv4(f, octets, len) && !is_ipv6(f, octets, len))
		return true;
	in = outertos_read(f, octets, len) & OUTERTOS_ECN;
	if (in == NOT_ECT)
		return out != CE;
	/* Figure 4: CE wins, then ECT(1). */
	if (in != CE && in != out)
		mark(f, octets, out);
	return true;
}
