/* wom/codec/history_domain.c - which domains the blocks of a history are of: a table,
 * since a block has no room for a number. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/history_ring.h"

/* Its place, or how many there are. */
static uint16_t
find_domain(const struct history *h, uint64_t number)
{
	uint16_t i = 0;

	while (i < h->domain_count && h->domains[i] != number)
		i++;
	return i;
}

uint16_t
history_domain_place(struct history *h, uint64_t number)
{
	uint16_t i = find_domain(h, number);

	if (i == HISTORY_DOMAINS_MAX)
		return HISTORY_NO_DOMAIN;
	if (i == h->domain_count)
		h->domains[h->domain_count++] = number;
	return i;
}

void
history_domain_set(struct history *h, uint64_t domain)
{
	uint16_t i;

	if (h->domain_number == domain)
		return;
	i = find_domain(h, domain);
	h->domain = i < h->domain_count ? i : HISTORY_NO_DOMAIN;
	h->domain_number = domain;
}
