/* gtmd/mover/moverpace.c - see moverpace.h. Layer: gtmd/mover, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverpace.h"

#include <stdio.h>

static void
rate(struct moverpace *p, mono_ns now, uint64_t octets)
{
	dur_ns took = now - p->rated_at;

	if (p->rated_at != 0 && octets >= p->rated && took < CLOCK_S)
		return;
	if (p->rated_at != 0 && octets >= p->rated)
		p->progress.rate_bps = (uint64_t)((double)(octets -
		    p->rated) * CLOCK_S / (double)took);
	p->rated_at = now;
	p->rated = octets;
}

void
moverpace_tell(struct moverpace *p, mono_ns now, uint64_t octets,
    uint64_t total)
{
	rate(p, now, octets);
	p->progress.octets = octets;
	p->progress.total = total;
}

void
moverpace_note(struct moverpace *p, const char *note)
{
	(void)snprintf(p->note, sizeof(p->note), "%s", note);
	p->progress.note = p->note;
}
