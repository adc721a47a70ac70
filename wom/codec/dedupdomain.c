/* wom/codec/dedupdomain.c - see dedupdomain.h. Layer: wom/codec.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/dedupdomain.h"

#include <string.h>

#include "wom/codec/anchorindex.h"
#include "wom/codec/blockid.h"
#include "wom/codec/encoder.h"
#include "wom/codec/history.h"

uint64_t
dedupdomain_of(struct blockid_key *k, const char *name)
{
	/* No domain has this number, so no block has such a name. */
	const uint64_t names = UINT64_MAX;
	struct blockid id;
	uint64_t number;

	if (*name == '\0')
		return 0;
	id = blockid_in(k, names, name, strlen(name));
	number = 0;
	for (int i = 0; i < 8; i++)
		number = number << 8 | id.octets[i];
	return number != 0 && number != names ? number : 1;
}

void
dedupdomain_enter(const struct encoder_config *c, uint64_t domain)
{
	blockid_key_enter(c->key, domain);
	anchorindex_enter(c->index, domain);
	history_domain_set(c->history, domain);
}
