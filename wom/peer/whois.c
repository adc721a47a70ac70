/* wom/peer/whois.c - see whois.h. Layer: wom/peer, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/whois.h"

#include <string.h>

static bool
same(const struct tunneltls_print *a, const struct tunneltls_print *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Is it pinned to this certificate? */
static bool
is_pinned(const struct peersetup *s, const struct tunneltls_print *print)
{
	for (size_t i = 0; i < s->print_count; i++)
		if (same(&s->prints[i], print))
			return true;
	return false;
}

static bool
was_seen(const struct whois_peer *p, const struct tunneltls_print *print)
{
	return p->setup->print_count == 0 && p->seen != NULL &&
	    same(p->seen, print);
}

/* The only one that has it; -1: none, or several. */
static int
by_certificate(const struct whois_peer *peers, size_t count,
    const struct tunneltls_print *print, enum tunneltls_refusal *why)
{
	int pinned = -1, seen = -1;
	unsigned pins = 0, sights = 0;

	for (size_t i = 0; i < count; i++) {
		if (!peers[i].setup->enabled)
			continue;
		if (is_pinned(peers[i].setup, print)) {
			pinned = (int)i;
			pins++;
		} else if (was_seen(&peers[i], print)) {
			seen = (int)i;
			sights++;
		}
	}
	if (pins == 1)
		return pinned;
	if (pins == 0 && sights == 1)
		return seen;
	*why = pins + sights > 1 ? TUNNELTLS_AMBIGUOUS : TUNNELTLS_STRANGER;
	return -1;
}

int
whois_find(const struct whois_peer *peers, size_t count,
    const struct addr *from, const struct tunneltls_print *print,
    bool allow_nat, enum tunneltls_refusal *why)
{
	int found = -1;

	*why = TUNNELTLS_STRANGER;
	for (size_t i = 0; i < count && found < 0; i++)
		if (peers[i].setup->enabled &&
		    addr_equal(&peers[i].setup->at.addr, from))
			found = (int)i;
	if (found >= 0 && (peers[found].setup->print_count == 0 ||
	    is_pinned(peers[found].setup, print)))
		return found;
	/* Another site may be behind the same address. */
	if (allow_nat) {
		int other = by_certificate(peers, count, print, why);

		if (other >= 0)
			return other;
	}
	if (found >= 0 && *why == TUNNELTLS_STRANGER)
		*why = TUNNELTLS_PRINT_WRONG;
	return -1;
}
